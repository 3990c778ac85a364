using System.Diagnostics.Metrics;
using System.Text;

namespace Heretix.Tests.Integration.Platform.Telemetry;

/// <summary>Traces and metrics reach a collector as OTLP over HTTP, against a stub of one.</summary>
public sealed class OtlpTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Spans_and_metrics_arrive_under_route_templates_and_say_nothing_of_who_asked()
    {
        await using var collector = await RecordingServer.StartAsync();
        await using var host = await PlatformHost.StartAsync(
            new Dictionary<string, string?>
            {
                ["OTEL_EXPORTER_OTLP_ENDPOINT"] = collector.Address.AbsoluteUri,
                ["OTEL_EXPORTER_OTLP_HEADERS"] = "x-collector-key=abc",
            },
            pipeline: app => app.MapGet("/things/{id}", (string id) => "thing")
        );
        var meter = host.Services.GetRequiredService<IMeterFactory>().Create("Heretix.Test");
        meter.CreateCounter<long>("heretix.test.events").Add(3);
        using var library = new Meter("Quartz");
        library.CreateCounter<long>("quartz.test.events").Add(1);
        using var client = host.Client();
        client.DefaultRequestHeaders.UserAgent.ParseAdd("secret-agent/1.0");
        await client.GetStringAsync(new Uri("/things/7?email=ada@example.org", UriKind.Relative), Stop);
        // A probe that makes no span of its own.
        using var probe = new HttpClient(new SocketsHttpHandler { ActivityHeadersPropagator = null });
        await probe.GetStringAsync(new Uri(host.Address, "/health/live"), Stop);
        await host.StopAsync();

        var bodies = new Dictionary<string, string>();
        while (bodies.Count < 2)
        {
            var received = await collector.ReceiveAsync(Stop);
            received.Headers.ContentType.ToString().ShouldBe("application/x-protobuf");
            received.Headers["x-collector-key"].ToString().ShouldBe("abc");
            bodies[received.Path] = bodies.GetValueOrDefault(received.Path) + Encoding.Latin1.GetString(received.Body);
        }
        var traces = bodies["/v1/traces"];
        traces.ShouldContain("GET /things/{id}");
        traces.ShouldContain("http.response.status_code");
        traces.ShouldContain("service.name");
        traces.ShouldContain("heretix");
        traces.ShouldContain("deployment.environment.name");
        foreach (var secret in new[] { "ada@example.org", "email=", "secret-agent", "/health/live" })
            traces.ShouldNotContain(secret);
        var metrics = bodies["/v1/metrics"];
        metrics.ShouldContain("heretix.test.events");
        metrics.ShouldContain("quartz.test.events");
        metrics.ShouldContain("heretix.http.requests");
        metrics.ShouldContain("http.server.request.duration");
    }

    [Fact]
    public async Task A_collector_that_is_away_stops_neither_the_start_nor_requests_nor_the_stop()
    {
        var gone = await RecordingServer.StartAsync();
        var address = gone.Address.AbsoluteUri;
        await gone.DisposeAsync();
        await using var host = await PlatformHost.StartAsync(
            new Dictionary<string, string?> { ["OTEL_EXPORTER_OTLP_ENDPOINT"] = address },
            pipeline: app => app.MapGet("/thing", () => "thing")
        );
        using var client = host.Client();
        (await client.GetStringAsync(new Uri("/thing", UriKind.Relative), Stop)).ShouldBe("thing");
        await host.StopAsync();
    }
}
