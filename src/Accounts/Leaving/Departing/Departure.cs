namespace Heretix.Accounts.Leaving.Departing;

/// <summary>
/// That a user has left, and the right to take it back: once, until the account is erased. It goes with the user.
/// </summary>
internal sealed class Departure
{
    public Guid Id { get; init; }

    public Guid UserId { get; init; }

    public DateTimeOffset LeftAt { get; init; }

    /// <summary>
    /// Until then it can be taken back, from then on the user may be erased. Fixed when the user leaves, because the mail
    /// has promised it.
    /// </summary>
    public DateTimeOffset EraseAt { get; init; }

    /// <summary>The part of the mailed link by which the row is found: 16 random bytes in hex.</summary>
    public required string Selector { get; init; }

    /// <summary>SHA-256 of the part that proves; null until the mail is written, as it is made only then.</summary>
    public byte[]? VerifierHash { get; set; }

    /// <summary>When the mail was handed over; null before.</summary>
    public DateTimeOffset? SentAt { get; set; }

    /// <summary>When it was taken back; null while the user is leaving.</summary>
    public DateTimeOffset? RestoredAt { get; set; }
}
