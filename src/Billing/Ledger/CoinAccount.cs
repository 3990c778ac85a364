namespace Heretix.Billing.Ledger;

/// <summary>
/// The coins of one person: what can be spent, and what is owed. The database keeps both from the postings; no code sets
/// them. Its id is not the user's, so that the books still add up when nobody knows any more whose they were.
/// </summary>
internal sealed class CoinAccount
{
    public Guid Id { get; init; }

    /// <summary>Whose it is; null once the account was erased.</summary>
    public Guid? UserId { get; init; }

    /// <summary>What can be spent, 0 or more: the sum of the postings to <c>user</c>.</summary>
    public long Balance { get; init; }

    /// <summary>What is owed, 0 or more: the sum of the postings to <c>receivable</c>, with the sign turned.</summary>
    public long Receivable { get; init; }

    /// <summary>Time of the newest transfer: each is later than the one before it. Null before the first.</summary>
    public DateTimeOffset? LastTransferAt { get; init; }

    public DateTimeOffset CreatedAt { get; init; }
}
