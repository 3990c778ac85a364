namespace Heretix.Tests.Integration.Platform.Telemetry;

/// <summary>Requests that take too long are logged by their route.</summary>
public sealed class SlowRequestTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_slow_request_is_logged_by_its_template_and_a_stream_is_not()
    {
        var logs = new KeptLogs();
        await using var host = await PlatformHost.StartAsync(
            new Dictionary<string, string?> { ["Heretix:Platform:SlowRequest"] = "00:00:00.050" },
            services => services.AddLogging(logging => logging.AddProvider(logs)),
            app =>
            {
                app.MapGet(
                    "/slow/{word}",
                    async (string word) =>
                    {
                        await Task.Delay(100, Stop);
                        return "done";
                    }
                );
                app.MapGet(
                    "/stream/{word}",
                    async (string word, HttpContext context) =>
                    {
                        context.Response.ContentType = "text/event-stream";
                        await Task.Delay(100, Stop);
                        await context.Response.WriteAsync("data: x\n\n", Stop);
                    }
                );
                app.MapGet("/quick", () => "done");
            }
        );
        using var client = host.Client();
        await client.GetStringAsync(new Uri("/stream/private-word?token=abc", UriKind.Relative), Stop);
        await client.GetStringAsync(new Uri("/quick", UriKind.Relative), Stop);
        await client.GetStringAsync(new Uri("/slow/private-word?token=abc", UriKind.Relative), Stop);
        await host.StopAsync();

        var slow = logs.Lines.Where(line => line.Event.Name == "SlowRequest").ToList();
        var line = slow.ShouldHaveSingleItem();
        line.Message.ShouldStartWith("Slow request: GET /slow/{word} took ");
        line.Message.ShouldEndWith(" ms and ended with 200");
        logs.Lines.ShouldAllBe(each => !each.Message.Contains("private-word", StringComparison.Ordinal));
    }
}
