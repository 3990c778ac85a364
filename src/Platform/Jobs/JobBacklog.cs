using System.Diagnostics.Metrics;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;

namespace Heretix.Platform.Jobs;

/// <summary>
/// How many jobs are due and wait, by kind. Asked for by whoever collects metrics, it answers at once with what it knows
/// and counts anew in the background when that is older than five seconds.
/// </summary>
internal sealed class JobBacklog(JobConnections connections, TimeProvider time, ILogger<JobBacklog> log)
{
    private static readonly TimeSpan Fresh = TimeSpan.FromSeconds(5);
    private volatile IReadOnlyList<Measurement<long>> known = [];
    private long countedAt = long.MinValue;
    private int counting;

    public IEnumerable<Measurement<long>> Measure()
    {
        var at = Interlocked.Read(ref countedAt);
        if (
            (at == long.MinValue || time.GetElapsedTime(at) > Fresh)
            && Interlocked.CompareExchange(ref counting, 1, 0) == 0
        )
            _ = Task.Run(CountAsync);
        return known;
    }

    /// <summary>Counts now.</summary>
    internal async Task CountAsync()
    {
        try
        {
            await using var db = connections.OpenUnpooled();
            var now = time.GetUtcNow().UtcTicks;
            var counts = await db
                .Database.SqlQuery<Count>(
                    $"""
                    select job_group as "Kind", count(*) as "Jobs" from jobs.qrtz_triggers
                    where sched_name = {QuartzSetup.SchedulerName} and trigger_state in ('WAITING', 'ACQUIRED')
                        and next_fire_time <= {now} and job_group <> {RecurringTick.Group}
                    group by job_group
                    """
                )
                .ToListAsync();
            known =
            [
                .. counts.Select(count => new Measurement<long>(
                    count.Jobs,
                    new KeyValuePair<string, object?>("kind", count.Kind)
                )),
            ];
        }
        catch (Exception error)
        {
            Log.NotCounted(log, error);
        }
        finally
        {
            Interlocked.Exchange(ref countedAt, time.GetTimestamp());
            Volatile.Write(ref counting, 0);
        }
    }

    private sealed record Count(string Kind, long Jobs);
}
