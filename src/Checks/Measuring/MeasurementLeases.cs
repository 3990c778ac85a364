using Heretix.Checks.Cache;
using Heretix.Checks.Order;
using Heretix.Checks.Run;
using Heretix.Checks.Store;
using Heretix.Platform.Database;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using Npgsql;

namespace Heretix.Checks.Measuring;

/// <summary>Who holds the lease of a subject.</summary>
internal sealed record Lead(string Subject, string ExecutionId);

/// <summary>
/// Sees to it that, over all processes, one measurement at a time asks about a subject. Whoever waits finds the result in
/// the cache, or takes over when the process before it has died.
/// </summary>
internal sealed class MeasurementLeases(
    IDbContextFactory<HeretixDb> databases,
    ResultCache cache,
    ReleaseNews news,
    RunningChecks running,
    CheckMetrics metrics,
    IOptions<ChecksOptions> options,
    TimeProvider time
)
{
    /// <summary>Takes the lease; gives the result instead when somebody else stored it meanwhile.</summary>
    public async Task<Measured?> TakeAsync(CheckOrder order, Lead lead, CancellationToken stop)
    {
        for (var waited = false; ; waited = true)
        {
            // Asked for before the attempt, so that no release falls between the two.
            var released = news.NextAsync(lead.Subject);
            var (taken, found) = await Patience.WithDatabaseAsync(time, () => AttemptAsync(order, lead, stop));
            if (taken)
                return found;
            if (!waited)
                metrics.Joined("process");
            using var enough = CancellationTokenSource.CreateLinkedTokenSource(stop);
            await Task.WhenAny(released, Task.Delay(options.Value.PollInterval, time, enough.Token));
            await enough.CancelAsync();
            stop.ThrowIfCancellationRequested();
        }
    }

    /// <summary>Tries once; may be repeated, since a lease that is held already is taken again.</summary>
    private async Task<(bool Taken, Measured? Found)> AttemptAsync(CheckOrder order, Lead lead, CancellationToken stop)
    {
        await using var db = await databases.CreateDbContextAsync(stop);
        if (!await TryTakeAsync(db, lead, stop))
            return (false, null);
        // Another measurement may have landed between this request's look into the cache and its lease.
        if (order.Measurement.NoCache || await cache.FindAsync(db, order.ResultKey) is not { } found)
            return (true, null);
        await ReleaseAsync(db, lead);
        return (true, found);
    }

    /// <summary>The statements that give the lease back and say so, for the transaction that stores the result.</summary>
    public IEnumerable<NpgsqlBatchCommand> Release(Lead lead) =>
        [
            new("DELETE FROM checks.measurements WHERE subject = $1 AND execution_id = $2 AND owner = $3")
            {
                Parameters =
                {
                    new() { Value = lead.Subject },
                    new() { Value = lead.ExecutionId },
                    new() { Value = running.Owner },
                },
            },
            new($"SELECT pg_notify('{ReleaseNews.Channel}', $1)") { Parameters = { new() { Value = lead.Subject } } },
        ];

    private async Task<bool> TryTakeAsync(HeretixDb db, Lead lead, CancellationToken stop)
    {
        var now = time.GetUtcNow();
        var until = now + options.Value.LeaseTime;
        return await db.Database.ExecuteSqlAsync(
                $"""
                INSERT INTO checks.measurements AS m (subject, execution_id, owner, lease_until)
                VALUES ({lead.Subject}, {lead.ExecutionId}, {running.Owner}, {until})
                ON CONFLICT (subject) DO UPDATE SET execution_id = excluded.execution_id, owner = excluded.owner,
                    lease_until = excluded.lease_until
                WHERE m.lease_until < {now}
                    OR (m.execution_id = excluded.execution_id AND m.owner = excluded.owner)
                """,
                stop
            ) > 0;
    }

    private async Task ReleaseAsync(HeretixDb db, Lead lead)
    {
        await db.Database.OpenConnectionAsync();
        await using var batch = new NpgsqlBatch((NpgsqlConnection)db.Database.GetDbConnection());
        foreach (var statement in Release(lead))
            batch.BatchCommands.Add(statement);
        await batch.ExecuteNonQueryAsync();
        news.Heard(lead.Subject);
    }
}
