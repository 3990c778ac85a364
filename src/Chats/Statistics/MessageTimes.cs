namespace Heretix.Chats.Statistics;

/// <summary>Time and author of every message, 12 bytes each, for what depends on the order in time.</summary>
internal sealed class MessageTimes
{
    private const int Block = 1 << 14;
    private readonly List<long[]> seconds = [];
    private readonly List<int[]> authors = [];
    private long last = long.MinValue;
    private bool ordered = true;

    public int Count { get; private set; }

    public void Add(DateTime time, int author)
    {
        var at = Count % Block;
        if (at == 0)
        {
            seconds.Add(new long[Block]);
            authors.Add(new int[Block]);
        }
        var second = time.Ticks / TimeSpan.TicksPerSecond;
        seconds[^1][at] = second;
        authors[^1][at] = author;
        Count++;
        ordered &= second >= last;
        last = second;
    }

    /// <summary>All messages by time; those of the same second in the order of the file.</summary>
    public IEnumerable<(long Second, int Author)> InOrder() => ordered ? AsRead() : Sorted();

    private IEnumerable<(long Second, int Author)> AsRead()
    {
        for (var i = 0; i < Count; i++)
            yield return (seconds[i / Block][i % Block], authors[i / Block][i % Block]);
    }

    private IEnumerable<(long Second, int Author)> Sorted()
    {
        var order = new int[Count];
        var keys = new (long, int)[Count];
        for (var i = 0; i < Count; i++)
        {
            order[i] = i;
            keys[i] = (seconds[i / Block][i % Block], i);
        }
        Array.Sort(keys, order);
        foreach (var i in order)
            yield return (seconds[i / Block][i % Block], authors[i / Block][i % Block]);
    }
}
