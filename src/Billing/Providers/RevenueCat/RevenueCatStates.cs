using Heretix.Billing.Events.Sources;
using Heretix.Billing.Subscriptions;

namespace Heretix.Billing.Providers.RevenueCat;

/// <summary>Puts what RevenueCat says into the words of the house.</summary>
internal static class RevenueCatStates
{
    /// <summary>The state that an event describes; null for a type that describes none.</summary>
    public static SubscriptionState? Of(
        string type,
        RevenueCatEvent said,
        Guid user,
        string plan,
        DateTimeOffset asOf,
        TimeSpan grace
    )
    {
        if (Standing(type) is not var (status, ends))
            return null;
        var end = said.ExpiresAt;
        // The plan outlives its period by our own grace. A store that waits longer moves the end, so that both end together.
        if (status == SubscriptionStatus.PastDue && said.GraceEndsAt - grace > end)
            end = said.GraceEndsAt - grace;
        return new SubscriptionState
        {
            UserId = user,
            Source = RevenueCatSource.Source,
            Plan = plan,
            Status = status,
            AsOf = asOf,
            CurrentPeriodStart = said.PurchasedAt > end ? end : said.PurchasedAt,
            CurrentPeriodEnd = end,
            CancelAtPeriodEnd = ends,
            ExternalSubscriptionId = said.Purchase,
        };
    }

    private static (SubscriptionStatus Status, bool EndsWithPeriod)? Standing(string type) =>
        type switch
        {
            "INITIAL_PURCHASE" or "RENEWAL" or "PRODUCT_CHANGE" or "UNCANCELLATION" or "SUBSCRIPTION_EXTENDED" => (
                SubscriptionStatus.Active,
                false
            ),
            // It goes on until its period ends; then comes EXPIRATION, or after a pause RENEWAL. A refund has an end that has passed.
            "CANCELLATION" or "SUBSCRIPTION_PAUSED" => (SubscriptionStatus.Active, true),
            "BILLING_ISSUE" => (SubscriptionStatus.PastDue, false),
            "EXPIRATION" => (SubscriptionStatus.Expired, true),
            _ => null,
        };
}
