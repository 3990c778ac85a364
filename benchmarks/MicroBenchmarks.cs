using BenchmarkDotNet.Running;

namespace Heretix.Benchmarks;

/// <summary>Hands the command line to BenchmarkDotNet.</summary>
internal static class MicroBenchmarks
{
    public static Task<int> RunAsync(string[] args)
    {
        BenchmarkSwitcher.FromAssembly(typeof(MicroBenchmarks).Assembly).Run(args);
        return Task.FromResult(0);
    }
}
