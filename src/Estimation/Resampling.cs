namespace Heretix.Estimation;

/// <summary>The bootstrap iterations themselves, in the order of draws that the definition prescribes.</summary>
internal static class Resampling
{
    // Below this a sort by insertion beats the general one.
    private const int InsertionLimit = 32;

    // The code for lanes is compiled when it first runs, for some ten milliseconds; alone, the first bootstraps of a
    // process take about one. Both make the same digits, so only time depends on this count.
    private const int LanesPayAfter = 16;
    private static int s_runs;

    /// <summary>Fills the centres, in log-odds, and moves the generator on by the draws made.</summary>
    public static void Run(ResamplingPlan plan, Pcg64 generator, Span<double> centers)
    {
        int done = 0;
        if (Volatile.Read(ref s_runs) >= LanesPayAfter)
            done = LaneResampling.Run(plan, generator, centers);
        else
            Interlocked.Increment(ref s_runs);
        OneByOne(plan, generator, centers[done..]);
    }

    /// <summary>The definition, word for word; what lanes make has to agree with it.</summary>
    internal static void OneByOne(ResamplingPlan plan, Pcg64 generator, Span<double> centers)
    {
        if (centers.IsEmpty)
            return;
        int[] chosen = new int[plan.Templates];
        double[] means = new double[plan.Templates];
        double[] picked = new double[plan.LargestSize];
        for (int b = 0; b < centers.Length; b++)
        {
            foreach (ref int template in chosen.AsSpan())
                template = generator.NextIndex(chosen.Length);

            for (int i = 0; i < chosen.Length; i++)
            {
                int size = plan.Sizes[chosen[i]];
                var replicates = plan.Values.AsSpan(plan.Starts[chosen[i]], size);
                var draws = picked.AsSpan(0, plan.Draws(size));
                foreach (ref double draw in draws)
                    draw = replicates[generator.NextIndex(size)];
                means[i] = PairwiseMean.Of(draws);
            }

            if (plan.Trimmed)
                Sort(means);
            centers[b] = PairwiseMean.Of(means.AsSpan(plan.Cut, means.Length - (2 * plan.Cut)));
        }
    }

    private static void Sort(Span<double> values)
    {
        if (values.Length > InsertionLimit)
        {
            values.Sort();
            return;
        }

        for (int i = 1; i < values.Length; i++)
        {
            double value = values[i];
            int j = i;
            for (; j > 0 && values[j - 1] > value; j--)
                values[j] = values[j - 1];
            values[j] = value;
        }
    }
}
