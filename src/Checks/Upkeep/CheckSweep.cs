using Heretix.Billing.Usage;
using Heretix.Checks.Measuring;
using Heretix.Checks.Run;
using Heretix.Platform.Database;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace Heretix.Checks.Upkeep;

/// <summary>
/// Clears up behind processes that died: their checks become <c>failed</c> with the reason <c>interrupted</c> and give
/// their reservations back, their leases go, and so do results and records of requests whose time is over. Samples stay.
/// </summary>
internal sealed class CheckSweep(IUsageMeter meter, IOptions<ChecksOptions> options, TimeProvider time)
{
    /// <summary>Name of the sweep.</summary>
    public const string Kind = "checks.lost";

    /// <summary>How often it is done.</summary>
    public static TimeSpan Interval { get; } = TimeSpan.FromSeconds(30);

    /// <summary>Records of requests that one sweep lets go.</summary>
    private const int MostForgotten = 10_000;

    /// <summary>Sweeps once; gives the number of checks that were given up.</summary>
    public async Task<int> SweepAsync(HeretixDb db, CancellationToken stop)
    {
        var now = time.GetUtcNow();
        var lost = await db.Set<Check>()
            .Where(check => check.Status == Check.Running && check.LeaseUntil < now)
            .Select(check => new Lost(check.Id, check.ReservationId!.Value))
            .ToListAsync(stop);
        var given = 0;
        foreach (var check in lost)
            given += await GiveUpAsync(db, check, now, stop);
        await db.Set<MeasurementLease>().Where(lease => lease.LeaseUntil < now).ExecuteDeleteAsync(stop);
        await db.Set<Cache.CachedResult>().Where(result => result.ExpiresAt < now).ExecuteDeleteAsync(stop);
        await ForgetRequestsAsync(db, now - options.Value.RequestRetention, stop);
        return given;
    }

    /// <summary>One at a time, and the usage before the check, as whoever closes a check takes their locks too.</summary>
    private async Task<int> GiveUpAsync(HeretixDb db, Lost lost, DateTimeOffset now, CancellationToken stop)
    {
        var failure = CheckFailure.Interrupted;
        await using var transaction = await db.Database.BeginTransactionAsync(stop);
        await meter.ReleaseAsync(db, lost.Reservation, stop);
        var marked = await db.Set<Check>()
            .Where(check => check.Id == lost.Id && check.Status == Check.Running && check.LeaseUntil < now)
            .ExecuteUpdateAsync(
                set =>
                    set.SetProperty(check => check.Status, Check.Failed)
                        .SetProperty(check => check.Failure, failure.Code)
                        .SetProperty(check => check.FailureDetail, failure.Detail)
                        .SetProperty(check => check.FinishedAt, now),
                stop
            );
        // It lives after all, or somebody was quicker: then its reservation is not touched either.
        if (marked == 0)
            return 0;
        await db.Set<CheckRequest>()
            .Where(request => request.CheckId == lost.Id)
            .ExecuteUpdateAsync(set => set.SetProperty(request => request.Outcome, failure.Code), stop);
        await transaction.CommitAsync(stop);
        return marked;
    }

    /// <summary>By their ids, which begin with the time, so that no index is kept for it.</summary>
    private static async Task ForgetRequestsAsync(HeretixDb db, DateTimeOffset before, CancellationToken stop)
    {
        var first = Guid.CreateVersion7(before);
        await db.Database.ExecuteSqlAsync(
            $"""
            DELETE FROM checks.requests WHERE id IN (
                SELECT id FROM checks.requests WHERE id < {first} ORDER BY id LIMIT {MostForgotten})
            """,
            stop
        );
    }

    private sealed record Lost(Guid Id, Guid Reservation);
}
