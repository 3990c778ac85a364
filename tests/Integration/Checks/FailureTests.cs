using System.Text.Json;
using Heretix.Checks.Run;
using Heretix.Checks.Upkeep;
using Heretix.Models;
using Heretix.Tests.Integration.Servers;
using Heretix.Tests.Integration.Stubs;
using Microsoft.EntityFrameworkCore;

namespace Heretix.Tests.Integration.Checks;

/// <summary>Providers that fail and lie, processes that die, reservations that run out.</summary>
public sealed class FailureTests(PostgresCluster postgres)
{
    private const string Belief =
        """{"belief":{"prob_true":0.7,"label":"likely"},"reasons":["a","b"],"assumptions":[],"uncertainties":[],"flags":{"refused":false,"off_topic":false}}""";

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    private static object Check =>
        new
        {
            claim = "x",
            provider = "compatible",
            model = "m",
            K = 4,
            R = 1,
            B = 200,
        };

    [Fact]
    public async Task A_provider_that_fails_costs_nothing_and_what_it_answered_is_kept()
    {
        await using var stub = new ChatCompletionsStub("compatible");
        await stub.StartAsync(Stop);
        await using var host = await StartAsync(stub, lanes: 1);
        using var user = host.User();
        stub.Next(stub.Says(Belief), stub.Says(Belief));
        stub.Next([.. Enumerable.Repeat(stub.Rejects(500, "out of order"), 20)]);
        using var answer = await user.RunAsync(Check);
        var problem = await answer.ReadAsync(502);
        problem.Text("error").ShouldBe("model_failed");
        (await host.UsedAsync()).ShouldBe(0);
        (await host.OpenAsync()).ShouldBe(0);
        var failed = await user.FetchAsync($"/api/checks/{problem.Text("check_id")}");
        failed.Text("status").ShouldBe("failed");
        failed.GetProperty("failure").Text("error").ShouldBe("model_failed");
        failed.GetProperty("templates").GetArrayLength().ShouldBe(2);

        stub.Requests.Clear();
        while (stub.Requests.IsEmpty)
        {
            // The rest of the script that the first check did not use up.
            using var again = await user.RunAsync(Check);
            if (again.IsSuccessStatusCode)
                break;
            stub.Requests.Clear();
            stub.Next([.. Enumerable.Repeat(stub.Says(Belief), 8)]);
        }
        (await host.CountAsync("select count(*) from checks.check_samples where shared")).ShouldBe(4);
    }

    [Fact]
    public async Task Answers_that_cannot_be_used_make_no_estimate()
    {
        await using var stub = new ChatCompletionsStub("compatible");
        await stub.StartAsync(Stop);
        await using var host = await StartAsync(stub);
        using var user = host.User();
        stub.Next([.. Enumerable.Repeat(stub.Says("I would rather \0 not say \ud83d."), 40)]);
        using var answer = await user.RunAsync(Check);
        var problem = await answer.ReadAsync(502);
        problem.Text("error").ShouldBe("too_few_valid_samples");
        (await host.UsedAsync()).ShouldBe(0);
        (await host.CountAsync("select count(*) from checks.check_samples where not shared")).ShouldBe(
            4,
            "what was paid for is kept, valid or not"
        );
    }

    [Fact]
    public async Task A_provider_that_names_itself_strangely_is_stored_all_the_same()
    {
        await using var stub = new StubServer();
        await stub.StartAsync(Stop);
        var reply = JsonSerializer.Serialize(
            new
            {
                id = "id\0" + new string('i', 5000),
                model = "m\0" + new string('m', 5000),
                choices = new[]
                {
                    new
                    {
                        index = 0,
                        finish_reason = "stop",
                        message = new { role = "assistant", content = Belief },
                    },
                },
                usage = new { prompt_tokens = 11, completion_tokens = 7 },
            }
        );
        stub.Next([.. Enumerable.Repeat(Answers.Json(200, reply), 4)]);
        await using var host = await StartAsync(stub);
        using var user = host.User();
        var check = await user.CheckAsync(Check);
        check.Text("provider_model_id").ShouldStartWith("m\ufffdmmm");
        (await user.CheckAsync(Check)).GetProperty("was_cached").GetBoolean().ShouldBeTrue();
    }

    [Fact]
    public async Task A_reservation_that_ran_out_without_room_delivers_nothing()
    {
        await using var host = await StartAsync(TimeSpan.FromSeconds(2), allowed: 1);
        using var user = host.User();
        var running = user.RunAsync(
            new
            {
                claim = "x",
                mock = true,
                B = 200,
            }
        );
        await host.UntilAsync("select count(*) from checks.checks where status = 'running'");
        await host.ExecuteAsync("update billing.usage_reservations set expires_at = now() - interval '1 s'");
        await user.CheckAsync(
            new
            {
                claim = "y",
                mock = true,
                K = 3,
                R = 1,
                B = 200,
            }
        );
        using var answer = await running;
        var problem = await answer.ReadAsync(409);
        problem.Text("error").ShouldBe("reservation_expired");
        (await host.UsedAsync(), await host.OpenAsync()).ShouldBe((1, 0));
        var failed = await user.FetchAsync($"/api/checks/{problem.Text("check_id")}");
        failed.GetProperty("result").ValueKind.ShouldBe(JsonValueKind.Null);
        using var other = host.User();
        (
            await other.CheckAsync(
                new
                {
                    claim = "x",
                    mock = true,
                    B = 200,
                }
            )
        ).GetProperty("was_cached").GetBoolean().ShouldBeTrue("what was measured is kept for whoever asks next");
    }

    [Fact]
    public async Task A_check_whose_process_died_is_failed_and_gives_its_reservation_back()
    {
        await using var host = await StartAsync(TimeSpan.FromSeconds(20), drain: "00:00:00");
        using var user = host.User();
        using var leave = CancellationTokenSource.CreateLinkedTokenSource(Stop);
        using var stream = await EventStream.OpenAsync(user, new { claim = "x", mock = true }, leave.Token);
        await host.UntilAsync("select count(*) from checks.measurements");
        // As if the process had been killed: its leases are not renewed any more.
        await host.ExecuteAsync("update checks.checks set lease_until = now() - interval '1 s'");
        await host.ExecuteAsync("update checks.measurements set lease_until = now() - interval '1 s'");
        var list = await user.FetchAsync("/api/checks");
        list.GetProperty("items")[0].Text("status").ShouldBe("failed", "before anybody has swept");
        (await user.FetchAsync("/api/checks?status=running")).GetProperty("items").GetArrayLength().ShouldBe(0);
        var sweep = host.Services.GetRequiredService<CheckSweep>();
        await using (var db = host.Server.OpenDb())
            // The server's own sweep may have been quicker.
            (await sweep.SweepAsync(db, Stop)).ShouldBeLessThanOrEqualTo(1);
        await using (var db = host.Server.OpenDb())
            (await sweep.SweepAsync(db, Stop)).ShouldBe(0);
        (await host.OpenAsync()).ShouldBe(0);
        var failed = await user.FetchAsync($"/api/checks/{list.GetProperty("items")[0].Text("check_id")}");
        failed.GetProperty("failure").Text("error").ShouldBe("interrupted");
        (await host.CountAsync("select count(*) from checks.measurements")).ShouldBe(0);
        (await postgres.ScalarAsync<string>(host.Database, "select outcome from checks.requests")).ShouldBe(
            "interrupted"
        );
    }

    [Fact]
    public async Task A_process_that_was_given_up_for_dead_and_comes_back_counts_nothing()
    {
        await using var host = await StartAsync(TimeSpan.FromMilliseconds(400));
        using var user = host.User();
        var running = user.RunAsync(new { claim = "x", mock = true });
        await host.UntilAsync("select count(*) from checks.checks where status = 'running'");
        await host.ExecuteAsync("update checks.checks set lease_until = now() - interval '1 s'");
        await using (var db = host.Server.OpenDb())
            (await host.Services.GetRequiredService<CheckSweep>().SweepAsync(db, Stop)).ShouldBeLessThanOrEqualTo(1);
        using var answer = await running;
        (await answer.ReadAsync(503)).Text("error").ShouldBe("interrupted");
        (await host.UsedAsync()).ShouldBe(0);
        (await host.CountAsync("select count(*) from checks.result_cache")).ShouldBe(1);
    }

    [Fact]
    public async Task A_check_that_was_erased_with_its_account_counts_nothing()
    {
        await using var host = await StartAsync(TimeSpan.FromMilliseconds(400));
        using var user = host.User();
        var running = user.RunAsync(new { claim = "x", mock = true });
        await host.UntilAsync("select count(*) from checks.checks where status = 'running'");
        await host.ExecuteAsync("delete from checks.checks");
        using var answer = await running;
        (await answer.ReadAsync(404)).Text("error").ShouldBe("deleted");
        (await host.UsedAsync(), await host.OpenAsync()).ShouldBe((0, 0));
    }

    [Fact]
    public async Task Running_checks_renew_their_leases_and_reservations()
    {
        await using var host = await StartAsync(TimeSpan.FromMilliseconds(500));
        using var user = host.User();
        var running = user.CheckAsync(new { claim = "x", mock = true });
        await host.UntilAsync("select count(*) from checks.measurements");
        const string leases = """
            select least(c.lease_until, m.lease_until, r.expires_at)
            from checks.checks c cross join checks.measurements m cross join billing.usage_reservations r
            """;
        var before = await postgres.ScalarAsync<DateTime>(host.Database, leases);
        await host.Services.GetRequiredService<LeaseKeeper>().RenewAsync(Stop);
        (await postgres.ScalarAsync<DateTime>(host.Database, leases)).ShouldBeGreaterThan(before);
        await running;
    }

    [Fact]
    public async Task A_server_that_stops_lets_checks_end_and_gives_up_those_that_do_not()
    {
        var database = await postgres.CreateDatabaseAsync();
        Task<HttpResponseMessage> ends,
            hangs;
        await using (
            var host = await ChecksHost.StartAsync(
                postgres,
                database,
                new Dictionary<string, string?>
                {
                    ["Heretix:Checks:MockLatency"] = "00:00:00.300",
                    ["Heretix:Checks:CallsInFlight"] = "16",
                    ["Heretix:Checks:DrainTimeout"] = "00:00:00.700",
                }
            )
        )
        {
            var user = host.User();
            ends = user.RunAsync(
                new
                {
                    claim = "short",
                    mock = true,
                    K = 8,
                    R = 1,
                }
            );
            await host.UntilAsync("select count(*) from checks.measurements");
            hangs = user.RunAsync(
                new
                {
                    claim = "long",
                    mock = true,
                    K = 64,
                    R = 4,
                }
            );
            await host.UntilAsync("select count(*) - 1 from checks.measurements");
        }
        using var ended = await ends;
        await ended.ReadAsync(200);
        using var stopped = await hangs;
        (await stopped.ReadAsync(503)).Text("error").ShouldBe("server_stopped");
        (await postgres.ScalarAsync<long>(database, "select sum(used)::bigint from billing.usage_ledger")).ShouldBe(1);
        (await postgres.ScalarAsync<long>(database, "select sum(reserved)::bigint from billing.usage_ledger")).ShouldBe(
            0
        );
        (
            await postgres.ScalarAsync<long>(
                database,
                "select count(*) from checks.checks where failure = 'server_stopped'"
            )
        ).ShouldBe(1);
        (await postgres.ScalarAsync<long>(database, "select count(*) from checks.check_samples")).ShouldBeGreaterThan(
            8
        );
        (await postgres.ScalarAsync<long>(database, "select count(*) from checks.measurements")).ShouldBe(0);
    }

    [Fact]
    public async Task One_connection_is_enough_and_none_is_held_while_a_model_answers()
    {
        await using var host = await ChecksHost.StartAsync(
            postgres,
            options: new Dictionary<string, string?>
            {
                ["Heretix:Checks:MockLatency"] = "00:00:01",
                ["Heretix:Platform:RequestConnections"] = "1",
            }
        );
        var checks = Enumerable
            .Range(0, 20)
            .Select(async n =>
            {
                using var user = host.User();
                return await user.CheckAsync(
                    new
                    {
                        claim = $"Claim {n % 10}",
                        mock = true,
                        K = 4,
                        R = 1,
                        B = 200,
                    }
                );
            })
            .ToList();
        await host.UntilAsync("select (count(*) = 10)::int::bigint from checks.measurements");
        await using (var db = host.Server.OpenDb())
        {
            // It can be had at once, while every check waits for its model.
            await db.Database.OpenConnectionAsync(Stop);
            (await db.Database.SqlQuery<int>($"select 1 as \"Value\"").ToListAsync(Stop)).ShouldBe([1]);
        }
        (
            await host.CountAsync(
                "select count(*) from pg_stat_activity where application_name like '% requests' and state <> 'idle' and datname = current_database()"
            )
        ).ShouldBe(0);
        host.Server.Connections.HeldNow.ShouldBe(0);
        await Task.WhenAll(checks);
        (await host.UsedAsync()).ShouldBe(20);
    }

    private Task<ChecksHost> StartAsync(StubServer stub, int lanes = 16) =>
        ChecksHost.StartAsync(
            postgres,
            options: new Dictionary<string, string?>
            {
                ["Heretix:Checks:CompatibleUrl"] = stub.Address.ToString(),
                ["Heretix:Checks:CallsInFlight"] = $"{lanes}",
            },
            services: services =>
                services.AddSingleton(
                    new ModelCallOptions
                    {
                        MaxAttempts = 2,
                        FirstDelay = TimeSpan.FromMilliseconds(1),
                        LongestDelay = TimeSpan.FromMilliseconds(1),
                    }
                )
        );

    private Task<ChecksHost> StartAsync(TimeSpan latency, string drain = "00:00:20", int allowed = 1000) =>
        ChecksHost.StartAsync(
            postgres,
            allowed: allowed,
            options: new Dictionary<string, string?>
            {
                ["Heretix:Checks:MockLatency"] = latency.ToString(),
                ["Heretix:Checks:DrainTimeout"] = drain,
                ["Heretix:Checks:AbandonTimeout"] = "00:00:00",
            }
        );
}
