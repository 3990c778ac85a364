using Heretix.Billing.Usage;
using Heretix.Platform.Database;

namespace Heretix.Billing.Subscriptions;

/// <summary>
/// What a change of plan does to usage that is being counted. Within a period the count goes on and the allowance follows
/// the plan, up or down, but never below what is used or reserved. A new period is opened by its first use and begins with
/// nothing used, unless an upgrade cut the period before it short: then what was used of that one is carried over, and
/// what was reserved in it will be counted in the new one.
/// </summary>
internal static class UsageAfterChange
{
    private const string SamePeriod = """
        update billing.usage_ledger
        set plan = $4, period_end = $5, updated_at = $7,
            allowed = case when $6::int is null then null else greatest($6::int, used + reserved) end
        where user_id = $1 and meter = $2 and period_start = $3
        """;

    private const string CarryOver = """
        insert into billing.usage_ledger as l
            (id, user_id, meter, plan, period_start, period_end, allowed, used, reserved, carried, created_at, updated_at)
        values ($1, $2, $3, $4, $5, $6, case when $7::int is null then null else greatest($7::int, $8::int) end,
            $8::int, 0, $8::int, $9, $9)
        on conflict (user_id, meter, period_start) do nothing
        """;

    private const string ClosePeriod = """
        insert into billing.usage_ledger as l
            (id, user_id, meter, plan, period_start, period_end, allowed, used, reserved, carried, closed, created_at, updated_at)
        values ($1, $2, $3, $4, $5, $6, $7::int, 0, 0, 0, true, $8, $8)
        on conflict (user_id, meter, period_start) do update set closed = true, updated_at = excluded.updated_at
        """;

    /// <summary>
    /// What is on its way goes along: the reservations of the old period, and their places. <c>$1</c> old ledger,
    /// <c>$2</c> user, <c>$3</c> meter, <c>$4</c> start of the new period, <c>$5</c> now.
    /// </summary>
    private const string MoveReservations = """
        with target as (
            select id from billing.usage_ledger where user_id = $2 and meter = $3 and period_start = $4
            for no key update
        ), moved as (
            update billing.usage_reservations r set ledger_id = target.id from target
            where r.ledger_id = $1 and r.state in ('open', 'expired')
            returning r.state
        ), open as (
            select count(*) filter (where state = 'open')::int as places from moved
        ), old as (
            update billing.usage_ledger l set reserved = l.reserved - open.places, updated_at = $5
            from open where l.id = $1 and open.places > 0
        )
        update billing.usage_ledger l set reserved = l.reserved + open.places, updated_at = $5,
            allowed = case when l.allowed is null then null
                else greatest(l.allowed, l.used + l.reserved + open.places) end
        from open, target where l.id = target.id and open.places > 0
        """;

    public static async Task FollowAsync(
        HeretixDb db,
        Guid userId,
        Standing before,
        Standing after,
        DateTimeOffset now,
        CancellationToken cancellationToken
    )
    {
        // Always in this order, so that two changes never wait for one another.
        foreach (var meter in (string[])[Meters.Checks, Meters.SolveSessions])
        {
            if (before.PeriodStart == after.PeriodStart)
                await AdjustAsync(db, userId, meter, after, now, cancellationToken);
            else if (IsUpgradeWithinPeriod(before, after))
                await CarryOverAsync(db, userId, meter, before, after, now, cancellationToken);
            else
                await ReopenAsync(db, userId, meter, after, now, cancellationToken);
        }
    }

    /// <summary>A correction may go back to a period that an upgrade had ended; otherwise there is nothing to do.</summary>
    private static async Task ReopenAsync(
        HeretixDb db,
        Guid userId,
        string meter,
        Standing after,
        DateTimeOffset now,
        CancellationToken cancellationToken
    )
    {
        await using var reopen = db.InTransaction(
            """
            update billing.usage_ledger set closed = false, updated_at = $4
            where user_id = $1 and meter = $2 and period_start = $3 and closed
            """,
            userId,
            meter,
            after.PeriodStart,
            now
        );
        await reopen.ExecuteNonQueryAsync(cancellationToken);
    }

    private static async Task AdjustAsync(
        HeretixDb db,
        Guid userId,
        string meter,
        Standing after,
        DateTimeOffset now,
        CancellationToken cancellationToken
    )
    {
        await using var adjust = db.InTransaction(
            SamePeriod,
            userId,
            meter,
            after.PeriodStart,
            after.Plan.Name,
            after.PeriodEnd,
            after.Plan.AllowanceOf(meter).Limit,
            now
        );
        await adjust.ExecuteNonQueryAsync(cancellationToken);
    }

    private static async Task CarryOverAsync(
        HeretixDb db,
        Guid userId,
        string meter,
        Standing before,
        Standing after,
        DateTimeOffset now,
        CancellationToken cancellationToken
    )
    {
        // A request that has read the old period and not yet reserved in it must not find it open, nor make it.
        await using (
            var ended = db.InTransaction(
                ClosePeriod,
                Guid.CreateVersion7(now),
                userId,
                meter,
                before.Plan.Name,
                before.PeriodStart,
                before.PeriodEnd,
                before.Plan.AllowanceOf(meter).Limit,
                now
            )
        )
            await ended.ExecuteNonQueryAsync(cancellationToken);
        Guid old;
        int used;
        await using (var locked = db.InTransaction(UsageStatements.LockPlaceOfUser, userId, meter, before.PeriodStart))
        await using (var row = await locked.ExecuteReaderAsync(cancellationToken))
        {
            if (!await row.ReadAsync(cancellationToken))
                return;
            (old, used) = (row.GetGuid(0), row.GetInt32(1));
        }
        await using var carry = db.BatchInTransaction()
            .Add(
                CarryOver,
                Guid.CreateVersion7(now),
                userId,
                meter,
                after.Plan.Name,
                after.PeriodStart,
                after.PeriodEnd,
                after.Plan.AllowanceOf(meter).Limit,
                used,
                now
            )
            .Add(MoveReservations, old, userId, meter, after.PeriodStart, now);
        await carry.ExecuteNonQueryAsync(cancellationToken);
    }

    /// <summary>The same subscription now opens a higher plan, in a period that begins before the last one has ended.</summary>
    private static bool IsUpgradeWithinPeriod(Standing before, Standing after) =>
        before.Source is not null
        && before.Source == after.Source
        && after.Plan.Rank > before.Plan.Rank
        && after.PeriodStart > before.PeriodStart
        && after.PeriodStart < before.PeriodEnd;
}
