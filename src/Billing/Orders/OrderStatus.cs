namespace Heretix.Billing.Orders;

/// <summary>
/// How far an order is. It goes forward only, so that it does not matter in which order news of it comes: a payment that
/// failed may be tried again and succeed, and what was completed is never open again.
/// </summary>
internal static class OrderStatus
{
    /// <summary>Nobody has paid yet.</summary>
    public const string Pending = "pending";

    /// <summary>A payment is on its way, or was made and somebody has to look at it.</summary>
    public const string Processing = "processing";

    /// <summary>The last attempt to pay failed, or nobody paid in time.</summary>
    public const string Failed = "failed";

    /// <summary>Paid, and the coins are credited.</summary>
    public const string Completed = "completed";

    /// <summary>All of the money went back.</summary>
    public const string Refunded = "refunded";

    private static readonly string[] InOrder = [Pending, Processing, Failed, Completed, Refunded];

    /// <summary>The one of the two that is further.</summary>
    public static string Further(string now, string next) =>
        Array.IndexOf(InOrder, next) > Array.IndexOf(InOrder, now) ? next : now;
}
