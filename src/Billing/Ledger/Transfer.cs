namespace Heretix.Billing.Ledger;

/// <summary>One movement of coins between a person's accounts and the house's. Never changed, never deleted.</summary>
internal sealed class Transfer
{
    /// <summary>Version 7 UUID.</summary>
    public Guid Id { get; init; }

    /// <summary>Unique; see <see cref="TransferKey"/>.</summary>
    public required string Key { get; init; }

    /// <summary>As in <see cref="TransferTypes"/>.</summary>
    public required string Type { get; init; }

    /// <summary>Whose coins.</summary>
    public Guid CoinAccountId { get; init; }

    /// <summary>What the person got (positive) or gave (negative), the part on the receivable included.</summary>
    public long Coins { get; init; }

    /// <summary>What could be spent after it.</summary>
    public long BalanceAfter { get; init; }

    /// <summary>What was owed after it.</summary>
    public long ReceivableAfter { get; init; }

    /// <summary>A clawback found fewer coins than it had to take: somebody should look at it.</summary>
    public bool Flagged { get; init; }

    /// <summary>When (UTC); later than every earlier transfer of the account, whatever the clocks say.</summary>
    public DateTimeOffset CreatedAt { get; init; }

    /// <summary>What the person reads.</summary>
    public required string Description { get; init; }

    /// <summary>Ids and numbers in JSON; nothing that says who the person is.</summary>
    public string? Metadata { get; init; }

    /// <summary>The chat whose insights were unlocked.</summary>
    public Guid? ChatId { get; init; }

    /// <summary>The order that was paid.</summary>
    public Guid? PaymentOrderId { get; init; }

    /// <summary>The package that was bought.</summary>
    public Guid? PackageId { get; init; }

    /// <summary>The unlock that this refunds, or the purchase that it takes back.</summary>
    public Guid? Reverses { get; init; }
}

/// <summary>What a transfer moved on one account. The postings of a transfer sum to zero.</summary>
internal sealed class Posting
{
    public Guid TransferId { get; init; }

    /// <summary>As in <see cref="LedgerAccounts"/>.</summary>
    public required string Account { get; init; }

    /// <summary>The person's account, for <c>user</c> and <c>receivable</c>; null for the house's.</summary>
    public Guid? CoinAccountId { get; init; }

    /// <summary>Coins that came (positive) or went (negative); never 0.</summary>
    public long Amount { get; init; }
}
