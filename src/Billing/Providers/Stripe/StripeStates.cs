using Heretix.Billing.Subscriptions;

namespace Heretix.Billing.Providers.Stripe;

/// <summary>Puts what Stripe says about a subscription into the words of the house.</summary>
internal static class StripeStates
{
    /// <summary>The state of a subscription.</summary>
    /// <param name="subscription">As Stripe describes it.</param>
    /// <param name="user">Whose it is.</param>
    /// <param name="plan">The plan of its price.</param>
    /// <param name="asOf">When Stripe said so.</param>
    /// <param name="fetched">It was asked for just now.</param>
    public static SubscriptionState Of(
        StripeSubscription subscription,
        Guid user,
        string plan,
        DateTimeOffset asOf,
        bool fetched
    )
    {
        var (start, end) = Paid(subscription);
        return new SubscriptionState
        {
            UserId = user,
            Source = StripeClient.Source,
            Plan = plan,
            Status = StatusOf(subscription.Status),
            AsOf = asOf,
            Fetched = fetched,
            CurrentPeriodStart = start,
            CurrentPeriodEnd = end,
            BillingAnchor = subscription.Anchor,
            CancelAtPeriodEnd = subscription.EndsWithPeriod,
            ExternalCustomerId = subscription.Customer,
            ExternalSubscriptionId = subscription.Id,
        };
    }

    /// <summary>
    /// <c>unpaid</c> and <c>paused</c> wait for a payment that nobody expects, <c>incomplete</c> for the first one.
    /// </summary>
    public static SubscriptionStatus StatusOf(string status) =>
        status switch
        {
            "active" or "trialing" => SubscriptionStatus.Active,
            "past_due" => SubscriptionStatus.PastDue,
            "canceled" => SubscriptionStatus.Canceled,
            _ => SubscriptionStatus.Expired,
        };

    /// <summary>
    /// The period that was paid last. Stripe opens the next one when it renews, whether or not the payment succeeds; so
    /// while a renewal is past due, what was paid ends where that period begins, and the grace runs from there. When it is
    /// another invoice that was not paid, the grace runs from that.
    /// </summary>
    private static (DateTimeOffset? Start, DateTimeOffset? End) Paid(StripeSubscription subscription)
    {
        var (start, end) = (subscription.PeriodStart, subscription.PeriodEnd);
        if (subscription.Status != "past_due" || start is not { } begins)
            return (start, end);
        if (subscription.LatestInvoice is not { Renewal: false } other)
            return (null, begins);
        return (
            begins,
            other.Created < begins ? begins
            : other.Created < end ? other.Created
            : end
        );
    }
}
