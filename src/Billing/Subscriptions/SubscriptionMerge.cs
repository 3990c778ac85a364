using Heretix.Billing.Plans;
using Heretix.Billing.Usage;

namespace Heretix.Billing.Subscriptions;

/// <summary>Decides between what is stored of a subscription and what its source says. States come in any order, and repeatedly.</summary>
internal sealed class SubscriptionMerge(PlanCatalogue plans, TimeSpan grace, DateTimeOffset now)
{
    /// <summary>Whether the state holds, and if so the row that follows.</summary>
    public (SubscriptionChange Change, Subscription Row) Decide(Subscription? row, SubscriptionState state)
    {
        var next = Next(row, state);
        if (row is null)
            return (SubscriptionChange.Applied, next);
        var change =
            row.ExternalSubscriptionId == next.ExternalSubscriptionId
                ? OfTheSame(row, next, state.Fetched)
                : OfAnother(row, next, state.Fetched);
        return (change, change == SubscriptionChange.Applied ? next : row);
    }

    private static SubscriptionChange OfTheSame(Subscription row, Subscription next, bool fetched)
    {
        if (next.AsOf < row.AsOf)
            return SubscriptionChange.Stale;
        if (next.AsOf > row.AsOf)
        {
            var goesBack = next.CurrentPeriodStart < row.CurrentPeriodStart;
            return goesBack && !fetched ? SubscriptionChange.Doubtful : SubscriptionChange.Applied;
        }
        if (next with { UpdatedAt = row.UpdatedAt } == row)
            return SubscriptionChange.Unchanged;
        return fetched ? SubscriptionChange.Applied : SubscriptionChange.Doubtful;
    }

    /// <summary>A person may subscribe again while events about the earlier subscription are still on their way.</summary>
    private SubscriptionChange OfAnother(Subscription row, Subscription next, bool fetched)
    {
        if (!next.IsLive(now, grace))
            return SubscriptionChange.Stale;
        if (!row.IsLive(now, grace))
            return next.AsOf > row.AsOf || fetched ? SubscriptionChange.Applied : SubscriptionChange.Doubtful;
        if (!fetched)
            return SubscriptionChange.Doubtful;
        var (old, other) = (plans[row.Plan].Rank, plans[next.Plan].Rank);
        return other > old || (other == old && next.CurrentPeriodStart > row.CurrentPeriodStart)
            ? SubscriptionChange.Applied
            : SubscriptionChange.Stale;
    }

    private Subscription Next(Subscription? row, SubscriptionState state)
    {
        var continued = row is not null && row.ExternalSubscriptionId == state.ExternalSubscriptionId ? row : null;
        var start = Stored(state.CurrentPeriodStart);
        return new Subscription
        {
            Id = row?.Id ?? Guid.CreateVersion7(now),
            UserId = state.UserId,
            Source = state.Source,
            Plan = state.Plan,
            Status = state.Status,
            CurrentPeriodStart = start,
            CurrentPeriodEnd = Stored(state.CurrentPeriodEnd),
            BillingAnchor = Stored(state.BillingAnchor) ?? Anchor(continued, start) ?? Stored(state.AsOf),
            CancelAtPeriodEnd = state.CancelAtPeriodEnd,
            ExternalCustomerId = state.ExternalCustomerId,
            ExternalSubscriptionId = state.ExternalSubscriptionId,
            AsOf = Stored(state.AsOf),
            CreatedAt = row?.CreatedAt ?? Stored(now),
            UpdatedAt = Stored(now),
        };
    }

    /// <summary>
    /// A period that begins where a month of the known anchor begins keeps the anchor, and with it the day of the month;
    /// any other is a new count.
    /// </summary>
    private static DateTimeOffset? Anchor(Subscription? row, DateTimeOffset? start) =>
        row is null ? start
        : start is not { } begins || BillingMonth.BeginsAt(row.BillingAnchor, begins) ? row.BillingAnchor
        : begins;

    private static DateTimeOffset? Stored(DateTimeOffset? time) => time is { } known ? Stored(known) : null;

    /// <summary>In the resolution of the database (microseconds), so that what is read back equals what was written.</summary>
    private static DateTimeOffset Stored(DateTimeOffset time)
    {
        var utc = time.ToUniversalTime();
        return utc.AddTicks(-(utc.Ticks % TimeSpan.TicksPerMicrosecond));
    }
}
