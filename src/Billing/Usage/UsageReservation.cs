namespace Heretix.Billing.Usage;

/// <summary>A use that was promised and is not yet counted. Changed by SQL alone.</summary>
internal sealed class UsageReservation
{
    public Guid Id { get; init; }

    /// <summary>The user's ledger in which it counts, also when a new period has begun since; null for a browser.</summary>
    public Guid? LedgerId { get; init; }

    /// <summary>The browser (hash of its token) in whose usage it counts; null for a user.</summary>
    public string? TokenHash { get; init; }

    /// <summary>As in <see cref="Meters"/>.</summary>
    public required string Meter { get; init; }

    /// <summary>One of <see cref="Open"/>, <see cref="Settled"/>, <see cref="Released"/>, <see cref="Expired"/>.</summary>
    public required string State { get; init; }

    public DateTimeOffset CreatedAt { get; init; }

    public DateTimeOffset RenewedAt { get; init; }

    /// <summary>From then on its place may be given to somebody else, unless it is renewed.</summary>
    public DateTimeOffset ExpiresAt { get; init; }

    public DateTimeOffset? SettledAt { get; init; }

    /// <summary>Its place is kept.</summary>
    public const string Open = "open";

    /// <summary>It was used and counts.</summary>
    public const string Settled = "settled";

    /// <summary>It was given back.</summary>
    public const string Released = "released";

    /// <summary>It was not renewed in time; it may still be settled while there is room.</summary>
    public const string Expired = "expired";
}
