using Heretix.Billing.Plans;
using Heretix.Billing.Subscriptions;

namespace Heretix.Billing.Usage;

/// <summary>What a user or a browser has used, read at one moment in one round trip.</summary>
/// <param name="Standing">The plan and its period.</param>
/// <param name="Counts">What is counted in that period, by meter; a meter that was never used is absent.</param>
internal sealed record UsageSnapshot(Standing Standing, IReadOnlyDictionary<string, UsageCount> Counts)
{
    /// <summary>A meter as people see it.</summary>
    public UsageView View(string meter)
    {
        var count = Counts.GetValueOrDefault(meter);
        return UsageViews.Of(
            Standing.Plan.Name,
            Standing.Plan.AllowanceOf(meter),
            count.Used,
            count.Reserved,
            Standing.PeriodStart,
            Standing.PeriodEnd
        );
    }
}

/// <summary>What is counted.</summary>
internal readonly record struct UsageCount(int Used, int Reserved);

internal static class UsageViews
{
    /// <summary>
    /// Puts a view together. After a downgrade in the middle of a period more may be used than the new plan allows; what
    /// is used was allowed when it was used, and so it is shown.
    /// </summary>
    public static UsageView Of(
        string plan,
        Allowance allowance,
        int used,
        int reserved,
        DateTimeOffset periodStart,
        DateTimeOffset? periodEnd
    ) =>
        new(
            plan,
            allowance.Limit is { } limit ? Math.Max(limit, used) : null,
            used,
            allowance.Limit is { } most ? Math.Max(most - used - reserved, 0) : null,
            periodStart == UsageLedger.Lifetime ? null : periodStart,
            periodEnd
        );
}
