using Heretix.Tests.Integration.Servers;
using Heretix.Tests.Integration.Stubs;

namespace Heretix.Tests.Integration.Checks;

/// <summary>A check as a stream of events.</summary>
public sealed class StreamTests(PostgresCluster postgres)
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_stream_tells_the_start_the_progress_and_the_result()
    {
        await using var host = await StartAsync(TimeSpan.FromMilliseconds(40), lanes: 4);
        using var user = host.User();
        using var answer = await EventStream.OpenAsync(user, Mock("Bees can count"), Stop);
        ((int)answer.StatusCode).ShouldBe(200);
        answer.Content.Headers.ContentType!.MediaType.ShouldBe("text/event-stream");
        answer.Headers.GetValues("X-Accel-Buffering").ShouldBe(["no"]);
        var events = await EventStream.ReadAsync(answer, Stop).ToListAsync(Stop);
        events.Select(e => e.Id).ShouldBe(events.Select((_, n) => $"{n}"));
        events[0].Name.ShouldBe("started");
        events[^1].Name.ShouldBe("result");
        var progress = events[1..^1];
        progress.ShouldAllBe(e => e.Name == "progress");
        progress.Count.ShouldBeGreaterThan(1);
        progress.Select(e => e.Json.GetProperty("done").GetInt32()).ShouldBeInOrder();
        progress[^1].Json.GetProperty("done").GetInt32().ShouldBe(16);
        progress[^1].Json.GetProperty("valid").GetInt32().ShouldBe(16);
        progress[^1].Json.GetProperty("total").GetInt32().ShouldBe(16);
        var result = events[^1].Json;
        result.Text("check_id").ShouldBe(events[0].Json.Text("check_id"));
        progress[^1]
            .Json.GetProperty("estimate")
            .GetDouble()
            .ShouldBe(result.GetProperty("aggregates").GetProperty("prob_true_rpl").GetDouble(), 1e-9);

        var stored = await user.FetchAsync($"/api/checks/{result.Text("check_id")}");
        stored.Text("status").ShouldBe("completed");
        // The same answer in one piece, but for what is counted.
        stored
            .GetProperty("result")
            .GetProperty("simple_expl")
            .GetRawText()
            .ShouldBe(result.GetProperty("simple_expl").GetRawText());
    }

    [Fact]
    public async Task A_cached_answer_streams_its_start_and_its_result()
    {
        await using var host = await StartAsync(TimeSpan.Zero);
        using var user = host.User();
        await user.CheckAsync(Mock("Bees can count"));
        using var answer = await EventStream.OpenAsync(user, Mock("Bees can count"), Stop);
        var events = await EventStream.ReadAsync(answer, Stop).ToListAsync(Stop);
        events.Select(e => e.Name).ShouldBe(["started", "result"]);
        events[1].Json.GetProperty("was_cached").GetBoolean().ShouldBeTrue();
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_check_goes_on_when_its_reader_leaves(bool stream)
    {
        await using var host = await StartAsync(TimeSpan.FromMilliseconds(300));
        var owner = Guid.NewGuid();
        using (var user = host.User(owner))
        {
            using var leave = CancellationTokenSource.CreateLinkedTokenSource(Stop);
            if (stream)
            {
                using var answer = await EventStream.OpenAsync(user, Mock("Bees can count"), leave.Token);
                await using var events = EventStream.ReadAsync(answer, leave.Token).GetAsyncEnumerator(leave.Token);
                (await events.MoveNextAsync()).ShouldBeTrue();
            }
            else
            {
                using var body = new StringContent(
                    System.Text.Json.JsonSerializer.Serialize(Mock("Bees can count")),
                    System.Text.Encoding.UTF8,
                    "application/json"
                );
                var answer = user.PostAsync(new Uri("/api/checks/run", UriKind.Relative), body, leave.Token);
                await host.UntilAsync("select count(*) from checks.checks where status = 'running'");
                await leave.CancelAsync();
                await Should.ThrowAsync<OperationCanceledException>(answer);
            }
        }
        using var later = host.User(owner);
        var running = await later.FetchAsync("/api/checks?status=running");
        var id = running.GetProperty("items")[0].Text("check_id");
        var shown = await later.FetchAsync($"/api/checks/{id}");
        shown.Text("status").ShouldBe("running");
        shown.GetProperty("progress").GetProperty("total").GetInt32().ShouldBe(16);
        await host.UntilAsync("select count(*) from checks.checks where status = 'completed'");
        (await host.UsedAsync()).ShouldBe(1);
        (await later.FetchAsync($"/api/checks/{id}")).GetProperty("result").Text("check_id").ShouldBe(id);
    }

    [Fact]
    public async Task A_quiet_stream_says_that_it_is_alive()
    {
        await using var host = await StartAsync(TimeSpan.FromMilliseconds(600), heartbeat: "00:00:00.1");
        using var user = host.User();
        using var answer = await EventStream.OpenAsync(user, Mock("Bees can count"), Stop);
        var events = await EventStream.ReadAsync(answer, Stop).ToListAsync(Stop);
        events.Count(e => e.Name == ":").ShouldBeGreaterThan(0);
        events[^1].Name.ShouldBe("result");
    }

    [Fact]
    public async Task A_failure_is_an_event_once_the_stream_has_begun_and_a_status_before()
    {
        await using var stub = new ChatCompletionsStub("compatible");
        await stub.StartAsync(Stop);
        await using var host = await ChecksHost.StartAsync(
            postgres,
            options: new Dictionary<string, string?> { ["Heretix:Checks:CompatibleUrl"] = stub.Address.ToString() }
        );
        stub.Next([.. Enumerable.Repeat(stub.Rejects(401, "no such key"), 40)]);
        using var user = host.User();
        var body = new
        {
            claim = "x",
            provider = "compatible",
            model = "m",
            K = 4,
            R = 1,
        };
        using var answer = await EventStream.OpenAsync(user, body, Stop);
        var events = await EventStream.ReadAsync(answer, Stop).ToListAsync(Stop);
        events[^1].Name.ShouldBe("error");
        events[^1].Json.Text("error").ShouldBe("model_failed");
        events[^1].Json.GetProperty("status").GetInt32().ShouldBe(502);
        (await host.UsedAsync()).ShouldBe(0);
        (await host.OpenAsync()).ShouldBe(0);
        await host.ExecuteAsync("update billing.usage_ledger set used = allowed");
        using var refused = await EventStream.OpenAsync(user, body, Stop);
        ((int)refused.StatusCode).ShouldBe(402);
    }

    private static object Mock(string claim) =>
        new
        {
            claim,
            mock = true,
            K = 8,
            R = 2,
            B = 200,
        };

    private Task<ChecksHost> StartAsync(TimeSpan latency, int lanes = 128, string heartbeat = "00:00:15") =>
        ChecksHost.StartAsync(
            postgres,
            options: new Dictionary<string, string?>
            {
                ["Heretix:Checks:MockLatency"] = latency.ToString(),
                ["Heretix:Checks:CallsInFlight"] = $"{lanes}",
                ["Heretix:Checks:HeartbeatInterval"] = heartbeat,
            }
        );
}
