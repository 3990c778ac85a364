using Heretix.Billing.Usage;
using Heretix.Checks.Measuring;
using Heretix.Checks.Run;
using Heretix.Platform.Database;
using Microsoft.EntityFrameworkCore;

namespace Heretix.Checks.Upkeep;

/// <summary>
/// Clears up behind processes that died: their checks become <c>failed</c> with the reason <c>interrupted</c> and give
/// their reservations back, their leases go, and so do results whose time is over. Samples stay.
/// </summary>
internal sealed class CheckSweep(IUsageMeter meter, TimeProvider time)
{
    /// <summary>Name of the sweep.</summary>
    public const string Kind = "checks.lost";

    /// <summary>How often it is done.</summary>
    public static TimeSpan Interval { get; } = TimeSpan.FromSeconds(30);

    private const int Batch = 100;

    /// <summary>Sweeps once; gives the number of checks that were given up.</summary>
    public async Task<int> SweepAsync(HeretixDb db, CancellationToken stop)
    {
        var now = time.GetUtcNow();
        var lost = 0;
        for (var batch = Batch; batch == Batch; lost += batch)
            batch = await MarkAsync(db, now, stop);
        await db.Set<MeasurementLease>().Where(lease => lease.LeaseUntil < now).ExecuteDeleteAsync(stop);
        await db.Set<Cache.CachedResult>().Where(result => result.ExpiresAt < now).ExecuteDeleteAsync(stop);
        return lost;
    }

    private async Task<int> MarkAsync(HeretixDb db, DateTimeOffset now, CancellationToken stop)
    {
        var failure = CheckFailure.Interrupted;
        await using var transaction = await db.Database.BeginTransactionAsync(stop);
        var marked = await db
            .Database.SqlQuery<Lost>(
                $"""
                UPDATE checks.checks SET status = 'failed', failure = {failure.Code}, failure_detail = {failure.Detail},
                    finished_at = {now}
                WHERE id IN (SELECT id FROM checks.checks WHERE status = 'running' AND lease_until < {now}
                    LIMIT {Batch} FOR UPDATE SKIP LOCKED)
                RETURNING id AS "Id", reservation_id AS "Reservation"
                """
            )
            .ToListAsync(stop);
        foreach (var check in marked)
            await meter.ReleaseAsync(db, check.Reservation, stop);
        var ids = marked.Select(check => check.Id).ToArray();
        await db.Set<CheckRequest>()
            .Where(request => request.CheckId != null && ids.Contains(request.CheckId.Value))
            .ExecuteUpdateAsync(set => set.SetProperty(request => request.Outcome, failure.Code), stop);
        await transaction.CommitAsync(stop);
        return marked.Count;
    }

    private sealed record Lost(Guid Id, Guid Reservation);
}
