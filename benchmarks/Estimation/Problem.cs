using Heretix.Estimation;

namespace Heretix.Benchmarks.Estimation;

/// <summary>The data of the estimator comparison: as in numpy/problem.py, number for number.</summary>
internal static class Problem
{
    public const ulong Seed = 42;

    public static TemplateCluster[] Clusters(int templates, int replicates) =>
        [
            .. Enumerable
                .Range(0, templates)
                .Select(i => new TemplateCluster(
                    $"template-{i}",
                    [.. Enumerable.Range(0, replicates).Select(j => (((i * 37) + (j * 101) + 13) % 256 - 128) / 64.0)]
                )),
        ];
}
