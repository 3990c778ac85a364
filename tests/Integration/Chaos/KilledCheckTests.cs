using System.Net;
using System.Text.Json;
using Heretix.Tests.Integration.Checks;
using Heretix.Tests.Integration.Load;
using Heretix.Tests.Integration.Servers;
using Heretix.Tests.Integration.Stubs;

namespace Heretix.Tests.Integration.Chaos;

/// <summary>A server that is killed in the middle of a check, and another one that goes on.</summary>
public sealed class KilledCheckTests(PostgresCluster postgres)
{
    private const int Samples = 16;

    private static readonly object Check = new
    {
        claim = "A killed server keeps what was paid for",
        provider = "compatible",
        model = "stub-model",
        K = 8,
        R = 2,
        B = 200,
    };

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_killed_check_costs_nothing_and_its_repeat_asks_the_model_only_for_the_rest()
    {
        await using var model = await ChatStub.StartAsync(TimeSpan.FromMilliseconds(150), cancellationToken: Stop);
        await using var servers = await ServerPair.StartAsync(
            postgres,
            new Dictionary<string, string>
            {
                ["Heretix__Checks__CompatibleUrl"] = model.Address.ToString(),
                ["Heretix__Checks__CallsInFlight"] = "2",
                ["Heretix__Checks__LeaseTime"] = "00:00:02",
                ["Heretix__Checks__RenewInterval"] = "00:00:00.5",
            }
        );
        using var visitor = new VirtualUser(servers.First.Address);
        await visitor.SignInAsync("someone@example.org", servers.Data, Stop);

        var lost = RunAsync(visitor, servers.Second);
        await servers.UntilAsync("select count(*) >= 4 from checks.check_samples");
        await servers.Second.SignalAsync("KILL");
        await servers.Second.EndAsync(Stop);
        await Should.ThrowAsync<HttpRequestException>(lost);
        var kept = (int)await servers.ScalarAsync<long>("select count(*) from checks.check_samples");
        kept.ShouldBeInRange(4, Samples - 1, "it was to be killed in the middle");
        // What the dead process still waited for.
        await Task.Delay(300, Stop);
        var paid = model.Requests;

        await servers.UntilAsync("select bool_and(lease_until < now()) from checks.checks");
        var listed = (await FetchAsync(visitor, "/api/checks")).GetProperty("items")[0];
        listed.Text("status").ShouldBe("failed");
        var detail = await FetchAsync(visitor, $"/api/checks/{listed.Text("check_id")}");
        detail.GetProperty("failure").Text("error").ShouldBe("interrupted");
        (await FetchAsync(visitor, "/api/me")).GetProperty("checks_used").GetInt32().ShouldBe(0);

        // The sweep, which comes by every half minute, is due at once.
        await servers.ExecuteAsync(
            """
            update jobs.qrtz_triggers
            set next_fire_time = (extract(epoch from clock_timestamp()) * 10000000)::bigint + 621355968000000000
            where trigger_group = 'recurring' and trigger_name = 'checks.lost'
            """
        );
        await servers.UntilAsync("select bool_and(status = 'failed' and failure = 'interrupted') from checks.checks");
        (await servers.ScalarAsync<string>("select string_agg(state, ',') from billing.usage_reservations")).ShouldBe(
            "released"
        );
        (await servers.ScalarAsync<long>("select sum(used + reserved)::bigint from billing.usage_ledger")).ShouldBe(0);
        (await servers.ScalarAsync<long>("select count(*) from checks.check_samples")).ShouldBe(kept);
        model.Requests.ShouldBe(paid);

        using var answer = await RunAsync(visitor, servers.First);
        var repeated = await answer.ReadAsync((int)HttpStatusCode.OK);
        repeated.GetProperty("checks_used").GetInt32().ShouldBe(1);
        (model.Requests - paid).ShouldBe(Samples - kept, $"{kept} of {Samples} samples were there");
        (
            await servers.ScalarAsync<int>(
                "select cardinality(sample_ids) from checks.checks where status = 'completed'"
            )
        ).ShouldBe(Samples);
    }

    private static Task<HttpResponseMessage> RunAsync(VirtualUser visitor, ServerProcess server) =>
        visitor.SendAsync(HttpMethod.Post, "/api/checks/run", Check, server.Address, cancellationToken: Stop);

    private static async Task<JsonElement> FetchAsync(VirtualUser visitor, string path)
    {
        using var answer = await visitor.SendAsync(HttpMethod.Get, path, cancellationToken: Stop);
        return await answer.ReadAsync((int)HttpStatusCode.OK);
    }
}
