using Heretix.Billing.Plans;
using Heretix.Platform.Cache;
using Heretix.Platform.Database;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace Heretix.Billing.Subscriptions;

/// <summary>
/// The one way in which a user's plan changes. Providers' events, fetched objects and the operator all say how a
/// subscription stands, and this applies it, with what follows for the usage that is being counted.
/// </summary>
public sealed class Subscriptions(
    PlanCatalogue plans,
    IOptions<BillingOptions> options,
    ICacheAnnouncements announcements,
    TimeProvider time
)
{
    /// <summary>The source of plans that the operator grants.</summary>
    public const string Operator = "operator";

    /// <summary>
    /// Applies a state in the open transaction of <paramref name="db"/>. The same state again changes nothing. States of
    /// one user wait for one another.
    /// </summary>
    /// <exception cref="ArgumentException">The plan is not one that a subscription opens, or the period ends before it starts.</exception>
    /// <exception cref="InvalidOperationException">No transaction is open.</exception>
    public async Task<SubscriptionChange> ApplyAsync(
        HeretixDb db,
        SubscriptionState state,
        CancellationToken cancellationToken
    )
    {
        Validate(state);
        var rows = await LockAsync(db, state.UserId, cancellationToken);
        return await ApplyAsync(db, rows, state, cancellationToken);
    }

    /// <summary>
    /// Grants a plan in the open transaction of <paramref name="db"/>, until a time or for good. A grant that still runs
    /// is changed and keeps its months and what was used; <c>trial</c> ends it.
    /// </summary>
    /// <exception cref="ArgumentException">There is no such plan to grant, or the time has passed.</exception>
    public async Task<SubscriptionChange> GrantAsync(
        HeretixDb db,
        Guid userId,
        string plan,
        string source = Operator,
        DateTimeOffset? until = null,
        CancellationToken cancellationToken = default
    )
    {
        var now = time.GetUtcNow();
        var ends = plan == PlanNames.Trial;
        if (!ends && !PlanNames.Paid.Contains(plan))
            throw new ArgumentException(
                $"'{plan}' cannot be granted; choose {string.Join(", ", PlanNames.Paid)}, or {PlanNames.Trial} to end a grant.",
                nameof(plan)
            );
        if (!ends && until <= now)
            throw new ArgumentException($"{until:u} has passed; choose a time to come.", nameof(until));

        var rows = await LockAsync(db, userId, cancellationToken);
        var row = rows.Find(held => held.Source == source);
        var running = row is not null && row.IsLive(now, options.Value.RenewalGrace) ? row : null;
        if (ends && running is null)
            return SubscriptionChange.Unchanged;
        var state = new SubscriptionState
        {
            UserId = userId,
            Source = source,
            Plan = ends ? row!.Plan : plan,
            Status = ends ? SubscriptionStatus.Canceled : SubscriptionStatus.Active,
            AsOf = row is not null && row.AsOf >= now ? row.AsOf.AddMicroseconds(1) : now,
            Fetched = true,
            CurrentPeriodStart = ends ? row!.CurrentPeriodStart : running?.CurrentPeriodStart ?? now,
            CurrentPeriodEnd = ends ? row!.CurrentPeriodEnd : until,
            BillingAnchor = ends ? row!.BillingAnchor : running?.BillingAnchor ?? now,
            CancelAtPeriodEnd = ends || until is not null,
            ExternalCustomerId = row?.ExternalCustomerId,
            ExternalSubscriptionId = row?.ExternalSubscriptionId,
        };
        return await ApplyAsync(db, rows, state, cancellationToken);
    }

    private async Task<SubscriptionChange> ApplyAsync(
        HeretixDb db,
        List<Subscription> rows,
        SubscriptionState state,
        CancellationToken cancellationToken
    )
    {
        var now = time.GetUtcNow();
        var grace = options.Value.RenewalGrace;
        var row = rows.Find(held => held.Source == state.Source);
        var (change, next) = new SubscriptionMerge(plans, grace, now).Decide(row, state);
        if (change != SubscriptionChange.Applied)
            return change;

        await StoreAsync(db, next, cancellationToken);
        var before = Standing.Of(rows, plans, grace, now);
        var after = Standing.Of([.. rows.Where(held => held != row), next], plans, grace, now);
        await UsageAfterChange.FollowAsync(db, state.UserId, before, after, now, cancellationToken);
        await announcements.AnnounceAsync(db, CacheKeys.Subscription(state.UserId), cancellationToken);
        return change;
    }

    /// <summary>What is stored of a user's subscriptions; until the open transaction ends nobody else changes them.</summary>
    internal static async Task<List<Subscription>> LockAsync(
        HeretixDb db,
        Guid userId,
        CancellationToken cancellationToken
    )
    {
        // A lock by name, because the first subscription has no row yet that could be locked.
        await using (
            var locked = db.InTransaction(
                "select pg_advisory_xact_lock(hashtextextended('billing.subscriptions:' || $1, 0))",
                userId.ToString("N")
            )
        )
            await locked.ExecuteNonQueryAsync(cancellationToken);
        return await db.Set<Subscription>()
            .AsNoTracking()
            .Where(subscription => subscription.UserId == userId)
            .ToListAsync(cancellationToken);
    }

    private static async Task StoreAsync(HeretixDb db, Subscription row, CancellationToken cancellationToken)
    {
        await using var command = db.InTransaction(
            """
            insert into billing.subscriptions
                (id, user_id, source, plan, status, current_period_start, current_period_end, billing_anchor,
                 cancel_at_period_end, external_customer_id, external_subscription_id, as_of, created_at, updated_at)
            values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)
            on conflict (user_id, source) do update set
                plan = excluded.plan, status = excluded.status, current_period_start = excluded.current_period_start,
                current_period_end = excluded.current_period_end, billing_anchor = excluded.billing_anchor,
                cancel_at_period_end = excluded.cancel_at_period_end,
                external_customer_id = excluded.external_customer_id,
                external_subscription_id = excluded.external_subscription_id,
                as_of = excluded.as_of, updated_at = excluded.updated_at
            """,
            row.Id,
            row.UserId,
            row.Source,
            row.Plan,
            row.Status.Name(),
            row.CurrentPeriodStart,
            row.CurrentPeriodEnd,
            row.BillingAnchor,
            row.CancelAtPeriodEnd,
            row.ExternalCustomerId,
            row.ExternalSubscriptionId,
            row.AsOf,
            row.CreatedAt,
            row.UpdatedAt
        );
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    private static void Validate(SubscriptionState state)
    {
        if (!PlanNames.Paid.Contains(state.Plan))
            throw new ArgumentException(
                $"'{state.Plan}' is not a plan that a subscription opens; these are {string.Join(", ", PlanNames.Paid)}.",
                nameof(state)
            );
        if (state.CurrentPeriodEnd < state.CurrentPeriodStart)
            throw new ArgumentException(
                $"The period ends at {state.CurrentPeriodEnd:u}, before it starts at {state.CurrentPeriodStart:u}.",
                nameof(state)
            );
    }
}
