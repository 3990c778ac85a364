using System.Diagnostics.Metrics;

namespace Heretix.Platform.Telemetry.Metrics;

/// <summary>The bounds of a histogram: what its instrument advises, or what suits its unit.</summary>
internal static class Buckets
{
    private static readonly double[] Seconds =
    [
        0.005,
        0.01,
        0.025,
        0.05,
        0.075,
        0.1,
        0.25,
        0.5,
        0.75,
        1,
        2.5,
        5,
        7.5,
        10,
    ];

    private static readonly double[] Bytes =
    [
        256,
        1024,
        4096,
        16384,
        65536,
        262144,
        1048576,
        4194304,
        16777216,
        67108864,
    ];

    private static readonly double[] Numbers = [0, 1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10000];

    /// <summary>Upper bounds in ascending order, in the base unit; empty for what is not a histogram.</summary>
    public static double[] Of(Instrument instrument, MetricName name)
    {
        if (name.Kind != MetricKind.Histogram)
            return [];
        var advised = instrument switch
        {
            Histogram<double> { Advice.HistogramBucketBoundaries: { } b } => b,
            Histogram<float> { Advice.HistogramBucketBoundaries: { } b } => b.Select(bound => (double)bound),
            Histogram<long> { Advice.HistogramBucketBoundaries: { } b } => b.Select(bound => (double)bound),
            Histogram<int> { Advice.HistogramBucketBoundaries: { } b } => b.Select(bound => (double)bound),
            Histogram<short> { Advice.HistogramBucketBoundaries: { } b } => b.Select(bound => (double)bound),
            Histogram<byte> { Advice.HistogramBucketBoundaries: { } b } => b.Select(bound => (double)bound),
            Histogram<decimal> { Advice.HistogramBucketBoundaries: { } b } => b.Select(bound => (double)bound),
            _ => null,
        };
        if (advised is not null)
            return [.. advised.Select(bound => bound * name.Scale)];
        if (name.Name.EndsWith("_seconds", StringComparison.Ordinal))
            return Seconds;
        return name.Name.EndsWith("_bytes", StringComparison.Ordinal) ? Bytes : Numbers;
    }
}
