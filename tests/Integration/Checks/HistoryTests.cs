using System.Text.Json;
using Heretix.Platform.Modules;
using Heretix.Tests.Integration.Servers;

namespace Heretix.Tests.Integration.Checks;

/// <summary>The caller's own checks.</summary>
public sealed class HistoryTests(PostgresCluster postgres)
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    private static object Mock(string claim, int k = 4, string model = "gpt-5") =>
        new
        {
            claim,
            mock = true,
            model,
            K = k,
            R = 1,
            B = 200,
        };

    [Fact]
    public async Task Pages_show_every_check_once_while_new_ones_arrive()
    {
        await using var host = await ChecksHost.StartAsync(postgres);
        using var user = host.User();
        var made = new List<string>();
        for (var n = 0; n < 7; n++)
            made.Add((await user.CheckAsync(Mock($"Claim {n}"))).Text("check_id"));
        var seen = new List<string>();
        string? cursor = null;
        do
        {
            var page = await user.FetchAsync($"/api/checks?limit=3{(cursor is null ? "" : $"&cursor={cursor}")}");
            page.GetProperty("items").GetArrayLength().ShouldBeLessThanOrEqualTo(3);
            seen.AddRange(page.GetProperty("items").EnumerateArray().Select(item => item.Text("check_id")));
            cursor = page.GetProperty("next_cursor").GetString();
            await user.CheckAsync(Mock($"Newer {seen.Count}"));
        } while (cursor is not null);
        made.Reverse();
        seen.ShouldBe(made);
    }

    [Fact]
    public async Task Checks_of_one_moment_are_told_apart()
    {
        await using var host = await ChecksHost.StartAsync(postgres);
        using var user = host.User();
        for (var n = 0; n < 5; n++)
            await user.CheckAsync(Mock("The same"));
        await host.ExecuteAsync("update checks.checks set created_at = '2026-03-14T09:26:53.589793Z'");
        var seen = new List<string>();
        string? cursor = null;
        do
        {
            var page = await user.FetchAsync($"/api/checks?limit=2{(cursor is null ? "" : $"&cursor={cursor}")}");
            seen.AddRange(page.GetProperty("items").EnumerateArray().Select(item => item.Text("check_id")));
            cursor = page.GetProperty("next_cursor").GetString();
        } while (cursor is not null);
        seen.Count.ShouldBe(5);
        seen.Distinct().Count().ShouldBe(5);
    }

    [Fact]
    public async Task Filters_narrow_the_list_and_words_are_taken_literally()
    {
        await using var host = await ChecksHost.StartAsync(postgres);
        using var user = host.User();
        await user.CheckAsync(Mock("100% of bees dance"));
        await user.CheckAsync(Mock("100 of bees dance"));
        await user.CheckAsync(Mock("Wasps_dance too", model: "grok-4"));
        await user.CheckAsync(Mock("100% of bees dance"));
        (await Claims("q=100%25")).ShouldBe(["100% of bees dance", "100% of bees dance"]);
        (await Claims("q=BEES")).Length.ShouldBe(3);
        (await Claims("q=s_d")).ShouldBe(["Wasps_dance too"]);
        (await Claims("q=%5C")).ShouldBeEmpty();
        (await Claims("model=grok-4")).ShouldBe(["Wasps_dance too"]);
        (await Claims("was_cached=true")).ShouldBe(["100% of bees dance"]);
        (await Claims("was_cached=false&mock=true&status=completed")).Length.ShouldBe(3);
        (await Claims("mock=false")).ShouldBeEmpty();
        (await Claims("status=failed")).ShouldBeEmpty();
        var verdicts = new[] { "likely_true", "likely_false", "uncertain" };
        var counts = await Task.WhenAll(verdicts.Select(async verdict => (await Claims($"verdict={verdict}")).Length));
        counts.Sum().ShouldBe(4);
        await host.ExecuteAsync(
            "update checks.checks set created_at = '2026-03-14T00:00:00Z' where claim like 'Wasps%'"
        );
        (await Claims("to=2026-03-15")).ShouldBe(["Wasps_dance too"]);
        (await Claims("from=2026-03-14T00:00:00Z&to=2026-03-14T00:00:00.001Z")).ShouldBe(["Wasps_dance too"]);
        (await Claims("to=2026-03-14T00:00:00Z")).ShouldBeEmpty();
        (await Claims("from=2026-03-14T01:00:00%2B01:00")).Length.ShouldBe(4);

        async Task<string[]> Claims(string query)
        {
            var page = await user.FetchAsync("/api/checks?" + query);
            return [.. page.GetProperty("items").EnumerateArray().Select(item => item.Text("claim"))];
        }
    }

    [Theory]
    [InlineData("limit=0", "limit")]
    [InlineData("limit=101", "limit")]
    [InlineData("limit=ten", "limit")]
    [InlineData("status=done", "status")]
    [InlineData("verdict=true", "verdict")]
    [InlineData("from=yesterday", "from")]
    [InlineData("mock=1", "mock")]
    [InlineData("q=%00", "q")]
    public async Task What_cannot_be_asked_for_is_refused(string query, string member)
    {
        await using var host = await ChecksHost.StartAsync(postgres);
        using var user = host.User();
        var problem = await user.FetchAsync("/api/checks?" + query, 422);
        problem.GetProperty("errors").TryGetProperty(member, out _).ShouldBeTrue();
        (await user.FetchAsync("/api/checks?cursor=x", 400)).Text("error").ShouldBe("invalid_cursor");
    }

    [Fact]
    public async Task What_belongs_to_somebody_else_does_not_exist()
    {
        await using var host = await ChecksHost.StartAsync(postgres);
        using var ann = host.User();
        using var ben = host.User();
        using var browser = host.Browser();
        using var other = host.Browser();
        var of = new Dictionary<HttpClient, string>();
        foreach (var client in (HttpClient[])[ann, ben, browser, other])
            of[client] = (await client.CheckAsync(Mock("Shared claim"))).Text("check_id");
        foreach (var (client, own) in of)
        {
            (await client.FetchAsync("/api/checks"))
                .GetProperty("items")
                .EnumerateArray()
                .Select(i => i.Text("check_id"))
                .ShouldBe([own]);
            foreach (var foreign in of.Values.Where(id => id != own))
            {
                (await client.FetchAsync($"/api/checks/{foreign}", 404)).Text("error").ShouldBe("not_found");
                using var refused = await DeleteAsync(client, foreign);
                ((int)refused.StatusCode).ShouldBe(404);
            }
            await client.FetchAsync($"/api/checks/{own}");
        }
        await ann.FetchAsync($"/api/checks/{Guid.NewGuid()}", 404);
    }

    [Fact]
    public async Task A_deleted_check_is_gone_and_its_answers_serve_others()
    {
        await using var host = await ChecksHost.StartAsync(postgres);
        using var user = host.User();
        using var other = host.User();
        var id = (await user.CheckAsync(Mock("Deleted claim"))).Text("check_id");
        var kept = (await other.CheckAsync(Mock("Deleted claim"))).Text("check_id");
        using (var deleted = await DeleteAsync(user, id))
            ((int)deleted.StatusCode).ShouldBe(204);
        using (var again = await DeleteAsync(user, id))
            ((int)again.StatusCode).ShouldBe(404);
        await user.FetchAsync($"/api/checks/{id}", 404);
        (await other.FetchAsync($"/api/checks/{kept}")).GetProperty("templates").GetArrayLength().ShouldBe(4);
        (await host.UsedAsync()).ShouldBe(2, "deleting gives no use back");
    }

    [Fact]
    public async Task A_running_check_cannot_be_deleted()
    {
        await using var host = await ChecksHost.StartAsync(
            postgres,
            options: new Dictionary<string, string?> { ["Heretix:Checks:MockLatency"] = "00:00:00.300" }
        );
        using var user = host.User();
        var running = user.CheckAsync(Mock("Running"));
        JsonElement list;
        do list = await user.FetchAsync("/api/checks");
        while (list.GetProperty("items").GetArrayLength() == 0);
        using var refused = await DeleteAsync(user, list.GetProperty("items")[0].Text("check_id"));
        (await refused.ReadAsync(409)).Text("error").ShouldBe("check_running");
        await running;
    }

    [Fact]
    public async Task A_lost_check_that_is_deleted_is_recorded_as_interrupted()
    {
        await using var host = await ChecksHost.StartAsync(
            postgres,
            options: new Dictionary<string, string?>
            {
                ["Heretix:Checks:MockLatency"] = "00:00:20",
                ["Heretix:Checks:DrainTimeout"] = "00:00:00",
                ["Heretix:Checks:AbandonTimeout"] = "00:00:00",
            }
        );
        using var user = host.User();
        var running = user.RunAsync(Mock("Lost"));
        await host.UntilAsync("select count(*) from checks.checks where status = 'running'");
        await host.ExecuteAsync("update checks.checks set lease_until = now() - interval '1 s'");
        var id = (await user.FetchAsync("/api/checks")).GetProperty("items")[0].Text("check_id");
        // The server's own sweep may have been quicker; what is recorded is the same.
        using var deleted = await DeleteAsync(user, id);
        ((int)deleted.StatusCode).ShouldBe(204);
        (await Count(host, "select count(*) from checks.requests where outcome = 'interrupted'")).ShouldBe(1);
        (await host.UsedAsync()).ShouldBe(0);
        _ = running.ContinueWith(static ended => ended.Exception, TaskScheduler.Default);
    }

    [Fact]
    public async Task What_somebody_else_paid_for_does_not_say_when()
    {
        await using var host = await ChecksHost.StartAsync(postgres);
        using var first = host.User();
        using var second = host.User();
        var paid = await first.CheckAsync(Mock("Shared"));
        var found = await second.CheckAsync(Mock("Shared"));
        (await SamplesAsync(first, paid)).ShouldAllBe(sample =>
            sample.GetProperty("created_at").ValueKind == JsonValueKind.String
        );
        foreach (var member in (string[])["created_at", "latency_ms", "tokens_in", "tokens_out", "response_id"])
            (await SamplesAsync(second, found)).ShouldAllBe(sample =>
                sample.GetProperty(member).ValueKind == JsonValueKind.Null
            );
    }

    [Fact]
    public async Task A_check_that_joined_another_shows_the_progress_of_the_whole()
    {
        await using var host = await ChecksHost.StartAsync(
            postgres,
            options: new Dictionary<string, string?>
            {
                ["Heretix:Checks:MockLatency"] = "00:00:00.150",
                ["Heretix:Checks:CallsInFlight"] = "1",
            }
        );
        using var leads = host.User();
        using var joins = host.User();
        var leading = leads.CheckAsync(Mock("Together"));
        await host.UntilAsync("select count(*) from checks.check_samples");
        var joined = joins.CheckAsync(Mock("Together"));
        JsonElement list;
        do list = (await joins.FetchAsync("/api/checks")).GetProperty("items");
        while (list.GetArrayLength() == 0);
        var detail = await joins.FetchAsync($"/api/checks/{list[0].Text("check_id")}");
        detail.Text("status").ShouldBe("running");
        detail.GetProperty("progress").GetProperty("done").GetInt32().ShouldBeGreaterThan(0);
        await Task.WhenAll(leading, joined);
    }

    private static async Task<List<JsonElement>> SamplesAsync(HttpClient client, JsonElement check) =>
        [
            .. (await client.FetchAsync($"/api/checks/{check.Text("check_id")}"))
                .GetProperty("templates")
                .EnumerateArray()
                .SelectMany(template => template.GetProperty("samples").EnumerateArray()),
        ];

    [Fact]
    public async Task A_check_shows_its_answers_by_template()
    {
        await using var host = await ChecksHost.StartAsync(postgres);
        using var user = host.User();
        var check = await user.CheckAsync(
            new
            {
                claim = "Shown",
                mock = true,
                K = 4,
                R = 3,
                B = 200,
            }
        );
        var detail = await user.FetchAsync($"/api/checks/{check.Text("check_id")}");
        var templates = detail.GetProperty("templates").EnumerateArray().ToList();
        templates.Count.ShouldBe(4);
        foreach (var template in templates)
        {
            template.GetProperty("valid").GetInt32().ShouldBe(3);
            template.Text("prompt_sha256").Length.ShouldBe(64);
            template
                .GetProperty("samples")
                .EnumerateArray()
                .Select(s => s.GetProperty("replicate_idx").GetInt32())
                .ShouldBe([0, 1, 2]);
        }
        check
            .GetProperty("aggregation")
            .GetProperty("counts_by_template")
            .EnumerateObject()
            .Select(t => t.Name)
            .ShouldBe(templates.Select(t => t.Text("prompt_sha256")), ignoreOrder: true);
        detail.GetProperty("check").Text("claim").ShouldBe("Shown");
        detail.GetProperty("failure").ValueKind.ShouldBe(JsonValueKind.Null);
    }

    [Fact]
    public async Task An_account_takes_its_checks_along_and_leaves_nothing_that_names_it()
    {
        await using var host = await ChecksHost.StartAsync(postgres);
        var (owner, other) = (Guid.NewGuid(), Guid.NewGuid());
        using var user = host.User(owner);
        using var stays = host.User(other);
        await user.CheckAsync(Mock("One"));
        await user.CheckAsync(Mock("Two"));
        await stays.CheckAsync(Mock("Two"));
        var module = Heretix.Server.HeretixServer.Modules.Single(m => m.Name == "checks");
        await using (var db = host.Server.OpenDb())
        {
            var about = new AccountEvent(db, owner, host.Services);
            var export = JsonSerializer.SerializeToElement(await module.ExportAccountAsync(about, Stop));
            var checks = export.GetProperty("checks");
            checks.EnumerateArray().Select(check => check.Text("claim")).ShouldBe(["One", "Two"]);
            export.GetProperty("requests").GetArrayLength().ShouldBe(2);
            checks[0].GetProperty("result").GetProperty("sampling").GetProperty("K").GetInt32().ShouldBe(4);
            (await module.ExportAccountAsync(new AccountEvent(db, Guid.NewGuid(), host.Services), Stop)).ShouldBeNull();
        }
        await using (var db = host.Server.OpenDb())
        {
            await using var transaction = await db.Database.BeginTransactionAsync(Stop);
            await module.EraseAccountAsync(new AccountEvent(db, owner, host.Services), Stop);
            await transaction.CommitAsync(Stop);
        }
        foreach (var table in (string[])["checks", "requests"])
            (await Count(host, $"select count(*) from checks.{table} where user_id = '{owner}'")).ShouldBe(0);
        (await Count(host, "select count(*) from checks.requests")).ShouldBe(3);
        (await Count(host, "select count(*) from checks.checks")).ShouldBe(1);
        // What nobody else asked is gone with its answers; what another one asked too still answers.
        (await Count(host, "select count(*) from checks.result_cache")).ShouldBe(1);
        (await Count(host, "select count(*) from checks.check_samples")).ShouldBe(4);
        (await stays.CheckAsync(Mock("Two"))).GetProperty("was_cached").GetBoolean().ShouldBeTrue();
    }

    private static Task<HttpResponseMessage> DeleteAsync(HttpClient client, string id) =>
        client.DeleteAsync(new Uri($"/api/checks/{id}", UriKind.Relative), Stop);

    private static Task<long> Count(ChecksHost host, string sql) => host.CountAsync(sql);
}
