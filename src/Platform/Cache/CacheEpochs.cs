namespace Heretix.Platform.Cache;

/// <summary>
/// Numbers that rise when a key is evicted. Whoever begins to read a value notes the number first, and keeps the value only
/// if it is still the same afterwards: what was read before a change is never kept after it. Keys share numbers, which costs
/// an entry now and then and bounds the memory.
/// </summary>
internal sealed class CacheEpochs
{
    private const int Stripes = 4096;
    private readonly long[] evictions = new long[Stripes];
    private long all;

    /// <summary>Both parts only rise, so an equal sum means that neither did.</summary>
    public long Current(string key) => Volatile.Read(ref Stripe(key)) + Volatile.Read(ref all);

    public void Evicted(string key) => Interlocked.Increment(ref Stripe(key));

    public void AllEvicted() => Interlocked.Increment(ref all);

    private ref long Stripe(string key) => ref evictions[key.GetHashCode() & (Stripes - 1)];
}
