namespace Heretix.Billing.Ledger.Audit;

/// <summary>Something that the books say and their postings do not.</summary>
/// <param name="Kind">What is wrong, in a word or two.</param>
/// <param name="Subject">Of which transfer, account or order.</param>
/// <param name="Stored">What is stored.</param>
/// <param name="Computed">What the postings give.</param>
/// <param name="Meaning">What that means, in a sentence.</param>
public sealed record LedgerDifference(string Kind, string Subject, string Stored, string Computed, string Meaning);

/// <summary>What an audit found.</summary>
/// <param name="At">When it looked (UTC).</param>
/// <param name="Accounts">Accounts of people.</param>
/// <param name="Transfers">Transfers.</param>
/// <param name="Totals">The sum of the postings to each account of the books.</param>
/// <param name="Owing">Accounts that owe something.</param>
/// <param name="Differences">What does not add up, at most 100 of each kind; none when the books are right.</param>
public sealed record LedgerReport(
    DateTimeOffset At,
    long Accounts,
    long Transfers,
    IReadOnlyList<(string Account, long Sum)> Totals,
    long Owing,
    IReadOnlyList<LedgerDifference> Differences
);
