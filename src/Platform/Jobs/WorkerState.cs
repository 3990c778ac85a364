namespace Heretix.Platform.Jobs;

/// <summary>How many jobs this process runs, and whether it is about to stop.</summary>
internal sealed class WorkerState : IDisposable
{
    private readonly Lock turn = new();
    private readonly CancellationTokenSource cancelled = new();
    private int running;
    private TaskCompletionSource? idle;

    /// <summary>No job is begun any more; one that is cancelled now goes back into the queue.</summary>
    public bool Draining { get; private set; }

    public void Drain() => Draining = true;

    /// <summary>Asks the scheduler whether it runs; null until it was started here.</summary>
    public Func<bool>? Runs { get; set; }

    /// <summary>Jobs are begun here.</summary>
    public bool Working => !Draining && Runs?.Invoke() == true;

    /// <summary>The time to finish is over.</summary>
    public CancellationToken Cancelled => cancelled.Token;

    public void Cancel() => cancelled.Cancel();

    public void Dispose() => cancelled.Dispose();

    /// <summary>A job runs until the result is disposed.</summary>
    public Entry Enter()
    {
        lock (turn)
            running++;
        return new Entry(this);
    }

    /// <summary>When no job runs.</summary>
    public Task IdleAsync()
    {
        lock (turn)
        {
            if (running == 0)
                return Task.CompletedTask;
            return (idle ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)).Task;
        }
    }

    private void Leave()
    {
        lock (turn)
        {
            if (--running > 0)
                return;
            idle?.SetResult();
            idle = null;
        }
    }

    internal readonly struct Entry(WorkerState state) : IDisposable
    {
        public void Dispose() => state.Leave();
    }
}
