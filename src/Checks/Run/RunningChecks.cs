using System.Collections.Concurrent;
using Heretix.Rpl.Execution;
using Microsoft.Extensions.Options;

namespace Heretix.Checks.Run;

/// <summary>What goes on in this process: its checks, the lanes in which they call, and when they have to stop.</summary>
internal sealed class RunningChecks : IDisposable
{
    private readonly ConcurrentDictionary<Guid, CheckRun> runs = new();
    private readonly CancellationTokenSource stopAsking;
    private readonly CancellationTokenSource abandon;
    private readonly ChecksOptions options;
    private int stopping;

    public RunningChecks(IOptions<ChecksOptions> options, TimeProvider time)
    {
        this.options = options.Value;
        stopAsking = new CancellationTokenSource(Timeout.InfiniteTimeSpan, time);
        abandon = new CancellationTokenSource(Timeout.InfiniteTimeSpan, time);
        Lanes = new CallLanes(this.options.CallsInFlight, abandon: abandon.Token);
        Owner = Guid.CreateVersion7(time.GetUtcNow());
    }

    /// <summary>Names this process in leases.</summary>
    public Guid Owner { get; }

    /// <summary>Calls in flight over all checks.</summary>
    public CallLanes Lanes { get; }

    /// <summary>No further model call is begun.</summary>
    public CancellationToken StopAsking => stopAsking.Token;

    /// <summary>The server is on its way out: no further check is begun.</summary>
    public bool Stopping => Volatile.Read(ref stopping) != 0;

    public int Count => runs.Count;

    /// <summary>Ids and reservations of what is running.</summary>
    public IReadOnlyList<CheckRun> Snapshot() => [.. runs.Values];

    /// <summary>A check that runs here; null when it does not.</summary>
    public CheckRun? Find(Guid id) => runs.GetValueOrDefault(id);

    public void Add(CheckRun run) => runs[run.Row.Id] = run;

    public void Remove(CheckRun run) => runs.TryRemove(run.Row.Id, out _);

    /// <summary>Lets what is running go on for the time that is allowed, then stops asking, then hangs up.</summary>
    public void BeginDrain()
    {
        if (Interlocked.Exchange(ref stopping, 1) != 0)
            return;
        stopAsking.CancelAfter(options.DrainTimeout);
        abandon.CancelAfter(options.DrainTimeout + options.AbandonTimeout);
    }

    /// <summary>Waits until nothing is running any more.</summary>
    public async Task DrainedAsync(CancellationToken cancellationToken)
    {
        while (!runs.IsEmpty)
            await Task.WhenAll(Snapshot().Select(run => run.Outcome)).WaitAsync(cancellationToken);
    }

    public void Dispose()
    {
        stopAsking.Dispose();
        abandon.Dispose();
        Lanes.Dispose();
    }
}
