using System.Text.Json;
using Heretix.Checks.Order;
using Heretix.Platform.Database;
using Heretix.Tests.Integration.Servers;
using Heretix.Tests.Integration.Stubs;
using Npgsql;

namespace Heretix.Tests.Integration.Checks;

/// <summary>What has been paid for is asked once, and still every caller has a check of their own.</summary>
public sealed class SharingTests(PostgresCluster postgres)
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    private static object Check(string claim = "Bees can recognise human faces", int k = 8, bool noCache = false) =>
        new
        {
            claim,
            provider = "compatible",
            model = "stub-model",
            K = k,
            R = 2,
            B = 200,
            no_cache = noCache,
        };

    [Fact]
    public async Task A_finished_result_answers_somebody_else_with_a_row_of_their_own()
    {
        await using var stub = await ChatStub.StartAsync(cancellationToken: Stop);
        await using var host = await StartAsync(stub);
        var (ann, ben) = (Guid.NewGuid(), Guid.NewGuid());
        using var first = host.User(ann);
        using var second = host.User(ben);
        var paid = await first.CheckAsync(Check());
        var found = await second.CheckAsync(Check());
        stub.Requests.ShouldBe(16);
        found.GetProperty("was_cached").GetBoolean().ShouldBeTrue();
        paid.GetProperty("was_cached").GetBoolean().ShouldBeFalse();
        found.GetProperty("tokens_in").GetInt64().ShouldBe(0);
        found.GetProperty("aggregates").GetProperty("cache_hit_rate").GetDouble().ShouldBe(1);
        found.Text("run_id").ShouldBe(paid.Text("run_id"));
        found.Text("check_id").ShouldNotBe(paid.Text("check_id"));
        found.Text("execution_id").ShouldNotBe(paid.Text("execution_id"));
        Estimate(found).ShouldBe(Estimate(paid));
        (await host.UsedAsync()).ShouldBe(2, "a cached answer counts like any other");

        await first.FetchAsync($"/api/checks/{found.Text("check_id")}", 404);
        await second.FetchAsync($"/api/checks/{paid.Text("check_id")}", 404);
        (await Count(host, $"select count(*) from checks.checks where user_id = '{ann}'")).ShouldBe(1);
        (await Count(host, $"select count(*) from checks.checks where user_id = '{ben}' and was_cached")).ShouldBe(1);
        var detail = await second.FetchAsync($"/api/checks/{found.Text("check_id")}");
        detail
            .GetProperty("templates")
            .EnumerateArray()
            .SelectMany(template => template.GetProperty("samples").EnumerateArray())
            .Count(sample => sample.GetProperty("from_cache").GetBoolean())
            .ShouldBe(16);
    }

    [Fact]
    public async Task A_larger_measurement_asks_only_for_what_is_new()
    {
        await using var stub = await ChatStub.StartAsync(cancellationToken: Stop);
        await using var host = await StartAsync(stub);
        using var user = host.User();
        await user.CheckAsync(Check(k: 8));
        var larger = await user.CheckAsync(Check(k: 12));
        stub.Requests.ShouldBe(24);
        larger.GetProperty("was_cached").GetBoolean().ShouldBeFalse();
        larger.GetProperty("aggregates").GetProperty("cache_hit_rate").GetDouble().ShouldBe(16.0 / 24);
    }

    [Fact]
    public async Task What_is_asked_anew_shares_nothing_and_answers_later_requests()
    {
        await using var stub = await ChatStub.StartAsync(TimeSpan.FromMilliseconds(30), cancellationToken: Stop);
        await using var host = await StartAsync(stub);
        using var user = host.User();
        await user.CheckAsync(Check());
        var anew = await Task.WhenAll(user.CheckAsync(Check(noCache: true)), user.CheckAsync(Check(noCache: true)));
        stub.Requests.ShouldBe(48);
        anew.ShouldAllBe(check => !check.GetProperty("was_cached").GetBoolean());
        var later = await user.CheckAsync(Check());
        later.GetProperty("was_cached").GetBoolean().ShouldBeTrue();
        stub.Requests.ShouldBe(48);
    }

    [Fact]
    public async Task A_result_that_is_asked_for_again_is_at_hand_without_the_database()
    {
        await using var stub = await ChatStub.StartAsync(cancellationToken: Stop);
        await using var host = await StartAsync(stub);
        using var user = host.User();
        await user.CheckAsync(Check());
        await user.CheckAsync(Check());
        await host.ExecuteAsync("delete from checks.result_cache");
        await host.ExecuteAsync("delete from checks.check_samples");
        (await user.CheckAsync(Check())).GetProperty("was_cached").GetBoolean().ShouldBeTrue();
        stub.Requests.ShouldBe(16);
    }

    [Fact]
    public async Task A_result_that_was_measured_anew_takes_the_place_of_its_copies_in_every_process()
    {
        await using var stub = await ChatStub.StartAsync(cancellationToken: Stop);
        await using var host = await StartAsync(stub);
        await using var other = await StartAsync(stub, host.Database);
        using var user = host.User();
        using var elsewhere = other.User();
        await user.CheckAsync(Check());
        await elsewhere.CheckAsync(Check());
        await elsewhere.CheckAsync(Check());
        await user.CheckAsync(Check(noCache: true));
        // Marked, so that it can be told which of the two is answered.
        await host.ExecuteAsync(
            "update checks.result_cache set payload = jsonb_set(payload, '{provider_model_id}', '\"newest\"')"
        );
        JsonElement answer;
        do answer = await elsewhere.CheckAsync(Check());
        while (answer.GetProperty("provider_model_id").GetString() != "newest");
        stub.Requests.ShouldBe(32);
    }

    [Fact]
    public async Task A_result_that_is_too_old_is_measured_again_from_the_samples_that_are_there()
    {
        await using var stub = await ChatStub.StartAsync(cancellationToken: Stop);
        await using var host = await StartAsync(stub);
        using var user = host.User();
        var first = await user.CheckAsync(Check());
        await host.ExecuteAsync("update checks.result_cache set expires_at = now() - interval '1 s'");
        var second = await user.CheckAsync(Check());
        stub.Requests.ShouldBe(16);
        Estimate(second).ShouldBe(Estimate(first));
        second.GetProperty("was_cached").GetBoolean().ShouldBeTrue("every sample was there");
    }

    [Fact]
    public async Task Equal_requests_in_flight_share_one_set_of_calls_and_each_is_counted()
    {
        await using var stub = await ChatStub.StartAsync(TimeSpan.FromMilliseconds(150), cancellationToken: Stop);
        await using var host = await StartAsync(stub);
        var checks = await Task.WhenAll(
            Enumerable
                .Range(0, 12)
                .Select(async _ =>
                {
                    using var user = host.User();
                    return await user.CheckAsync(Check());
                })
        );
        stub.Requests.ShouldBe(16);
        (await host.UsedAsync()).ShouldBe(12);
        checks.Select(check => check.Text("execution_id")).Distinct().Count().ShouldBe(12);
        checks.Select(Estimate).Distinct().Count().ShouldBe(1);
        checks.Count(check => !check.GetProperty("was_cached").GetBoolean()).ShouldBe(1, "one of them paid");
        (await Count(host, "select count(distinct user_id) from checks.checks where status = 'completed'")).ShouldBe(
            12
        );
    }

    [Fact]
    public async Task Whoever_came_along_with_a_check_that_could_not_begin_is_answered_all_the_same()
    {
        await using var stub = await ChatStub.StartAsync(cancellationToken: Stop);
        await using var host = await StartAsync(stub);
        var id = Guid.NewGuid();
        using var leads = host.User(id);
        using var joins = host.User();
        await leads.CheckAsync(Check("So that a period is there"));
        Task<HttpResponseMessage> leading;
        Task<JsonElement> joined;
        // The row of the leader waits for the account, which is erased meanwhile.
        await using (var erasing = new NpgsqlConnection(Address(host)))
        {
            await erasing.OpenAsync(Stop);
            await using var transaction = await erasing.BeginTransactionAsync(Stop);
            await ExecuteAsync(erasing, $"select 1 from accounts.users where id = '{id}' for update");
            leading = leads.RunAsync(Check());
            await host.UntilAsync("select count(*) from pg_stat_activity where wait_event_type = 'Lock'");
            joined = joins.CheckAsync(Check());
            await host.UntilAsync("select count(*) from checks.checks where status = 'running'");
            await ExecuteAsync(erasing, $"delete from accounts.users where id = '{id}'");
            await transaction.CommitAsync(Stop);
        }
        using (var answer = await leading)
            ((int)answer.StatusCode).ShouldBe(401);
        (await joined).GetProperty("was_cached").GetBoolean().ShouldBeFalse();
        stub.Requests.ShouldBe(32);
        (await host.CountAsync("select count(*) from checks.measurements")).ShouldBe(0);
        (await host.OpenAsync()).ShouldBe(0);
    }

    private string Address(ChecksHost host) =>
        DatabaseAddress.ToConnectionString(postgres.Url(host.Database)).ConnectionString;

    private static async Task ExecuteAsync(NpgsqlConnection connection, string sql)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync(Stop);
    }

    [Fact]
    public async Task Two_processes_share_one_set_of_calls_too()
    {
        await using var stub = await ChatStub.StartAsync(TimeSpan.FromMilliseconds(150), cancellationToken: Stop);
        await using var one = await StartAsync(stub);
        await using var two = await StartAsync(stub, one.Database);
        var checks = await Task.WhenAll(
            Enumerable
                .Range(0, 12)
                .Select(async n =>
                {
                    using var user = (n % 2 == 0 ? one : two).User();
                    return await user.CheckAsync(Check(k: n % 3 == 0 ? 6 : 8));
                })
        );
        stub.Requests.ShouldBe(16, "the smaller measurement is a part of the larger one");
        (await one.UsedAsync()).ShouldBe(12);
        (await one.OpenAsync()).ShouldBe(0);
        checks
            .GroupBy(check => check.Text("run_id"))
            .ShouldAllBe(group => group.Select(Estimate).Distinct().Count() == 1);
        (await Count(one, "select count(*) from checks.measurements")).ShouldBe(0);
    }

    [Fact]
    public async Task A_subject_whose_process_has_died_is_taken_over()
    {
        await using var stub = await ChatStub.StartAsync(cancellationToken: Stop);
        await using var host = await StartAsync(stub);
        using var user = host.User();
        var claim = "A claim of a process that died";
        var body = JsonElement.Parse(JsonSerializer.Serialize(Check(claim)));
        var subject = host.Services.GetRequiredService<OrderTaking>().Take(body).Order!.Subject;
        await host.ExecuteAsync(
            $"insert into checks.measurements values ('{subject}', 'exec-dead', gen_random_uuid(), now() + interval '500 ms')"
        );
        var check = await user.CheckAsync(Check(claim));
        check.GetProperty("sampling").GetProperty("samples_valid").GetInt32().ShouldBe(16);
        (await Count(host, "select count(*) from checks.measurements")).ShouldBe(0);
    }

    [Fact]
    public async Task As_many_requests_as_the_allowance_has_room_for_are_made_over_two_processes()
    {
        await using var stub = await ChatStub.StartAsync(TimeSpan.FromMilliseconds(20), cancellationToken: Stop);
        await using var one = await StartAsync(stub, allowed: 7);
        await using var two = await StartAsync(stub, one.Database, allowed: 7);
        var user = Guid.NewGuid();
        var statuses = await Task.WhenAll(
            Enumerable
                .Range(0, 40)
                .Select(async n =>
                {
                    using var client = (n % 2 == 0 ? one : two).User(user);
                    using var answer = await client.RunAsync(Check($"Claim number {n % 5}"));
                    return (int)answer.StatusCode;
                })
        );
        statuses.Count(status => status == 200).ShouldBe(7);
        statuses.Count(status => status == 402).ShouldBe(33);
        (await one.UsedAsync()).ShouldBe(7);
        (await one.OpenAsync()).ShouldBe(0);
        (await Count(one, "select count(*) from checks.checks where status = 'completed'")).ShouldBe(7);
        (await Count(one, "select count(*) from checks.checks")).ShouldBe(7);
    }

    private Task<ChecksHost> StartAsync(ChatStub stub, string? database = null, int allowed = 1000) =>
        ChecksHost.StartAsync(
            postgres,
            database,
            new Dictionary<string, string?>
            {
                ["Heretix:Checks:CompatibleUrl"] = stub.Address.ToString(),
                ["Heretix:Checks:PollInterval"] = "00:00:00.02",
            },
            allowed: allowed
        );

    private static Task<long> Count(ChecksHost host, string sql) => host.CountAsync(sql);

    private static double Estimate(JsonElement check) =>
        check.GetProperty("aggregates").GetProperty("prob_true_rpl").GetDouble();
}
