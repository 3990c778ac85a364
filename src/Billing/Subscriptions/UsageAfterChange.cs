using Heretix.Billing.Usage;
using Heretix.Platform.Database;

namespace Heretix.Billing.Subscriptions;

/// <summary>
/// What a change of plan does to usage that is being counted. Within a period the count goes on and the allowance follows
/// the plan, up or down, but never below what is used or reserved. A new period is opened by its first use and begins with
/// nothing used, unless an upgrade cut the period before it short: then what was used of that one is carried over.
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
        with old as (
            select used from billing.usage_ledger
            where user_id = $2 and meter = $3 and period_start = $8
            for update
        )
        insert into billing.usage_ledger as l
            (id, user_id, meter, plan, period_start, period_end, allowed, used, reserved, carried, created_at, updated_at)
        select $1, $2, $3, $4, $5, $6, case when $7::int is null then null else greatest($7::int, old.used) end,
            old.used, 0, old.used, $9, $9
        from old
        on conflict (user_id, meter, period_start) do nothing
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
        var samePeriod = before.PeriodStart == after.PeriodStart;
        if (!samePeriod && !IsUpgradeWithinPeriod(before, after))
            return;
        // Always in this order, so that two changes never wait for one another.
        foreach (var meter in (string[])[Meters.Checks, Meters.SolveSessions])
        {
            var limit = after.Plan.AllowanceOf(meter).Limit;
            await using var command = samePeriod
                ? db.InTransaction(
                    SamePeriod,
                    userId,
                    meter,
                    after.PeriodStart,
                    after.Plan.Name,
                    after.PeriodEnd,
                    limit,
                    now
                )
                : db.InTransaction(
                    CarryOver,
                    Guid.CreateVersion7(now),
                    userId,
                    meter,
                    after.Plan.Name,
                    after.PeriodStart,
                    after.PeriodEnd,
                    limit,
                    before.PeriodStart,
                    now
                );
            await command.ExecuteNonQueryAsync(cancellationToken);
        }
    }

    /// <summary>The same subscription now opens a higher plan, in a period that begins before the last one has ended.</summary>
    private static bool IsUpgradeWithinPeriod(Standing before, Standing after) =>
        before.Source is not null
        && before.Source == after.Source
        && after.Plan.Rank > before.Plan.Rank
        && after.PeriodStart > before.PeriodStart
        && after.PeriodStart < before.PeriodEnd;
}
