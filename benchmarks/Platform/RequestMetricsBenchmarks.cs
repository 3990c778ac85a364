using BenchmarkDotNet.Attributes;
using Heretix.Platform.Telemetry;
using Heretix.Platform.Telemetry.Metrics;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace Heretix.Benchmarks.Platform;

/// <summary>
/// What counting and timing one request costs: two instruments with three labels each, 12 routes with 4 statuses, read by
/// the metrics page; and what reading the page costs.
/// </summary>
[MemoryDiagnoser]
public class RequestMetricsBenchmarks : IDisposable
{
    private readonly string[] routes = [.. Enumerable.Range(0, 12).Select(i => $"/api/things/{i}/{{id}}")];
    private readonly int[] statuses = [200, 201, 404, 429];
    private ServiceProvider services = null!;
    private MetricsPage page = null!;
    private RequestMetrics metrics = null!;
    private int turn;

    [GlobalSetup]
    public void Setup()
    {
        services = new ServiceCollection().AddMetrics().BuildServiceProvider();
        var meters = services.GetRequiredService<System.Diagnostics.Metrics.IMeterFactory>();
        page = new MetricsPage(meters, Options.Create(new TelemetryOptions()), NullLogger<MetricsPage>.Instance);
        metrics = new RequestMetrics(meters);
    }

    [Benchmark]
    public void RecordOneRequest()
    {
        turn++;
        metrics.Record("GET", routes[turn % 12], statuses[turn & 3], TimeSpan.FromTicks(turn & 0xFFFFF));
    }

    [Benchmark]
    public string RenderThePage() => page.Render();

    /// <inheritdoc />
    [GlobalCleanup]
    public void Dispose()
    {
        page.Dispose();
        services.Dispose();
        GC.SuppressFinalize(this);
    }
}
