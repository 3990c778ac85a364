using Heretix.Billing.Plans;
using Heretix.Billing.Usage;

namespace Heretix.Billing.Subscriptions;

/// <summary>The plan that a user has at a moment, and the period in which its uses are counted.</summary>
/// <param name="Plan">The plan.</param>
/// <param name="Source">The source of the subscription that opens it; null for the trial.</param>
/// <param name="PeriodStart">Start of the period; <see cref="UsageLedger.Lifetime"/> for the trial.</param>
/// <param name="PeriodEnd">Its end; null for the trial.</param>
internal sealed record Standing(Plan Plan, string? Source, DateTimeOffset PeriodStart, DateTimeOffset? PeriodEnd)
{
    /// <summary>
    /// The highest plan that a live subscription opens, else the trial. Between two of the same plan the older one
    /// is taken, so that the period does not change to and fro.
    /// </summary>
    public static Standing Of(
        IEnumerable<Subscription> subscriptions,
        PlanCatalogue plans,
        TimeSpan grace,
        DateTimeOffset now
    )
    {
        var highest = subscriptions
            .Where(subscription => subscription.IsLive(now, grace))
            .OrderByDescending(subscription => plans[subscription.Plan].Rank)
            .ThenBy(subscription => subscription.BillingAnchor)
            .ThenBy(subscription => subscription.Source, StringComparer.Ordinal)
            .FirstOrDefault();
        if (highest is null)
            return new Standing(plans.Trial, null, UsageLedger.Lifetime, null);
        var month = highest.MonthAt(now);
        return new Standing(plans[highest.Plan], highest.Source, month.Start, month.End);
    }
}
