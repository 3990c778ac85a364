namespace Heretix.Platform.Cache;

/// <summary>What tells flights apart: callers share one only if they ask for the same thing in the same way.</summary>
internal readonly record struct FlightKey(
    string Key,
    Type Type,
    Microsoft.Extensions.Caching.Hybrid.HybridCacheEntryFlags Flags
);

/// <summary>
/// One run of a factory for everybody who waits for the same key. It does not depend on the caller who began it, and stops
/// when the last one has gone.
/// </summary>
/// <param name="epoch">The key's number (<see cref="CacheEpochs"/>) when it began; who comes after an eviction begins another.</param>
/// <param name="stop">Its own; it has neither timer nor handle and needs no disposal.</param>
internal abstract class CacheFlight(long epoch, CancellationTokenSource stop)
{
    private int callers = 1;

    public long Epoch => epoch;

    /// <summary>Cancelled when nobody waits any more.</summary>
    public CancellationToken Abandoned => stop.Token;

    /// <summary>Waits too; false when everybody had gone already.</summary>
    public bool TryJoin()
    {
        int seen;
        do
        {
            seen = Volatile.Read(ref callers);
            if (seen == 0)
                return false;
        } while (Interlocked.CompareExchange(ref callers, seen + 1, seen) != seen);
        return true;
    }

    /// <summary>Whether there is a result.</summary>
    protected abstract bool HasLanded { get; }

    public void Leave()
    {
        if (Interlocked.Decrement(ref callers) == 0 && !HasLanded)
            stop.Cancel();
    }
}

/// <inheritdoc cref="CacheFlight"/>
internal sealed class CacheFlight<T>(long epoch) : CacheFlight(epoch, new CancellationTokenSource())
{
    private readonly TaskCompletionSource<T> landing = new(TaskCreationOptions.RunContinuationsAsynchronously);

    protected override bool HasLanded => landing.Task.IsCompleted;

    public void Land(T value) => landing.TrySetResult(value);

    public void Fail(Exception reason)
    {
        landing.TrySetException(reason);
        _ = landing.Task.Exception; // seen, even if everybody has gone
    }

    /// <summary>The value, or the factory's exception; leaves when the caller's own token is cancelled.</summary>
    public async ValueTask<T> WaitAsync(CancellationToken cancellationToken)
    {
        try
        {
            return await landing.Task.WaitAsync(cancellationToken);
        }
        finally
        {
            Leave();
        }
    }
}
