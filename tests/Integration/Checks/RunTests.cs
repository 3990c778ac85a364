using System.Globalization;
using System.Text.Json;
using Heretix.Tests.Integration.Servers;

namespace Heretix.Tests.Integration.Checks;

/// <summary>One check from request to answer.</summary>
public sealed class RunTests(PostgresCluster postgres)
{
    [Fact]
    public async Task The_request_of_the_walk_through_is_answered_as_it_is_written()
    {
        await using var host = await ChecksHost.StartAsync(postgres);
        using var browser = host.Browser();
        using var answer = await browser.RunRawAsync("""{"claim": "Tariffs cause inflation", "mock": true}""");
        var check = await answer.ReadAsync(200);
        check.Text("claim").ShouldBe("Tariffs cause inflation");
        check.GetProperty("mock").GetBoolean().ShouldBeTrue();
        check.GetProperty("sampling").GetProperty("K").GetInt32().ShouldBe(16);
        check.GetProperty("aggregation").GetProperty("B").GetInt32().ShouldBe(5000);
        (await host.UsedAsync()).ShouldBe(1);
        (await host.OpenAsync()).ShouldBe(0);
    }

    [Fact]
    public async Task The_answer_has_every_member_that_is_promised()
    {
        await using var host = await ChecksHost.StartAsync(postgres);
        using var user = host.User();
        var request = Guid.NewGuid();
        var check = await user.CheckAsync(
            new
            {
                claim = "Bees can recognise human faces",
                mock = true,
                K = 8,
                R = 2,
                B = 500,
                seed = "18446744073709551615",
                max_output_tokens = 256,
                model = "gpt-5",
                prompt_version = "rpl_h1",
                mode = "baseline",
                request_id = request,
            }
        );
        Members(check)
            .ShouldBe([
                "aggregates",
                "aggregation",
                "check_id",
                "checks_allowed",
                "checks_used",
                "claim",
                "combined",
                "cost_usd",
                "created_at",
                "execution_id",
                "explanation_headline",
                "explanation_reasons",
                "explanation_text",
                "finished_at",
                "logical_model",
                "mock",
                "mode",
                "model",
                "notice",
                "prior",
                "prompt_version",
                "provenance",
                "provider",
                "provider_model_id",
                "remaining",
                "request_id",
                "resolved_logical_model",
                "run_id",
                "sampling",
                "schema_version",
                "simple_expl",
                "tokens_in",
                "tokens_out",
                "usage",
                "usage_plan",
                "verdict_label",
                "verdict_text",
                "was_cached",
                "web",
                "web_artifact",
                "weights",
                "wel_debug_votes",
                "wel_replicates",
            ]);
        Members(check.GetProperty("prior"))
            .ShouldBe(["ci_hi", "ci_lo", "compliance_rate", "prob_true", "stability", "width"]);
        Members(check.GetProperty("combined"))
            .ShouldBe(["ci95", "ci_hi", "ci_lo", "label", "prob_true", "resolved", "weight_prior", "weight_web"]);
        Members(check.GetProperty("usage"))
            .ShouldBe(["allowed", "period_end", "period_start", "plan", "remaining", "used"]);
        check.Text("request_id").ShouldBe(request.ToString());
        check.Text("execution_id").ShouldStartWith("exec-");
        check.Text("run_id").ShouldStartWith("heretix-rpl-");
        check.Text("created_at").ShouldEndWith("Z");
        check.Text("verdict_text").ShouldBe(check.Text("verdict_label").ToUpperInvariant());
        check.GetProperty("aggregation").Text("bootstrap_seed").ShouldBe("18446744073709551615");
        check.GetProperty("provenance").GetProperty("rpl").Text("seed").ShouldBe("18446744073709551615");
        check.GetProperty("web").ValueKind.ShouldBe(JsonValueKind.Null);
        check.GetProperty("usage_plan").GetString().ShouldBe("trial");
        check.GetProperty("checks_used").GetInt32().ShouldBe(1);
        check.GetProperty("remaining").GetInt32().ShouldBe(999);
        var p = check.GetProperty("aggregates").GetProperty("prob_true_rpl").GetDouble();
        check.GetProperty("prior").GetProperty("prob_true").GetDouble().ShouldBe(p);
        check.GetProperty("prior").GetProperty("ci_lo").GetDouble().ShouldBeLessThanOrEqualTo(p);
        check.GetProperty("prior").GetProperty("ci_hi").GetDouble().ShouldBeGreaterThanOrEqualTo(p);
    }

    [Fact]
    public async Task The_row_has_the_figures_of_the_answer_and_names_nobody_but_its_owner()
    {
        await using var host = await ChecksHost.StartAsync(postgres);
        var owner = Guid.NewGuid();
        using var user = host.User(owner);
        var check = await user.CheckAsync(
            new
            {
                claim = "Water is wet",
                mock = true,
                K = 8,
                seed = ulong.MaxValue,
            }
        );
        var row = await RowAsync(host.Database, check.Text("check_id"));
        row.Text("status").ShouldBe("completed");
        row.Text("env").ShouldBe("test");
        row.Text("user_id").ShouldBe(owner.ToString());
        row.GetProperty("anon_token").ValueKind.ShouldBe(JsonValueKind.Null);
        row.GetProperty("seed").GetDecimal().ShouldBe(ulong.MaxValue);
        row.GetProperty("K").GetInt32().ShouldBe(8);
        row.GetProperty("T").GetInt32().ShouldBe(16);
        row.GetProperty("pqs").GetInt32().ShouldBe(check.GetProperty("aggregates").GetProperty("pqs").GetInt32());
        row.Text("pqs_version").ShouldBe("v1");
        row.GetProperty("gate_compliance_ok").GetBoolean().ShouldBeTrue();
        row.GetProperty("p_prior")
            .GetDouble()
            .ShouldBe(check.GetProperty("prior").GetProperty("prob_true").GetDouble());
        row.GetProperty("sample_ids").GetArrayLength().ShouldBe(16);
        row.GetProperty("result").Text("execution_id").ShouldBe(check.Text("execution_id"));
        row.GetProperty("sampler_json").GetProperty("T_bank").GetInt32().ShouldBe(16);
        row.GetProperty("config_json").GetProperty("mock").GetBoolean().ShouldBeTrue();
        row.GetProperty("was_cached").GetBoolean().ShouldBeFalse();
        (await postgres.ScalarAsync<string>(host.Database, "select outcome from checks.requests")).ShouldBe(
            "completed"
        );
        (await host.CountAsync("select count(*) from checks.measurements")).ShouldBe(0);
        (await host.CountAsync("select count(*) from checks.check_samples where shared")).ShouldBe(16);
    }

    [Fact]
    public async Task Without_a_key_a_plain_request_gets_the_mock_and_is_told_so()
    {
        await using var host = await ChecksHost.StartAsync(postgres);
        using var browser = host.Browser();
        var check = await browser.CheckAsync(new { claim = "Water is wet" });
        check.GetProperty("mock").GetBoolean().ShouldBeTrue();
        check.Text("notice").ShouldContain("OPENAI_API_KEY");
        check.Text("explanation_headline").ShouldContain("Mock");

        using var insists = await browser.RunAsync(new { claim = "Water is wet", mock = false });
        var refused = await insists.ReadAsync(503);
        refused.Text("error").ShouldBe("model_not_configured");
        refused.Text("detail").ShouldContain("OPENAI_API_KEY");
        using var names = await browser.RunAsync(new { claim = "Water is wet", model = "grok-4" });
        (await names.ReadAsync(503)).Text("detail").ShouldContain("XAI_API_KEY");
        (await host.UsedAsync()).ShouldBe(1, "what cannot be asked is not counted");
        (await host.OpenAsync()).ShouldBe(0);
    }

    [Fact]
    public async Task In_production_the_mock_has_to_be_allowed()
    {
        await using var host = await ChecksHost.StartAsync(
            postgres,
            settings: settings => settings with { Environment = "prod" }
        );
        using var user = host.User();
        using var asked = await user.RunAsync(new { claim = "Water is wet", mock = true });
        (await asked.ReadAsync(422)).GetProperty("errors").GetProperty("mock")[0].GetString()!.ShouldContain("allowed");
        using var plain = await user.RunAsync(new { claim = "Water is wet" });
        (await plain.ReadAsync(503)).Text("error").ShouldBe("model_not_configured");
    }

    [Fact]
    public async Task A_check_costs_what_its_plan_says_and_an_exhausted_plan_says_where_to_go()
    {
        await using var host = await ChecksHost.StartAsync(postgres, allowed: 1);
        using var browser = host.Browser();
        await browser.CheckAsync(new { claim = "Water is wet", mock = true });
        using var second = await browser.RunAsync(new { claim = "Water is wet", mock = true });
        var refused = await second.ReadAsync(402);
        refused.Text("error").ShouldBe("require_signin");
        refused.Text("plan").ShouldBe("anonymous");
        using var other = host.Browser();
        await other.CheckAsync(new { claim = "Water is wet", mock = true });
        using var user = host.User();
        await user.CheckAsync(new { claim = "Water is wet", mock = true });
        using var again = await user.RunAsync(new { claim = "Water is dry", mock = true });
        (await again.ReadAsync(402)).Text("error").ShouldBe("require_subscription");
        (await host.UsedAsync()).ShouldBe(3);
        (await host.CountAsync("select count(*) from checks.checks")).ShouldBe(3);
    }

    [Fact]
    public async Task An_address_gets_so_many_checks_a_day_however_many_browsers_it_has()
    {
        await using var host = await ChecksHost.StartAsync(postgres, limited: true);
        for (var n = 0; n < 5; n++)
        {
            using var browser = host.Browser();
            await browser.CheckAsync(new { claim = "Water is wet", mock = true });
        }
        using var sixth = host.Browser();
        using var answer = await sixth.RunAsync(new { claim = "Water is wet", mock = true });
        (await answer.ReadAsync(429)).Text("error").ShouldBe("rate_limited");
        answer.Headers.RetryAfter!.Delta!.Value.ShouldBeGreaterThan(TimeSpan.FromHours(1));
        using var user = host.User();
        await user.CheckAsync(new { claim = "Water is wet", mock = true });
        (await host.UsedAsync()).ShouldBe(6);
    }

    [Fact]
    public async Task A_repetition_under_one_key_makes_one_check()
    {
        await using var host = await ChecksHost.StartAsync(postgres);
        using var user = host.User();
        user.DefaultRequestHeaders.Add("Idempotency-Key", Guid.NewGuid().ToString());
        var first = await user.CheckAsync(new { claim = "Water is wet", mock = true });
        var again = await user.CheckAsync(new { claim = "Water is wet", mock = true });
        again.GetRawText().ShouldBe(first.GetRawText());
        (await host.UsedAsync()).ShouldBe(1);
    }

    private async Task<JsonElement> RowAsync(string database, string id) =>
        JsonElement.Parse(
            await postgres.ScalarAsync<string>(
                database,
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"select row_to_json(c)::text from checks.checks c where id = '{id}'"
                )
            )
        );

    private static string[] Members(JsonElement json) =>
        [.. json.EnumerateObject().Select(member => member.Name).Order(StringComparer.Ordinal)];
}
