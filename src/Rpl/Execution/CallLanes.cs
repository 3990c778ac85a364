namespace Heretix.Rpl.Execution;

/// <summary>How many calls may be in flight at once, over all measurements that share these lanes.</summary>
/// <param name="count">Calls in flight, at least 1.</param>
/// <param name="budget">What the calls may cost together.</param>
/// <param name="abandon">Ends calls in flight. Stopping a measurement alone lets them finish, since they are paid for.</param>
public sealed class CallLanes(int count, Budget? budget = null, CancellationToken abandon = default) : IDisposable
{
    private readonly SemaphoreSlim free = new(Math.Max(1, count));

    /// <summary>Calls in flight at most.</summary>
    public int Count { get; } = Math.Max(1, count);

    /// <summary>What the calls may cost together.</summary>
    public Budget Budget { get; } = budget ?? new Budget(null);

    /// <summary>Ends calls in flight.</summary>
    public CancellationToken Abandon { get; } = abandon;

    internal Task EnterAsync(CancellationToken cancellationToken) => free.WaitAsync(cancellationToken);

    internal void Leave() => free.Release();

    /// <inheritdoc />
    public void Dispose() => free.Dispose();
}
