namespace Heretix.Tests.Unit.Cli;

public sealed class RunVerbTests : IDisposable
{
    private const string Claim = "Bees can recognise human faces";

    private readonly Terminal hx = new();

    [Fact]
    public async Task Json_holds_every_field_of_a_result()
    {
        (await hx.MockAsync("run", "--claim", Claim, "--seed", "18446744073709551615", "--json")).ShouldBe(
            0,
            hx.Errors
        );
        var run = hx.Json["runs"]!.AsArray().ShouldHaveSingleItem()!.AsObject();
        string[] members =
        [
            "execution_id",
            "run_id",
            "claim",
            "model",
            "logical_model",
            "resolved_logical_model",
            "provider",
            "prompt_version",
            "sampling",
            "aggregation",
            "aggregates",
            "ci_status",
            "provider_model_id",
            "schema_version",
            "tokens_in",
            "tokens_out",
            "cost_usd",
            "warning_counts",
            "mock",
            "verdict",
            "simple_expl",
        ];
        foreach (var member in members)
            run.ContainsKey(member).ShouldBeTrue(member);
        Members(run["sampling"]!, "K", "R", "T", "warning_counts", "warning_total");
        Members(
            run["aggregation"]!,
            "method",
            "B",
            "center",
            "trim",
            "bootstrap_seed",
            "n_templates",
            "counts_by_template",
            "imbalance_ratio",
            "template_iqr_logit",
            "prompt_char_len_max"
        );
        Members(
            run["aggregates"]!,
            "prob_true_rpl",
            "ci95",
            "ci_width",
            "stability_score",
            "stability_band",
            "is_stable",
            "rpl_compliance_rate",
            "cache_hit_rate",
            "whole_cluster_ci95"
        );
        Members(run["ci_status"]!, "phase", "B_used", "job_id");
        run["aggregation"]!["bootstrap_seed"]!.GetValue<string>().ShouldBe("18446744073709551615");
        run["mock"]!.GetValue<bool>().ShouldBeTrue();
        run["aggregation"]!["center"]!.GetValue<string>().ShouldBe("trimmed");
        var (low, p, high) = (
            Number("ci95", 0),
            run["aggregates"]!["prob_true_rpl"]!.GetValue<double>(),
            Number("ci95", 1)
        );
        p.ShouldBeInRange(low, high);

        double Number(string name, int index) => run["aggregates"]![name]![index]!.GetValue<double>();

        static void Members(System.Text.Json.Nodes.JsonNode node, params string[] names)
        {
            foreach (var name in names)
                node.AsObject().ContainsKey(name).ShouldBeTrue(name);
        }
    }

    [Fact]
    public async Task A_claim_may_begin_with_an_at_sign()
    {
        (await hx.MockAsync("run", "--claim", "@nasa found water on Mars", "--json")).ShouldBe(0, hx.Errors);
        hx.Json["runs"]![0]!["claim"]!.GetValue<string>().ShouldBe("@nasa found water on Mars");
    }

    [Fact]
    public async Task Text_says_mock_first_and_quotes_both_intervals()
    {
        (await hx.MockAsync("run", "--claim", Claim)).ShouldBe(0, hx.Errors);
        hx.Output.ShouldStartWith("MOCK");
        hx.Output.ShouldContain("whole clusters");
        hx.Output.ShouldContain(Claim);
    }

    [Fact]
    public async Task Several_models_and_prompt_versions_stand_side_by_side()
    {
        string[] arguments =
        [
            "run",
            "--claim",
            Claim,
            "-m",
            "gpt-5",
            "-m",
            "claude-sonnet-4-5",
            "-p",
            "rpl_h1",
            "-p",
            "rpl_h2",
        ];
        (await hx.MockAsync([.. arguments, "--json"])).ShouldBe(0, hx.Errors);
        hx.Json["runs"]!.AsArray().Select(run => $"{run!["logical_model"]} {run["prompt_version"]}").ShouldBeUnique();
        hx.Json["runs"]!.AsArray().Count.ShouldBe(4);
        (await hx.MockAsync(arguments)).ShouldBe(0, hx.Errors);
        hx.Output.ShouldMatch("model +prompts +estimate +95 % interval");
    }

    [Fact]
    public async Task The_web_informed_lens_is_refused_clearly()
    {
        (await hx.MockAsync("run", "--claim", Claim, "--mode", "web_informed")).ShouldBe(1);
        hx.Errors.ShouldContain("web-informed");
        hx.Output.ShouldBeEmpty();
    }

    [Theory]
    [InlineData(2, "no claim", "run")]
    [InlineData(2, "no claim", "run", "--claim", "   ")]
    [InlineData(1, "rpl_h1", "run", "--claim", "x", "--prompt-version", "rpl_h9")]
    [InlineData(1, "rpl_h1", "run", "--claim", "x", "--prompt-version", "../prompts/rpl_h1")]
    [InlineData(1, "gpt-5", "run", "--claim", "x", "--model", "no-such-model")]
    [InlineData(1, "K must be at least 1", "run", "--claim", "x", "--k", "0")]
    [InlineData(1, "R must be at least 1", "run", "--claim", "x", "--r", "-3")]
    [InlineData(2, "--seed", "run", "--claim", "x", "--seed", "-1")]
    [InlineData(2, "--seed", "run", "--claim", "x", "--seed", "18446744073709551616")]
    [InlineData(2, "--mock-fail", "run", "--claim", "x", "--mock-fail", "1.5")]
    [InlineData(2, "--auto", "run", "--claim", "x", "--auto", "--k", "8")]
    [InlineData(2, "--base-url", "run", "--claim", "x", "--base-url", "localhost:11434")]
    [InlineData(1, "--concurrency", "run", "--claim", "x", "--concurrency", "0")]
    [InlineData(2, "--nonsense", "run", "--claim", "x", "--nonsense")]
    public async Task Wrong_input_is_refused_with_the_choices(int code, string message, params string[] arguments)
    {
        (await hx.MockAsync(arguments)).ShouldBe(code, hx.Errors);
        hx.Errors.ShouldContain(message);
        hx.Output.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_missing_key_is_named()
    {
        (await hx.RunAsync("run", "--claim", Claim, "--db", hx["store.sqlite"], "--no-export")).ShouldBe(1);
        hx.Errors.ShouldContain("OPENAI_API_KEY");
    }

    [Fact]
    public async Task A_flag_counts_before_the_environment_that_before_the_file_and_that_before_the_default()
    {
        var config = hx.Write("c.yaml", $"claim: {Claim}\nK: 5\nR: 1\nseed: 3\nmodel: gemini-2.5-pro\n");
        (await hx.MockAsync("run", "--config", config, "--json")).ShouldBe(0, hx.Errors);
        Run("sampling", "K").ShouldBe("5");
        Run("seed").ShouldBe("3");
        Run("provider").ShouldBe("google");

        hx.Environment["HERETIX_RPL_SEED"] = "4";
        hx.Environment["RPL_MODEL"] = "claude-sonnet-4-5";
        (await hx.MockAsync("run", "--config", config, "--json")).ShouldBe(0, hx.Errors);
        Run("seed").ShouldBe("4");
        Run("provider").ShouldBe("anthropic");

        (await hx.MockAsync("run", "--config", config, "--seed", "5", "--k", "6", "-m", "gpt-5", "--json")).ShouldBe(
            0,
            hx.Errors
        );
        Run("seed").ShouldBe("5");
        Run("sampling", "K").ShouldBe("6");
        Run("provider").ShouldBe("openai");

        string Run(params string[] path) =>
            path.Aggregate(hx.Json["runs"]![0]!, (node, member) => node[member]!).ToString();
    }

    [Theory]
    [InlineData("claim: x\nmodell: gpt-5\n", "c.yaml:2: unknown key 'modell'; did you mean 'model'?")]
    [InlineData("claim: x\nK: many\n", "c.yaml:2: 'K' takes a whole number")]
    [InlineData("claim: x\nseed: -1\n", "c.yaml:2: 'seed' takes a whole number from 0")]
    [InlineData("claim: x\nno_cache: perhaps\n", "c.yaml:2: 'no_cache' takes true or false")]
    [InlineData("claim: [a, b]\n", "c.yaml:1: 'claim' takes one value")]
    [InlineData("claim: x\nclaim: y\n", "c.yaml:")]
    [InlineData("- claim\n", "a config file is a mapping")]
    [InlineData("claim: 'x\n", "c.yaml:")]
    [InlineData("", "is empty")]
    [InlineData("{\"claim\": \"x\", \"colour\": 1}", "c.yaml:1: unknown key 'colour'")]
    public async Task A_faulty_config_file_is_refused_with_file_and_line(string text, string message)
    {
        (await hx.MockAsync("run", "--config", hx.Write("c.yaml", text))).ShouldBe(1, hx.Output);
        hx.Errors.ShouldContain(message);
    }

    [Fact]
    public async Task A_config_file_may_be_json()
    {
        var config = hx.Write(
            "c.json",
            $$"""{"claim": "{{Claim}}", "models": ["gpt-5", "gpt-5"], "K": 4, "max_prompt_chars": null}"""
        );
        (await hx.MockAsync("run", "--config", config, "--json")).ShouldBe(0, hx.Errors);
        hx.Json["runs"]!.AsArray().Count.ShouldBe(1, "a model named twice is asked once");
    }

    [Fact]
    public async Task Out_writes_the_document_that_json_prints()
    {
        (await hx.MockAsync("run", "--claim", Claim, "--json", "--out", hx["deep/er/run.json"])).ShouldBe(0, hx.Errors);
        (await File.ReadAllTextAsync(hx["deep/er/run.json"], TestContext.Current.CancellationToken)).ShouldBe(
            hx.Output
        );
    }

    [Fact]
    public async Task Too_few_valid_answers_exit_with_three_and_a_passed_cost_limit_with_four()
    {
        (await hx.MockAsync("run", "--claim", "A claim", "--cost-limit", "0.000001")).ShouldBe(4, hx.Errors);
        hx.Errors.ShouldContain("raise the limit");
        (await hx.MockAsync("run", "--claim", "A claim", "--k", "2", "--r", "1")).ShouldBe(3, hx.Errors);
        hx.Errors.ShouldContain("too few valid samples: 2 of 2");
    }

    [Fact]
    public async Task Batch_writes_a_line_for_each_claim_and_says_which_failed()
    {
        var claims = hx.Write(
            "claims.jsonl",
            "{\"id\":\"a\",\"claim\":\"One\",\"label\":true}\n{\"id\":\"b\",\"claim\":\"Two\"}\n"
        );
        (await hx.MockAsync("batch", claims, "--out", hx["out.jsonl"])).ShouldBe(0, hx.Errors);
        var lines = await File.ReadAllLinesAsync(hx["out.jsonl"], TestContext.Current.CancellationToken);
        lines.Length.ShouldBe(2);
        lines[0].ShouldContain("\"id\":\"a\"");
        hx.Output.ShouldBeEmpty();
        hx.Errors.ShouldContain("2 of 2 measured");
        (await hx.MockAsync("batch", claims, "--k", "1", "--r", "1")).ShouldBe(3);
        hx.Errors.ShouldContain("a (line 1): too few valid samples");
        hx.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .ShouldAllBe(line => line.Contains("\"error\":\"too few"));
    }

    public void Dispose() => hx.Dispose();
}
