using System.Text;
using System.Text.Json;
using Heretix.Tests.Integration.Http;
using Heretix.Tests.Integration.Servers;

namespace Heretix.Tests.Integration.Checks;

/// <summary>A streamed check under an idempotency key.</summary>
public sealed class KeyedStreamTests(PostgresCluster postgres)
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_repeated_stream_is_refused_while_it_runs_and_told_that_all_is_done_afterwards()
    {
        await using var host = await ChecksHost.StartAsync(
            postgres,
            options: new Dictionary<string, string?>
            {
                ["Heretix:Checks:MockLatency"] = "00:00:00.200",
                ["Heretix:Checks:CallsInFlight"] = "4",
            }
        );
        using var user = host.User();
        var key = Guid.NewGuid().ToString();
        string id;
        using (var stream = await StreamAsync(user, key))
        {
            ((int)stream.StatusCode).ShouldBe(200);
            using (var meanwhile = await StreamAsync(user, key))
                await meanwhile.ProblemAsync(409, "request_in_progress");
            var events = await EventStream.ReadAsync(stream, Stop).ToListAsync(Stop);
            events[^1].Name.ShouldBe("result");
            id = events[^1].Json.Text("check_id");
        }
        // The end of the stream is read a little before it is written down; while it is not, Retry-After is there.
        var again = await StreamAsync(user, key);
        for (var tries = 0; again.Headers.RetryAfter is not null && tries < 1000; tries++)
        {
            again.Dispose();
            again = await StreamAsync(user, key);
        }
        using (again)
            await again.ProblemAsync(409, "already_done");
        (await user.FetchAsync($"/api/checks/{id}")).Text("status").ShouldBe("completed");
        (await host.CountAsync("select count(*) from checks.checks")).ShouldBe(1);
        (await host.UsedAsync()).ShouldBe(1);
    }

    private static async Task<HttpResponseMessage> StreamAsync(HttpClient client, string key)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/checks/run");
        request.Content = new StringContent(
            JsonSerializer.Serialize(new { claim = "Bees can count", mock = true }),
            Encoding.UTF8,
            "application/json"
        );
        request.Headers.Accept.ParseAdd("text/event-stream");
        request.Headers.Add("Idempotency-Key", key);
        return await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, Stop);
    }
}
