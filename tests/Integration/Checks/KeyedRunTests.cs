using System.Text;
using System.Text.Json;
using Heretix.Models;
using Heretix.Tests.Integration.Servers;
using Heretix.Tests.Integration.Stubs;

namespace Heretix.Tests.Integration.Checks;

/// <summary>A key stands for one check: it is used up when the check is counted, whoever is there to hear of it.</summary>
public sealed class KeyedRunTests(PostgresCluster postgres)
{
    private const string Belief =
        """{"belief":{"prob_true":0.7,"label":"likely"},"reasons":["a","b"],"assumptions":[],"uncertainties":[],"flags":{"refused":false,"off_topic":false}}""";

    private static readonly object Mock = new
    {
        claim = "Keyed",
        mock = true,
        K = 4,
        R = 1,
        B = 200,
    };

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_key_is_used_up_in_the_transaction_that_counts_the_check()
    {
        await using var host = await ChecksHost.StartAsync(postgres);
        // As if the process died between the count and the keeping of the answer.
        await host.ExecuteAsync(
            """
            create function jobs.refuse() returns trigger language plpgsql as $$ begin raise 'no answer is kept'; end $$;
            create trigger refuse before update on jobs.idempotency_keys for each row
                when (new.body is not null) execute function jobs.refuse()
            """
        );
        using var user = host.User();
        using (var first = await RunAsync(user, "k", Mock))
            await first.ReadAsync(200);
        (
            await host.CountAsync("select count(*) from jobs.idempotency_keys where status = 200 and body is null")
        ).ShouldBe(1);
        using var again = await RunAsync(user, "k", Mock);
        (await again.ReadAsync(409)).Text("error").ShouldBe("already_done");
        (await host.UsedAsync()).ShouldBe(1);
    }

    [Fact]
    public async Task A_cached_answer_uses_its_key_up_too_and_is_given_again()
    {
        await using var host = await ChecksHost.StartAsync(postgres);
        using var user = host.User();
        await user.CheckAsync(Mock);
        await user.CheckAsync(Mock);
        using var first = await RunAsync(user, "k", Mock);
        using var again = await RunAsync(user, "k", Mock);
        (await again.ReadAsync(200)).Text("check_id").ShouldBe((await first.ReadAsync(200)).Text("check_id"));
        (await host.UsedAsync()).ShouldBe(3);
    }

    [Fact]
    public async Task A_stream_that_ends_in_an_error_frees_its_key()
    {
        await using var stub = new ChatCompletionsStub("compatible");
        await stub.StartAsync(Stop);
        await using var host = await ChecksHost.StartAsync(
            postgres,
            options: new Dictionary<string, string?>
            {
                ["Heretix:Checks:CompatibleUrl"] = stub.Address.ToString(),
                ["Heretix:Checks:CallsInFlight"] = "1",
            },
            services: services => services.AddSingleton(new ModelCallOptions { MaxAttempts = 1 })
        );
        using var user = host.User();
        object check = new
        {
            claim = "x",
            provider = "compatible",
            model = "m",
            K = 4,
            R = 1,
            B = 200,
        };
        stub.Next(stub.Rejects(401, "no"));
        (await EventsAsync(user, "k", check)).ShouldBe("error");
        stub.Next([.. Enumerable.Repeat(stub.Says(Belief), 4)]);
        (await EventsAsync(user, "k", check)).ShouldBe("result");
        (await host.UsedAsync()).ShouldBe(1);
    }

    [Fact]
    public async Task A_key_is_held_until_the_check_ends_although_its_reader_has_left()
    {
        await using var host = await ChecksHost.StartAsync(
            postgres,
            options: new Dictionary<string, string?> { ["Heretix:Checks:MockLatency"] = "00:00:01.500" }
        );
        using var user = host.User();
        using (var leave = CancellationTokenSource.CreateLinkedTokenSource(Stop))
        {
            using var opened = await OpenAsync(user, "k", Mock, leave.Token);
            await host.UntilAsync("select count(*) from checks.checks where status = 'running'");
            await leave.CancelAsync();
        }
        using (var meanwhile = await OpenAsync(user, "k", Mock, Stop))
            (await meanwhile.ReadAsync(409)).Text("error").ShouldBe("request_in_progress");
        await host.UntilAsync("select count(*) from checks.checks where status = 'completed'");
        using (var after = await OpenAsync(user, "k", Mock, Stop))
            (await after.ReadAsync(409)).Text("error").ShouldBe("already_done");
        (await host.UsedAsync()).ShouldBe(1);
    }

    private static async Task<string> EventsAsync(HttpClient user, string key, object body)
    {
        using var answer = await OpenAsync(user, key, body, Stop);
        ((int)answer.StatusCode).ShouldBe(200);
        var last = "";
        await foreach (var happened in EventStream.ReadAsync(answer, Stop))
            last = happened.Name;
        return last;
    }

    private static Task<HttpResponseMessage> OpenAsync(
        HttpClient user,
        string key,
        object body,
        CancellationToken stop
    ) => SendAsync(user, key, body, "text/event-stream", stop);

    private static Task<HttpResponseMessage> RunAsync(HttpClient user, string key, object body) =>
        SendAsync(user, key, body, "application/json", Stop);

    private static async Task<HttpResponseMessage> SendAsync(
        HttpClient user,
        string key,
        object body,
        string accepts,
        CancellationToken stop
    )
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/checks/run");
        request.Content = new StringContent(JsonSerializer.Serialize(body), Encoding.UTF8, "application/json");
        request.Headers.Accept.ParseAdd(accepts);
        request.Headers.Add("Idempotency-Key", key);
        return await user.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, stop);
    }
}
