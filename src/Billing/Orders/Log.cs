using Microsoft.Extensions.Logging;

namespace Heretix.Billing.Orders;

/// <summary>What orders write to the log: ids and codes, never amounts of a person, addresses or secrets.</summary>
internal static partial class Log
{
    [LoggerMessage(4101, LogLevel.Information, "Order {Order} at {Provider} is {Status}")]
    public static partial void Reached(ILogger log, Guid order, string provider, string status);

    [LoggerMessage(4102, LogLevel.Warning, "Order {Order} at {Provider} needs a look: {Reason}")]
    public static partial void Flagged(ILogger log, Guid order, string provider, string reason);

    [LoggerMessage(4103, LogLevel.Information, "The {Kind} {Reversal} of order {Order} is {State}")]
    public static partial void Reversed(ILogger log, string kind, Guid reversal, Guid order, string state);

    [LoggerMessage(
        4104,
        LogLevel.Information,
        "{Asked} open orders were asked for at their providers; {Changed} had changed, {Failed} could not be asked for, {Refunds} refunds were finished"
    )]
    public static partial void Checked(ILogger log, int asked, int changed, int failed, int refunds);
}
