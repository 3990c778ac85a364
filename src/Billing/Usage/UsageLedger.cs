namespace Heretix.Billing.Usage;

/// <summary>
/// What a user has used of a meter in a period. Changed by SQL alone; <c>used + reserved &lt;= allowed</c> is a constraint
/// of the database.
/// </summary>
internal sealed class UsageLedger
{
    public Guid Id { get; init; }

    public Guid UserId { get; init; }

    /// <summary>As in <see cref="Meters"/>.</summary>
    public required string Meter { get; init; }

    /// <summary>The plan that gives the allowance.</summary>
    public required string Plan { get; init; }

    /// <summary>Start of the period; <see cref="Lifetime"/> (minus infinity in the database) for a lifetime.</summary>
    public DateTimeOffset PeriodStart { get; init; }

    /// <summary>Its end; null for a lifetime.</summary>
    public DateTimeOffset? PeriodEnd { get; init; }

    /// <summary>Uses in the period; null for no limit.</summary>
    public int? Allowed { get; init; }

    /// <summary>Uses so far: <see cref="Carried"/> and one for each settled reservation.</summary>
    public int Used { get; init; }

    /// <summary>One for each open reservation.</summary>
    public int Reserved { get; init; }

    /// <summary>
    /// Uses without a reservation of their own: taken over from the period that an upgrade ended early, or so old that it
    /// is not kept any more which they were.
    /// </summary>
    public int Carried { get; init; }

    /// <summary>An upgrade ended it early: nothing more is reserved in it.</summary>
    public bool Closed { get; init; }

    public DateTimeOffset CreatedAt { get; init; }

    public DateTimeOffset UpdatedAt { get; init; }

    /// <summary>The start of a period that has none.</summary>
    public static DateTimeOffset Lifetime => DateTimeOffset.MinValue;
}
