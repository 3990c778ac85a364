using Heretix.Platform.Database;

namespace Heretix.Billing.Usage;

/// <summary>
/// Meters what plans allow: reserve before, settle or release after. However many requests come at once, to however many
/// processes, used and reserved together never pass the allowance.
/// </summary>
public interface IUsageMeter
{
    /// <summary>Reserves one use, in a transaction of its own. It expires unless renewed within five minutes.</summary>
    Task<UsageDecision> ReserveAsync(UsageSubject subject, string meter, CancellationToken cancellationToken);

    /// <summary>Renews reservations that are still open; returns those that are not any more.</summary>
    Task<IReadOnlyList<Guid>> RenewAsync(IReadOnlyCollection<Guid> reservations, CancellationToken cancellationToken);

    /// <summary>
    /// Counts a reserved use, in the open transaction of <paramref name="db"/>. A reservation that has expired is counted
    /// when the allowance still has room.
    /// </summary>
    /// <returns>The usage after it; null when there was no room any more, so the use must not be delivered.</returns>
    Task<UsageView?> SettleAsync(HeretixDb db, Guid reservation, CancellationToken cancellationToken);

    /// <summary>Gives a reserved use back, in the open transaction of <paramref name="db"/>. Repeating it changes nothing.</summary>
    Task ReleaseAsync(HeretixDb db, Guid reservation, CancellationToken cancellationToken);

    /// <summary>What the subject's plan allows and has used, as shown to people.</summary>
    Task<UsageView> ViewAsync(UsageSubject subject, string meter, CancellationToken cancellationToken);
}

/// <summary>Who uses: a user, or a browser by the hash of its token.</summary>
public readonly record struct UsageSubject
{
    private UsageSubject(Guid? userId, string? browser) => (UserId, Browser) = (userId, browser);

    /// <summary>The user; null for a browser.</summary>
    public Guid? UserId { get; }

    /// <summary>SHA-256 (hex) of the browser's token; null for a user.</summary>
    public string? Browser { get; }

    /// <summary>A user.</summary>
    public static UsageSubject OfUser(Guid userId) => new(userId, null);

    /// <summary>A browser without a session.</summary>
    public static UsageSubject OfBrowser(string tokenHash) => new(null, tokenHash);
}

/// <summary>The names of the meters.</summary>
public static class Meters
{
    /// <summary>Checks.</summary>
    public const string Checks = "checks";

    /// <summary>Solve sessions.</summary>
    public const string SolveSessions = "solve_sessions";
}

/// <summary>Whether a use may begin.</summary>
public abstract record UsageDecision(UsageView Usage)
{
    /// <summary>It may; the reservation is to be settled or released.</summary>
    public sealed record Reserved(Guid Reservation, UsageView Usage) : UsageDecision(Usage);

    /// <summary>It may not.</summary>
    /// <param name="Error"><c>require_signin</c>, <c>require_subscription</c> or <c>limit_reached</c>.</param>
    public sealed record Refused(string Error, UsageView Usage) : UsageDecision(Usage);
}

/// <summary>One meter as people see it.</summary>
/// <param name="Plan"><c>anonymous</c>, <c>trial</c>, <c>starter</c>, <c>core</c> or <c>pro</c>.</param>
/// <param name="Allowed">Uses in the period; null for no limit.</param>
/// <param name="Used">Uses so far, reserved ones not counted.</param>
/// <param name="Remaining">What may still be reserved, never negative; null for no limit.</param>
/// <param name="PeriodStart">Start of the period (UTC); null for a lifetime.</param>
/// <param name="PeriodEnd">Its end, when a new one begins; null for a lifetime.</param>
public sealed record UsageView(
    string Plan,
    int? Allowed,
    int Used,
    int? Remaining,
    DateTimeOffset? PeriodStart,
    DateTimeOffset? PeriodEnd
);
