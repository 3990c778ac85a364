using System.Collections.Concurrent;

namespace Heretix.Platform.Cache;

/// <summary>
/// Keys whose change this process has announced in a transaction and not heard of yet. Until then they are not cached here,
/// so that whoever made the change reads it as soon as the commit has returned. A transaction that is rolled back is never
/// heard of: its keys are released after a while.
/// </summary>
internal sealed class CacheChanges(TimeProvider time)
{
    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(30);
    private const int Most = 10_000;

    private readonly ConcurrentDictionary<string, (Guid Announcement, long Until)> changing = new(
        StringComparer.Ordinal
    );
    private readonly Lock gate = new();
    private int count;

    public bool AreNone => Volatile.Read(ref count) == 0;

    public bool Contains(string key)
    {
        if (AreNone || !changing.TryGetValue(key, out var change))
            return false;
        if (change.Until > time.GetTimestamp())
            return true;
        Remove(key, change);
        return false;
    }

    public void Begin(string key, Guid announcement)
    {
        var until = time.GetTimestamp() + ((long)LongestWait.TotalSeconds * time.TimestampFrequency);
        lock (gate)
        {
            if (count >= Most)
                Sweep();
            changing[key] = (announcement, until);
            count = changing.Count;
        }
    }

    /// <summary>The announcement was heard. A later one for the same key is still waited for.</summary>
    public void End(string key, Guid announcement)
    {
        if (changing.TryGetValue(key, out var change) && change.Announcement == announcement)
            Remove(key, change);
    }

    private void Remove(string key, (Guid, long) change)
    {
        lock (gate)
        {
            changing.TryRemove(KeyValuePair.Create(key, change));
            count = changing.Count;
        }
    }

    private void Sweep()
    {
        var now = time.GetTimestamp();
        foreach (var (key, change) in changing)
        {
            if (change.Until <= now)
                changing.TryRemove(KeyValuePair.Create(key, change));
        }
    }
}
