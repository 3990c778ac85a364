namespace Heretix.Chats.Statistics;

/// <summary>
/// How often answers took how many seconds, exactly: as a list while there are few, as one counter for each second when
/// there are many, so that a long chat needs no more memory.
/// </summary>
internal sealed class ResponseGaps
{
    /// <summary>What comes so many seconds later, or after more, is no answer.</summary>
    public const int Limit = 4 * 3600;

    private const int MostListed = 4096;
    private static readonly int[] Classes = [60, 300, 900, 1800, 3600, 7200, Limit];
    private List<int>? listed = [];
    private int[]? counted;
    private long sum;

    public long Count { get; private set; }

    public void Add(int seconds)
    {
        Count++;
        sum += seconds;
        if (counted is not null)
        {
            counted[seconds]++;
            return;
        }
        listed!.Add(seconds);
        if (listed.Count <= MostListed)
            return;
        counted = Counters();
        listed = null;
    }

    /// <summary>Linear between the neighbours (R's type 7), two decimals; 0 of nothing.</summary>
    public double Quantile(double share) => Quantile(counted ?? Counters(), share);

    public ResponseTimes ToTimes()
    {
        var counters = counted ?? Counters();
        var classes = new List<ResponseClass>();
        var from = 0;
        foreach (var limit in Classes)
        {
            var inside = 0L;
            foreach (var count in counters.AsSpan(from, limit - from))
                inside += count;
            classes.Add(new ResponseClass(limit, inside));
            from = limit;
        }
        return new ResponseTimes(
            Count,
            Count == 0 ? 0 : PythonRound.Two((double)sum / Count),
            Quantile(counters, 0.5),
            Quantile(counters, 0.9),
            classes
        );
    }

    private double Quantile(int[] counters, double share)
    {
        if (Count == 0)
            return 0;
        var at = share * (Count - 1);
        var (low, high) = (Ranked(counters, (long)at), Ranked(counters, Math.Min((long)at + 1, Count - 1)));
        return PythonRound.Two(low + (at - Math.Floor(at)) * (high - low));
    }

    private static int Ranked(int[] counters, long rank)
    {
        var second = 0;
        for (var below = 0L; (below += counters[second]) <= rank; )
            second++;
        return second;
    }

    private int[] Counters()
    {
        var counters = new int[Limit];
        foreach (var second in listed!)
            counters[second]++;
        return counters;
    }
}
