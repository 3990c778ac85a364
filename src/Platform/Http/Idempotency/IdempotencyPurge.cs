using Heretix.Platform.Jobs;
using Microsoft.EntityFrameworkCore;

namespace Heretix.Platform.Http.Idempotency;

/// <summary>Forgets keys whose time is over. A recurring job; hourly is plenty, since an expired key is free anyway.</summary>
internal sealed class IdempotencyPurge(TimeProvider time) : IRecurringJobHandler
{
    private const int Batch = 5000;

    /// <inheritdoc />
    public async Task RunAsync(JobRun run, CancellationToken stop)
    {
        ArgumentNullException.ThrowIfNull(run);
        await using var db = run.OpenDb();
        var now = time.GetUtcNow();
        int purged;
        do
        {
            // In batches, so that no request waits long for a row; a request in flight past its day keeps its key.
            purged = await db.Database.ExecuteSqlAsync(
                $"""
                delete from jobs.idempotency_keys where ctid in (
                  select ctid from jobs.idempotency_keys
                  where expires_at <= {now} and (locked_until is null or locked_until <= {now})
                  limit {Batch} for update skip locked)
                """,
                stop
            );
        } while (purged == Batch);
    }
}
