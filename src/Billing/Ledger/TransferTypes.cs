namespace Heretix.Billing.Ledger;

/// <summary>The kinds of transfers, as they are stored and shown.</summary>
public static class TransferTypes
{
    /// <summary>Coins for a new account, once.</summary>
    public const string SignUpBonus = "signup_bonus";

    /// <summary>Coins that were paid for; what the user owes is settled first.</summary>
    public const string Purchase = "purchase";

    /// <summary>The price of insights.</summary>
    public const string InsightUnlock = "insight_unlock";

    /// <summary>The whole price of an unlock, given back once.</summary>
    public const string Refund = "refund";

    /// <summary>Coins of a purchase whose money was given back or disputed.</summary>
    public const string Clawback = "clawback";

    /// <summary>Coins of a purchase that had been taken back, given again: the dispute was won, or the refund failed.</summary>
    public const string Reinstatement = "reinstatement";

    /// <summary>What an operator gave or took.</summary>
    public const string AdminAdjustment = "admin_adjustment";
}

/// <summary>The accounts of the books. The first two are a person's own; the others belong to the house and are sums.</summary>
internal static class LedgerAccounts
{
    /// <summary>What a person can spend.</summary>
    public const string User = "user";

    /// <summary>What a person owes, as a negative sum.</summary>
    public const string Receivable = "receivable";

    public const string Purchases = "purchases";
    public const string Bonuses = "bonuses";
    public const string Unlocks = "unlocks";
    public const string Refunds = "refunds";
    public const string Adjustments = "adjustments";
}
