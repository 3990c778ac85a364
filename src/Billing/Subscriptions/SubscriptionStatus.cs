namespace Heretix.Billing.Subscriptions;

/// <summary>How a subscription stands, whoever sold it.</summary>
public enum SubscriptionStatus
{
    /// <summary>Paid, or in the provider's own trial. It opens its plan.</summary>
    Active,

    /// <summary>A payment failed and is tried again. It opens its plan until the grace after its period ends.</summary>
    PastDue,

    /// <summary>It was ended by somebody.</summary>
    Canceled,

    /// <summary>It ended by itself: unpaid, or not renewed.</summary>
    Expired,
}

internal static class SubscriptionStatusNames
{
    public static string Name(this SubscriptionStatus status) =>
        status switch
        {
            SubscriptionStatus.Active => "active",
            SubscriptionStatus.PastDue => "past_due",
            SubscriptionStatus.Canceled => "canceled",
            SubscriptionStatus.Expired => "expired",
            _ => throw new ArgumentOutOfRangeException(nameof(status), status, null),
        };

    public static SubscriptionStatus Parse(string name) =>
        name switch
        {
            "active" => SubscriptionStatus.Active,
            "past_due" => SubscriptionStatus.PastDue,
            "canceled" => SubscriptionStatus.Canceled,
            "expired" => SubscriptionStatus.Expired,
            _ => throw new ArgumentOutOfRangeException(nameof(name), name, null),
        };
}
