using System.Collections.Concurrent;

namespace Heretix.Platform.Cache;

/// <summary>A value in memory.</summary>
/// <param name="key">Its key.</param>
/// <param name="size">Bytes of the value when serialised.</param>
/// <param name="expires">Timestamp of the clock from which it no longer counts.</param>
/// <param name="tags">Tags by which it can be removed.</param>
/// <param name="counters">Where its hits are counted.</param>
internal abstract class LocalEntry(string key, long size, long expires, string[] tags, KindCounters counters)
{
    /// <summary>What an entry costs beyond its value and key: a guess that keeps many small ones within bounds too.</summary>
    private const int Overhead = 200;

    public string Key => key;

    public long Size { get; } = size + (2 * key.Length) + Overhead;

    public long Expires => expires;

    public string[] Tags => tags;

    public KindCounters Counters => counters;

    /// <summary>It was read since the hand of the clock last passed.</summary>
    public bool Read { get; set; }
}

/// <inheritdoc cref="LocalEntry"/>
internal sealed class LocalEntry<T>(string key, T value, long size, long expires, string[] tags, KindCounters counters)
    : LocalEntry(key, size, expires, tags, counters)
{
    public T Value => value;
}

/// <summary>
/// What a process keeps in its memory, bounded by entries and bytes. When it is full the oldest entry that was not read
/// since its last turn goes (second chance, Corbató 1968), so that a flood of keys that are read once leaves the others.
/// </summary>
internal sealed class LocalTier(int mostEntries, long mostBytes, TimeProvider time)
{
    /// <summary>So that adding an entry never takes long, however busy the others are.</summary>
    private const int MostSecondChances = 64;

    private readonly ConcurrentDictionary<string, LocalEntry> entries = new(StringComparer.Ordinal);
    private readonly CacheEpochs epochs = new();
    private readonly Queue<LocalEntry> turns = new();
    private readonly Lock turn = new();
    private long bytes;

    public int Count => entries.Count;

    public long Bytes => Interlocked.Read(ref bytes);

    /// <summary>Turns that are remembered: replaced entries stay among them for a while.</summary>
    internal int Waiting => turns.Count;

    public bool TryGet<T>(string key, out LocalEntry<T> entry) =>
        IsAlive(entries.TryGetValue(key, out var found) ? found : null, out entry);

    public bool TryGet<T>(ReadOnlySpan<char> key, out LocalEntry<T> entry) =>
        IsAlive(
            entries.GetAlternateLookup<ReadOnlySpan<char>>().TryGetValue(key, out var found) ? found : null,
            out entry
        );

    /// <summary>Notes where a key stands, before its value is read.</summary>
    public long Epoch(string key) => epochs.Current(key);

    /// <summary>Keeps a value that was read since <paramref name="epoch"/>, unless the key was evicted meanwhile.</summary>
    public void Set(LocalEntry entry, long epoch)
    {
        // One that is larger than an eighth of everything would push out too much.
        var tooLarge = entry.Size > mostBytes / 8;
        lock (turn)
        {
            if (epochs.Current(entry.Key) != epoch)
                return;
            if (tooLarge)
            {
                Remove(entry.Key);
                return;
            }
            if (entries.TryGetValue(entry.Key, out var old))
                bytes -= old.Size;
            entries[entry.Key] = entry;
            bytes += entry.Size;
            turns.Enqueue(entry);
            Trim();
        }
    }

    public void Evict(string key)
    {
        lock (turn)
        {
            epochs.Evicted(key);
            Remove(key);
        }
    }

    /// <summary>Evicts what carries a tag, or everything for <c>*</c>.</summary>
    public void EvictTag(string tag)
    {
        lock (turn)
        {
            epochs.AllEvicted();
            if (tag == "*")
            {
                entries.Clear();
                turns.Clear();
                bytes = 0;
                return;
            }
            foreach (var entry in entries.Values.Where(entry => entry.Tags.Contains(tag, StringComparer.Ordinal)))
                Remove(entry.Key);
        }
    }

    private void Remove(string key)
    {
        if (entries.TryRemove(key, out var removed))
            bytes -= removed.Size;
    }

    private bool IsAlive<T>(LocalEntry? found, out LocalEntry<T> entry)
    {
        entry = (found as LocalEntry<T>)!;
        if (entry is null || entry.Expires <= time.GetTimestamp())
            return false;
        if (!entry.Read)
            entry.Read = true;
        return true;
    }

    private void Trim()
    {
        var now = time.GetTimestamp();

        // Two turns for each new entry: what has expired or was replaced goes without a timer, and the queue stays short.
        for (var looked = 0; turns.TryPeek(out var oldest); looked++)
        {
            var present = entries.TryGetValue(oldest.Key, out var found) && ReferenceEquals(found, oldest);
            var full = entries.Count > mostEntries || bytes > mostBytes;
            if (present && oldest.Expires > now && !full)
                return;
            if (!full && looked >= 2 && turns.Count <= 2 * mostEntries)
                return;
            turns.Dequeue();
            if (!present)
                continue;
            if (oldest.Read && oldest.Expires > now && looked < MostSecondChances)
            {
                oldest.Read = false;
                turns.Enqueue(oldest);
                continue;
            }
            entries.TryRemove(oldest.Key, out _);
            bytes -= oldest.Size;
        }
    }
}
