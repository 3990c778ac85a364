namespace Heretix.Billing.Orders;

/// <summary>How far a refund or a dispute is; like an order it goes forward only.</summary>
internal static class ReversalState
{
    public const string Refund = "refund";
    public const string Dispute = "dispute";

    /// <summary>An operator wants the refund; the provider has not answered for it.</summary>
    public const string Requested = "requested";

    /// <summary>A bank asks about the payment; no money was withdrawn.</summary>
    public const string Inquiry = "inquiry";

    /// <summary>The refund is under way.</summary>
    public const string Pending = "pending";

    /// <summary>The dispute is open, and its money withdrawn.</summary>
    public const string Open = "open";

    /// <summary>The money of the refund arrived.</summary>
    public const string Succeeded = "succeeded";

    /// <summary>The money of the dispute is lost.</summary>
    public const string Lost = "lost";

    /// <summary>The refund did not happen; the money is here.</summary>
    public const string Failed = "failed";

    /// <summary>The dispute is over, and the money is here.</summary>
    public const string Won = "won";

    /// <summary>Whether the money is away in this state.</summary>
    public static bool Counts(string state) => Rank(state) is 1 or 2;

    /// <summary>Whether nothing more is expected of it.</summary>
    public static bool IsDecided(string state) => Rank(state) >= 2;

    /// <summary>Whether a state comes after another.</summary>
    public static bool IsFurther(string next, string now) => Rank(next) > Rank(now);

    private static int Rank(string state) =>
        state switch
        {
            Requested or Inquiry => 0,
            Pending or Open => 1,
            Succeeded or Lost => 2,
            _ => 3,
        };
}
