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
internal sealed record Lead(string Subject, string ExecutionId)
{
    /// <summary>Whether it was taken already, together with what else the check began with.</summary>
    public bool Taken { get; set; }

    /// <summary>The samples that were there when it was taken; null when nobody has looked.</summary>
    public KnownSamples? Known { get; set; }
}

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
    /// <summary>Takes the lease unless it is taken; gives the result instead when somebody else stored it meanwhile.</summary>
    public async Task<Measured?> TakeAsync(CheckOrder order, Lead lead, CancellationToken stop)
    {
        if (lead.Taken)
            return null;
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
        await db.Database.OpenConnectionAsync(stop);
        var take = Take(lead);
        await using var batch = new NpgsqlBatch((NpgsqlConnection)db.Database.GetDbConnection())
        {
            BatchCommands = { take, cache.Find(order.ResultKey) },
        };
        Measured? found;
        await using (var rows = await batch.ExecuteReaderAsync(stop))
            // Another measurement may have landed between this request's look into the cache and its lease.
            found = order.Measurement.NoCache ? null : await cache.ReadAsync(order.ResultKey, rows);
        if (take.RecordsAffected == 0)
            return (found is not null, found);
        if (found is not null)
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

    /// <summary>
    /// The statement that takes the lease, unless somebody else holds it: it changes one row or none. A lease that is held
    /// already is taken again.
    /// </summary>
    public NpgsqlBatchCommand Take(Lead lead)
    {
        var now = time.GetUtcNow();
        return new NpgsqlBatchCommand(
            """
            INSERT INTO checks.measurements AS m (subject, execution_id, owner, lease_until)
            VALUES ($1, $2, $3, $4)
            ON CONFLICT (subject) DO UPDATE SET execution_id = excluded.execution_id, owner = excluded.owner,
                lease_until = excluded.lease_until
            WHERE m.lease_until < $5 OR (m.execution_id = excluded.execution_id AND m.owner = excluded.owner)
            """
        )
        {
            Parameters =
            {
                new() { Value = lead.Subject },
                new() { Value = lead.ExecutionId },
                new() { Value = running.Owner },
                new() { Value = now + options.Value.LeaseTime },
                new() { Value = now },
            },
        };
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
