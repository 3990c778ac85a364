using Microsoft.Extensions.Logging;

namespace Heretix.Billing;

/// <summary>What billing writes to the log: ids and codes, never payloads, addresses, amounts of a person or secrets.</summary>
internal static partial class Log
{
    [LoggerMessage(4001, LogLevel.Information, "Event {EventId} of {Source} ({Type}): {Outcome}")]
    public static partial void EventDone(ILogger log, string eventId, string source, string type, string outcome);

    [LoggerMessage(4002, LogLevel.Warning, "Event {EventId} of {Source} ({Type}) needs a look: {Outcome}. {Detail}")]
    public static partial void EventFlagged(
        ILogger log,
        string eventId,
        string source,
        string type,
        string outcome,
        string? detail
    );

    [LoggerMessage(4003, LogLevel.Warning, "Event {EventId} of {Source} came again with another object")]
    public static partial void EventContradicts(ILogger log, string eventId, string source);

    [LoggerMessage(4004, LogLevel.Warning, "An event that claims to come from {Source} was refused: {Reason}")]
    public static partial void EventRefused(ILogger log, string source, string reason);

    [LoggerMessage(
        4005,
        LogLevel.Warning,
        "Event {EventId} of {Source} waits for its provider, which does not answer: it is refused, to be sent again"
    )]
    public static partial void EventPostponed(ILogger log, string eventId, string source);

    [LoggerMessage(4010, LogLevel.Warning, "{Provider} could not be asked to {Operation}: attempt {Attempt}, {Reason}")]
    public static partial void ProviderFailed(
        ILogger log,
        string provider,
        string operation,
        int attempt,
        string reason
    );

    [LoggerMessage(
        4011,
        LogLevel.Error,
        "{Provider} refused to {Operation}: HTTP {Status}, code {Code}, parameter {Parameter}, request {RequestId}"
    )]
    public static partial void ProviderRefused(
        ILogger log,
        string provider,
        string operation,
        int status,
        string? code,
        string? parameter,
        string? requestId
    );

    [LoggerMessage(4020, LogLevel.Information, "User {UserId} went to the checkout of {Plan} at {Source}")]
    public static partial void CheckoutOpened(ILogger log, Guid userId, string plan, string source);

    [LoggerMessage(4021, LogLevel.Information, "User {UserId} changed the subscription at {Source} to {Plan}")]
    public static partial void PlanChanged(ILogger log, Guid userId, string source, string plan);

    [LoggerMessage(4022, LogLevel.Information, "{Count} subscriptions of a user who left will not be renewed")]
    public static partial void RenewalsEnded(ILogger log, int count);

    [LoggerMessage(
        4023,
        LogLevel.Information,
        "{Asked} subscriptions were overdue and asked for at the provider; {Changed} had changed, {Failed} could not be asked for"
    )]
    public static partial void OverdueAsked(ILogger log, int asked, int changed, int failed);
}
