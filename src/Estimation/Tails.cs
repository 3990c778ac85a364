namespace Heretix.Estimation;

/// <summary>
/// The two ends of a large sample in order, without sorting its middle: the percentiles of a bootstrap distribution need
/// only a few order statistics. A sorted subsample tells roughly where the ends begin, as in R. W. Floyd and R. L. Rivest
/// 1975, "Expected time bounds for selection", CACM 18(3); should that guess fail, everything is sorted.
/// </summary>
internal static class Tails
{
    // With fewer values a full sort costs no more.
    private const int WorthSelecting = 1024;
    private const int SampleSize = 256;

    /// <summary>
    /// Reorders the values so that at least the <paramref name="count"/> smallest and the <paramref name="count"/> largest
    /// stand where a full sort would put them.
    /// </summary>
    public static void Sort(Span<double> values, int count)
    {
        if (values.Length < WorthSelecting || count > values.Length / 8 || !TrySortEnds(values, count))
            values.Sort();
    }

    private static bool TrySortEnds(Span<double> values, int count)
    {
        Span<double> sample = stackalloc double[SampleSize];
        for (int i = 0; i < SampleSize; i++)
            sample[i] = values[(int)((long)i * values.Length / SampleSize)];
        sample.Sort();

        // The expected rank in the subsample and three standard deviations more.
        double rank = (double)count / values.Length * SampleSize;
        int safe = (int)(rank + (3 * Math.Sqrt(rank)));
        int lows = MoveToFront(values, sample[safe]);
        int highs = MoveToBack(values[lows..], sample[SampleSize - 1 - safe]);
        if (lows < count || (highs < count && lows < values.Length))
            return false;
        values[..lows].Sort();
        values[^highs..].Sort();
        return true;
    }

    // Without branches: which values belong to an end is unpredictable.
    private static int MoveToFront(Span<double> values, double end)
    {
        int front = 0;
        foreach (ref double place in values)
        {
            double value = place;
            place = values[front];
            values[front] = value;
            front += value <= end ? 1 : 0;
        }

        return front;
    }

    private static int MoveToBack(Span<double> values, double start)
    {
        int back = 0;
        for (int i = values.Length - 1; i >= 0; i--)
        {
            double value = values[i];
            values[i] = values[^(back + 1)];
            values[^(back + 1)] = value;
            back += value >= start ? 1 : 0;
        }

        return back;
    }
}
