using System.Diagnostics.Metrics;
using Heretix.Platform.Telemetry.Metrics;

namespace Heretix.Tests.Unit.Platform.Telemetry;

/// <summary>What instruments are called on the metrics page.</summary>
public sealed class MetricNameTests : IDisposable
{
    private readonly Meter meter = new("Heretix.Names");

    public void Dispose() => meter.Dispose();

    [Theory]
    [InlineData("http.requests", "{request}", "http_requests_total")]
    [InlineData("already.total", null, "already_total")]
    [InlineData("dotnet.gc.pause.time", "s", "dotnet_gc_pause_time_seconds_total")]
    [InlineData("bytes.read", "By", "bytes_read_bytes_total")]
    [InlineData("sent.bytes", "By", "sent_bytes_total")]
    [InlineData("cost", "USD", "cost_usd_total")]
    [InlineData("events.count", null, "events_total")]
    [InlineData("camelCaseName", null, "camel_case_name_total")]
    [InlineData("2fast", null, "fast_total")]
    [InlineData("a..b-c/d", null, "a_b_c_d_total")]
    public void A_counter_ends_in_total(string name, string? unit, string expected) =>
        MetricName.Of(meter.CreateCounter<long>(name, unit)).Name.ShouldBe(expected);

    [Theory]
    [InlineData("queue.length", "{job}", "queue_length")]
    [InlineData("utilisation", "1", "utilisation_ratio")]
    [InlineData("load", "%", "load_ratio")]
    [InlineData("thread.count", null, "thread_current")]
    [InlineData("grand.total", null, "grand_all")]
    [InlineData("the.sum", null, "the_summed")]
    [InlineData("a.bucket", null, "a_buckets")]
    public void A_gauge_takes_no_ending_that_belongs_to_another_kind(string name, string? unit, string expected) =>
        MetricName.Of(meter.CreateObservableGauge(name, () => 1, unit)).Name.ShouldBe(expected);

    [Theory]
    [InlineData("s", 1)]
    [InlineData("ms", 0.001)]
    [InlineData("us", 0.000001)]
    [InlineData("min", 60)]
    public void Durations_are_told_in_seconds_whatever_they_were_measured_in(string unit, double scale)
    {
        var name = MetricName.Of(meter.CreateHistogram<double>("job.duration", unit));
        name.Name.ShouldBe("job_duration_seconds");
        name.Scale.ShouldBe(scale);
        name.Kind.ShouldBe(MetricKind.Histogram);
    }

    [Theory]
    [InlineData("heretix.http.requests", null, "http_requests_total")]
    [InlineData("heretix.cache.hits", null, "cache_hits_total")]
    [InlineData("heretix.cache.misses", "{lookup}", "cache_misses_total")]
    public void What_the_handbook_documents_has_its_documented_name(string name, string? unit, string expected) =>
        MetricName.Of(meter.CreateCounter<long>(name, unit)).Name.ShouldBe(expected);

    [Fact]
    public void Every_kind_of_instrument_is_written_as_what_it_is()
    {
        MetricName.Of(meter.CreateUpDownCounter<int>("a")).Kind.ShouldBe(MetricKind.Gauge);
        MetricName.Of(meter.CreateObservableUpDownCounter("b", () => 1)).Kind.ShouldBe(MetricKind.Gauge);
        MetricName.Of(meter.CreateGauge<double>("c")).Kind.ShouldBe(MetricKind.Gauge);
        MetricName.Of(meter.CreateObservableCounter("d", () => 1L)).Kind.ShouldBe(MetricKind.Counter);
    }
}
