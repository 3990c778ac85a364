namespace Heretix.Billing.Usage;

/// <summary>What a browser without a session has used of a meter, ever. Changed by SQL alone.</summary>
internal sealed class AnonymousUsage
{
    /// <summary>SHA-256 (hex) of the browser's token.</summary>
    public required string TokenHash { get; init; }

    /// <summary>As in <see cref="Meters"/>.</summary>
    public required string Meter { get; init; }

    /// <summary>Uses in all; null for no limit.</summary>
    public int? Allowed { get; init; }

    /// <summary>Uses so far, one for each settled reservation.</summary>
    public int Used { get; init; }

    /// <summary>One for each open reservation.</summary>
    public int Reserved { get; init; }

    public DateTimeOffset UpdatedAt { get; init; }
}
