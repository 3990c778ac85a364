using System.Diagnostics.Metrics;
using System.Globalization;
using FsCheck;
using FsCheck.Fluent;
using Heretix.Platform.Telemetry;
using Heretix.Platform.Telemetry.Metrics;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace Heretix.Tests.Unit.Platform.Telemetry;

/// <summary>What was measured stands on the page.</summary>
public sealed class MetricsPageRenderTests : IDisposable
{
    private readonly ServiceProvider services = new ServiceCollection().AddMetrics().BuildServiceProvider();
    private readonly IMeterFactory meters;
    private readonly Meter meter;
    private readonly MetricsPage page;

    public MetricsPageRenderTests()
    {
        meters = services.GetRequiredService<IMeterFactory>();
        meter = meters.Create("Heretix.Rendered");
        page = new MetricsPage(
            meters,
            Options.Create(new TelemetryOptions { MetricSeries = 10 }),
            NullLogger<MetricsPage>.Instance
        );
    }

    public void Dispose()
    {
        page.Dispose();
        services.Dispose();
    }

    [Fact]
    public void A_histogram_honours_the_bounds_that_its_instrument_advises()
    {
        var histogram = meter.CreateHistogram(
            "wait",
            "ms",
            "How long.",
            advice: new InstrumentAdvice<double> { HistogramBucketBoundaries = [10, 100] }
        );
        foreach (var milliseconds in new[] { 5.0, 10, 50, 500, -3, double.NaN })
            histogram.Record(milliseconds, new KeyValuePair<string, object?>("kind", "a"));
        page.Render()
            .ShouldContain(
                """
                # HELP wait_seconds How long.
                # TYPE wait_seconds histogram
                wait_seconds_bucket{kind="a",le="0.01"} 3
                wait_seconds_bucket{kind="a",le="0.1"} 4
                wait_seconds_bucket{kind="a",le="+Inf"} 5
                wait_seconds_sum{kind="a"} 0.565
                wait_seconds_count{kind="a"} 5

                """
            );
    }

    [Fact]
    public void Buckets_never_fall_and_end_at_the_count_whatever_was_measured() =>
        Prop.ForAll(
                ArbMap.Default.ArbFor<NormalFloat[]>(),
                values =>
                {
                    var histogram = meter.CreateHistogram<double>($"h{Guid.NewGuid():N}", "s");
                    foreach (var value in values)
                        histogram.Record(value.Get);
                    var name = MetricName.Of(histogram).Name;
                    var lines = page.Render()
                        .Split('\n')
                        .Where(line => line.StartsWith(name, StringComparison.Ordinal));
                    var buckets = lines
                        .Where(line => line.Contains("_bucket", StringComparison.Ordinal))
                        .Select(Value)
                        .ToList();
                    var count = lines.Where(line => line.Contains("_count", StringComparison.Ordinal)).Select(Value);
                    return values.Length == 0
                        ? buckets.Count == 0
                        : buckets.Zip(buckets.Skip(1)).All(pair => pair.First <= pair.Second)
                            && buckets[^1] == values.Length
                            && count.Single() == values.Length;
                }
            )
            .Check(Config.QuickThrowOnFailure.WithMaxTest(30));

    [Fact]
    public async Task Measurements_of_many_threads_are_all_counted()
    {
        var counter = meter.CreateCounter<long>("parallel.events");
        var histogram = meter.CreateHistogram<double>("parallel.waits", "s");
        await Task.WhenAll(
            Enumerable
                .Range(0, 8)
                .Select(worker =>
                    Task.Run(() =>
                    {
                        for (var i = 0; i < 10_000; i++)
                        {
                            var tag = new KeyValuePair<string, object?>("worker", worker % 2);
                            counter.Add(1, tag);
                            histogram.Record(0.25, tag);
                        }
                    })
                )
        );
        var text = page.Render();
        text.ShouldContain("parallel_events_total{worker=\"0\"} 40000\n");
        text.ShouldContain("parallel_events_total{worker=\"1\"} 40000\n");
        text.ShouldContain("parallel_waits_seconds_sum{worker=\"1\"} 10000\n");
        text.ShouldContain("parallel_waits_seconds_count{worker=\"0\"} 40000\n");
    }

    [Fact]
    public void The_order_in_which_tags_come_does_not_matter()
    {
        var counter = meter.CreateCounter<long>("ordered");
        counter.Add(1, new("a", 1), new KeyValuePair<string, object?>("b", 2));
        counter.Add(1, new("b", 2), new KeyValuePair<string, object?>("a", 1));
        page.Render().ShouldContain("ordered_total{a=\"1\",b=\"2\"} 2\n");
    }

    [Fact]
    public void Beyond_the_allowed_number_of_series_measurements_go_into_one_more()
    {
        var counter = meter.CreateCounter<long>("unbounded");
        for (var i = 0; i < 500; i++)
            counter.Add(1, new KeyValuePair<string, object?>("id", i));
        var lines = page.Render()
            .Split('\n')
            .Where(line => line.StartsWith("unbounded_total", StringComparison.Ordinal))
            .ToList();
        lines.Count.ShouldBe(11);
        lines.ShouldContain("unbounded_total{otel_metric_overflow=\"true\"} 490");
        lines.Sum(Value).ShouldBe(500);
    }

    [Fact]
    public void Two_instruments_that_would_share_a_name_are_told_apart()
    {
        using var other = meters.Create("Heretix.Other");
        meter.CreateCounter<long>("same.events").Add(1);
        other.CreateCounter<long>("same.events").Add(2);
        meter.CreateHistogram<double>("taken", "s").Record(1);
        other.CreateGauge<int>("taken.seconds").Record(7);
        var text = page.Render();
        text.ShouldContain("\nsame_events_total 1\n");
        text.ShouldContain("\nheretix_other_same_events_total 2\n");
        text.ShouldContain("\ntaken_seconds_count 1\n");
        text.ShouldContain("\nheretix_other_taken_seconds 7\n");
    }

    [Fact]
    public void A_meter_that_is_made_again_continues_its_counters()
    {
        new Meter("Heretix.Again", null, null, meters).CreateCounter<long>("again").Add(1);
        new Meter("Heretix.Again", null, null, meters).CreateCounter<long>("again").Add(1);
        page.Render().ShouldContain("\nagain_total 2\n");
    }

    [Fact]
    public void Observed_values_are_read_when_the_page_is_and_go_when_they_are_not_reported()
    {
        var reported = new List<Measurement<long>> { new(3, [new("queue", "a")]), new(4, [new("queue", "b")]) };
        meter.CreateObservableUpDownCounter("waiting", () => reported);
        page.Render().ShouldContain("\nwaiting{queue=\"a\"} 3\nwaiting{queue=\"b\"} 4\n");
        reported.RemoveAt(0);
        var second = page.Render();
        second.ShouldContain("\nwaiting{queue=\"b\"} 4\n");
        second.ShouldNotContain("queue=\"a\"");
        reported.Clear();
        page.Render();
        page.Render().ShouldNotContain("waiting");
        reported.Add(new(9, [new("queue", "a")]));
        page.Render().ShouldContain("\nwaiting{queue=\"a\"} 9\n");
    }

    [Fact]
    public void An_instrument_that_throws_does_not_take_the_others_with_it()
    {
        meter.CreateObservableGauge("broken", int () => throw new InvalidOperationException());
        meter.CreateObservableGauge("fine", () => 1);
        page.Render().ShouldContain("\nfine 1\n");
    }

    [Fact]
    public void The_name_of_each_single_job_makes_no_series()
    {
        using var quartz = meters.Create("Quartz");
        var duration = quartz.CreateHistogram<double>("quartz.job.execution.duration", "s");
        for (var i = 0; i < 100; i++)
            duration.Record(
                1,
                new("quartz.job.name", $"job-{i}"),
                new KeyValuePair<string, object?>("quartz.job.group", "mail")
            );
        var text = page.Render();
        text.ShouldContain("quartz_job_execution_duration_seconds_count{quartz_job_group=\"mail\"} 100\n");
        text.ShouldNotContain("job-1");
    }

    [Fact]
    public void A_pool_is_named_by_its_application_and_not_by_its_connection_string()
    {
        var connections = meter.CreateUpDownCounter<int>("db.client.connection.count");
        connections.Add(
            1,
            new KeyValuePair<string, object?>(
                "db.client.connection.pool.name",
                "Host=db;Username=u;Application Name=\"heretix requests\";Pooling=true"
            )
        );
        connections.Add(1, new KeyValuePair<string, object?>("db.client.connection.pool.name", "Host=db;Username=u"));
        var text = page.Render();
        text.ShouldContain("db_client_connections{db_client_connection_pool_name=\"heretix requests\"} 1\n");
        text.ShouldContain("db_client_connections{db_client_connection_pool_name=\"unnamed\"} 1\n");
    }

    [Fact]
    public void The_hit_rate_is_computed_from_hits_and_misses()
    {
        page.Render().ShouldNotContain("cache_hit_rate");
        meter.CreateCounter<long>("heretix.cache.hits").Add(3, new KeyValuePair<string, object?>("tier", "memory"));
        meter.CreateCounter<long>("heretix.cache.misses").Add(1);
        page.Render().ShouldContain("# TYPE cache_hit_rate gauge\ncache_hit_rate 0.75\n");
    }

    [Fact]
    public void Meters_of_another_server_in_the_process_are_left_to_it()
    {
        using var others = new ServiceCollection().AddMetrics().BuildServiceProvider();
        others.GetRequiredService<IMeterFactory>().Create("Heretix.Elsewhere").CreateCounter<long>("elsewhere").Add(1);
        page.Render().ShouldNotContain("elsewhere");
    }

    private static double Value(string line) =>
        double.Parse(line[(line.LastIndexOf(' ') + 1)..], CultureInfo.InvariantCulture);
}
