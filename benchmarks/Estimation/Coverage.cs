using System.Globalization;
using System.Numerics;
using Heretix.Estimation;

namespace Heretix.Benchmarks.Estimation;

/// <summary>
/// Simulates claims whose true centre is known (0 in log-odds) and counts how often the nominal 95 % intervals contain
/// it. Options: --claims N per cell (default 2000), --iterations B (default 5000), --seed S (default 1). The same options
/// print the same table, whatever the number of cores.
/// </summary>
internal static class Coverage
{
    private static readonly string[] Laws = ["normal", "t(3)"];
    private static readonly double[] BetweenSds = [0.1, 0.3, 1.0];
    private static readonly double[] WithinSds = [0.1, 0.5];
    private static readonly int[] Templates = [8, 16];
    private static readonly int[] Replicates = [1, 2, 8];

    public static Task<int> RunAsync(string[] args)
    {
        int claims = Option(args, "--claims", 2000);
        int iterations = Option(args, "--iterations", 5000);
        int seed = Option(args, "--seed", 1);
        Console.WriteLine($"{claims} claims per cell, B = {iterations}, seed {seed}; nominal 95 %.");
        Console.WriteLine();
        Console.WriteLine(
            "| templates | between sd | within sd | K | R | frozen, % | whole-cluster, % | width frozen | width whole |"
        );
        Console.WriteLine("|---|---|---|---|---|---|---|---|---|");
        int number = 0;
        foreach (string law in Laws)
        foreach (double between in BetweenSds)
        foreach (double within in WithinSds)
        foreach (int k in Templates)
        foreach (int r in Replicates)
        {
            var cell = new Cell(law, between, within, k, r, ((BigInteger)seed << 96) + ((BigInteger)(++number) << 64));
            Console.WriteLine(Row(cell, Simulate(cell, claims, iterations)));
        }

        return Task.FromResult(0);
    }

    private static Outcome[] Simulate(Cell cell, int claims, int iterations)
    {
        var options = new BootstrapOptions(iterations);
        var outcomes = new Outcome[claims];
        Parallel.For(
            0,
            claims,
            claim =>
            {
                var chance = new Pcg64(cell.Seed + claim);
                var clusters = Draw(cell, chance);
                ulong seed = chance.NextUInt64();
                var frozen = ClusteredBootstrap.Estimate(clusters, options, new Pcg64(seed));
                var (low, high) = WholeClusterBootstrap.Interval(clusters, options, new Pcg64(seed));
                outcomes[claim] = new Outcome(
                    frozen.Low <= 0 && frozen.High >= 0,
                    low <= 0 && high >= 0,
                    frozen.High - frozen.Low,
                    high - low
                );
            }
        );
        return outcomes;
    }

    private static TemplateCluster[] Draw(Cell cell, Pcg64 chance)
    {
        var clusters = new TemplateCluster[cell.K];
        for (int i = 0; i < cell.K; i++)
        {
            double effect = cell.Between * (cell.Law == "normal" ? Normal(chance) : StandardStudent3(chance));
            double[] replicates = new double[cell.R];
            for (int j = 0; j < cell.R; j++)
                replicates[j] = effect + (cell.Within * Normal(chance));
            clusters[i] = new TemplateCluster(i.ToString(CultureInfo.InvariantCulture), replicates);
        }

        return clusters;
    }

    /// <summary>Box and Muller 1958, with a first uniform that is never 0.</summary>
    private static double Normal(Pcg64 chance) =>
        Math.Sqrt(-2 * Math.Log(1 - chance.NextDouble())) * Math.Cos(2 * Math.PI * chance.NextDouble());

    /// <summary>Student's t with 3 degrees of freedom over its standard deviation, the square root of 3.</summary>
    private static double StandardStudent3(Pcg64 chance)
    {
        double normal = Normal(chance);
        double squares = 0;
        for (int i = 0; i < 3; i++)
        {
            double other = Normal(chance);
            squares += other * other;
        }

        return normal / Math.Sqrt(squares);
    }

    private static string Row(Cell cell, Outcome[] outcomes)
    {
        string frozen = Share(outcomes.Count(outcome => outcome.Frozen), outcomes.Length);
        string whole = Share(outcomes.Count(outcome => outcome.Whole), outcomes.Length);
        double frozenWidth = outcomes.Average(outcome => outcome.FrozenWidth);
        double wholeWidth = outcomes.Average(outcome => outcome.WholeWidth);
        return $"| {cell.Law} | {cell.Between:F1} | {cell.Within:F1} | {cell.K} | {cell.R} | {frozen} | {whole} | {frozenWidth:F3} | {wholeWidth:F3} |";
    }

    /// <summary>A share in per cent with its binomial standard error.</summary>
    private static string Share(int hits, int count)
    {
        double share = (double)hits / count;
        return $"{100 * share:F1} ± {100 * Math.Sqrt(share * (1 - share) / count):F1}";
    }

    private static int Option(string[] args, string name, int otherwise)
    {
        int at = Array.IndexOf(args, name);
        return at >= 0 && at + 1 < args.Length ? int.Parse(args[at + 1], CultureInfo.InvariantCulture) : otherwise;
    }

    private sealed record Cell(string Law, double Between, double Within, int K, int R, BigInteger Seed);

    private readonly record struct Outcome(bool Frozen, bool Whole, double FrozenWidth, double WholeWidth);
}
