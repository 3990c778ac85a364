using BenchmarkDotNet.Attributes;
using Heretix.Estimation;

namespace Heretix.Benchmarks.Estimation;

/// <summary>One estimate with B = 5000, the generator's seeding included.</summary>
[MemoryDiagnoser]
public class BootstrapBenchmarks
{
    private static readonly BootstrapOptions Options = new();
    private TemplateCluster[] _clusters = [];

    [Params("8x2", "16x8", "5x3", "16x3")]
    public string Design { get; set; } = "";

    [GlobalSetup]
    public void Prepare()
    {
        int[] parts = [.. Design.Split('x').Select(int.Parse)];
        _clusters = Problem.Clusters(parts[0], parts[1]);
    }

    [Benchmark(Baseline = true)]
    public ClusteredEstimate Clustered() => ClusteredBootstrap.Estimate(_clusters, Options, new Pcg64(Problem.Seed));

    [Benchmark]
    public (double, double) WholeCluster() =>
        WholeClusterBootstrap.Interval(_clusters, Options, new Pcg64(Problem.Seed));
}
