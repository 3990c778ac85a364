using System.Text.Json.Nodes;
using Heretix.Cli;
using Microsoft.Data.Sqlite;

namespace Heretix.Tests.Unit.Cli;

public sealed class DescribeVerbTests
{
    private const string Claim = "Bees can recognise human faces";

    [Theory]
    [InlineData("--k", "12", "--r", "1")]
    [InlineData("--k", "3", "--r", "2", "--t", "5")]
    [InlineData("--k", "20", "--r", "1", "--seed", "18446744073709551615")]
    [InlineData("--auto")]
    public async Task The_run_then_does_what_was_described(params string[] shape)
    {
        using var hx = new Terminal();
        (await hx.MockAsync(["describe", "--claim", Claim, "--json", .. shape])).ShouldBe(ExitCode.Ok, hx.Errors);
        var described = hx.Json;

        (await hx.MockAsync(["run", "--claim", Claim, "--json", .. shape])).ShouldBe(ExitCode.Ok, hx.Errors);

        var run = hx.Json["runs"]![0]!;
        var reached = run["decision_log"] is JsonArray log ? log.Count : 1;
        var stage = described["plans"]![0]!["stages"]![reached - 1]!;
        Text(stage["plan"]!["bootstrap_seed_effective"]).ShouldBe(Text(run["aggregation"]!["bootstrap_seed"]));
        Number(stage["plan"]!["prompt_char_len_max"]).ShouldBe(Number(run["aggregation"]!["prompt_char_len_max"]));
        Number(stage["plan"]!["planned_imbalance_ratio"]).ShouldBe(Number(run["aggregation"]!["imbalance_ratio"]));
        Number(stage["samples"]).ShouldBe(Number(run["sampling"]!["samples_attempted"]));
        Number(stage["plan"]!["T"]).ShouldBe(Number(run["sampling"]!["T"]));
        Text(described["config"]!["prompt_version_full"]).ShouldBe(Text(run["prompt_version"]));
        run["aggregation"]!["counts_by_template"]!
            .AsObject()
            .Select(template => template.Key)
            .ShouldBeSubsetOf(
                described["plans"]![0]!["prompts"]!.AsArray().Select(prompt => Text(prompt!["prompt_sha256"]))
            );
    }

    [Fact]
    public async Task Nothing_is_written_and_no_key_is_needed()
    {
        using var hx = new Terminal();

        (await hx.RunAsync("describe", "--claim", Claim, "-m", "gpt-5", "--db", hx["runs/store.sqlite"])).ShouldBe(
            ExitCode.Ok
        );

        Directory.EnumerateFileSystemEntries(hx["."]).ShouldBeEmpty();
        hx.Output.ShouldContain("16: 0 in the store, 16 to ask");
        hx.Errors.ShouldBeEmpty();
    }

    [Fact]
    public async Task What_is_stored_is_counted_and_the_store_stays_as_it_is()
    {
        using var hx = new Terminal();
        (await hx.MockAsync("run", "--claim", Claim, "--k", "4")).ShouldBe(ExitCode.Ok);
        SqliteConnection.ClearAllPools();
        var before = await File.ReadAllBytesAsync(hx["store.sqlite"], TestContext.Current.CancellationToken);
        var files = Directory.GetFiles(hx["."]);

        (await hx.MockAsync("describe", "--claim", Claim, "--k", "8", "--json")).ShouldBe(ExitCode.Ok);

        var stage = hx.Json["plans"]![0]!["stages"]![0]!;
        Number(stage["stored"]).ShouldBe(8);
        Number(stage["usual"]!["calls"]).ShouldBe(8);
        Number(stage["most"]!["calls"]).ShouldBe(24);
        (await File.ReadAllBytesAsync(hx["store.sqlite"], TestContext.Current.CancellationToken)).ShouldBe(before);
        Directory.GetFiles(hx["."]).ShouldBe(files);

        (await hx.MockAsync("describe", "--claim", Claim, "--k", "8", "--no-cache", "--json")).ShouldBe(ExitCode.Ok);
        Number(hx.Json["plans"]![0]!["stages"]![0]!["stored"]).ShouldBe(0);
    }

    [Theory]
    [InlineData()]
    [InlineData("--no-cache")]
    public async Task An_interrupted_execution_is_found_with_its_samples(params string[] options)
    {
        using var hx = new Terminal();
        string[] request = ["--claim", Claim, "--concurrency", "1", .. options];
        (await hx.MockAsync(["run", .. request, "--cost-limit", "0.02"])).ShouldBe(ExitCode.CostLimit);

        (await hx.MockAsync(["describe", .. request, "--json"])).ShouldBe(ExitCode.Ok);

        var plan = hx.Json["plans"]![0]!;
        Text(plan["resumes"]).ShouldStartWith("exec-");
        Number(plan["stages"]![0]!["stored"]).ShouldBeInRange(1, 15);
    }

    [Fact]
    public async Task A_store_of_the_earlier_system_counts_and_is_not_changed()
    {
        using var hx = new Terminal();
        (await hx.MockAsync("run", "--claim", Claim, "--k", "2")).ShouldBe(ExitCode.Ok);
        var old = hx["old.sqlite"];
        using (var db = new SqliteConnection($"Data Source={old};Pooling=False"))
        {
            db.Open();
            using var command = db.CreateCommand();
            command.CommandText = $"""
                ATTACH '{hx["store.sqlite"]}' AS new;
                CREATE TABLE samples (run_id TEXT, cache_key TEXT PRIMARY KEY, prompt_sha256 TEXT, paraphrase_idx INTEGER,
                    replicate_idx INTEGER, prob_true REAL, logit REAL, provider_model_id TEXT, response_id TEXT,
                    created_at INTEGER, tokens_out INTEGER, latency_ms REAL, json_valid INTEGER);
                INSERT INTO samples SELECT run_id, cache_key, prompt_sha256, paraphrase_idx, replicate_idx, prob_true,
                    logit, provider_model_id, response_id, created_at, tokens_out, latency_ms, json_valid FROM new.samples;
                """;
            command.ExecuteNonQuery();
        }
        var before = await File.ReadAllBytesAsync(old, TestContext.Current.CancellationToken);

        (await hx.RunAsync("describe", "--mock", "--claim", Claim, "--db", old, "--json")).ShouldBe(
            ExitCode.Ok,
            hx.Errors
        );

        Number(hx.Json["plans"]![0]!["stages"]![0]!["stored"]).ShouldBe(4);
        (await File.ReadAllBytesAsync(old, TestContext.Current.CancellationToken)).ShouldBe(before);
    }

    [Fact]
    public async Task A_file_that_is_no_store_is_named()
    {
        using var hx = new Terminal();
        var file = hx.Write(
            "notes.txt",
            "These are notes and no database, in more than a hundred characters of text. "
        );

        (await hx.RunAsync("describe", "--claim", Claim, "--db", file)).ShouldBe(ExitCode.Failed);

        hx.Errors.ShouldContain($"{file} cannot be opened as a store");
    }

    [Fact]
    public async Task A_prompt_that_is_too_long_is_part_of_the_plan()
    {
        using var hx = new Terminal();

        (await hx.MockAsync("describe", "--claim", Claim, "--max-prompt-chars", "900")).ShouldBe(ExitCode.Ok);
        hx.Output.ShouldContain("of 900 allowed: TOO LONG");

        (await hx.MockAsync("describe", "--claim", Claim, "--max-prompt-chars", "900", "--json")).ShouldBe(ExitCode.Ok);
        hx.Json["plan"]!["prompt_char_len_over_cap"]!.GetValue<bool>().ShouldBeTrue();

        (await hx.MockAsync("run", "--claim", Claim, "--max-prompt-chars", "900")).ShouldBe(ExitCode.Failed);
    }

    [Fact]
    public async Task Escalation_shows_three_stages_each_with_what_it_adds()
    {
        using var hx = new Terminal();

        (await hx.MockAsync("describe", "--claim", Claim, "--auto", "--json")).ShouldBe(ExitCode.Ok);

        var stages = hx.Json["plans"]![0]!["stages"]!.AsArray();
        stages
            .Select(stage => (Number(stage!["K"]), Number(stage["R"]), Number(stage["usual"]!["calls"])))
            .ShouldBe([(8, 2, 16), (16, 2, 16), (16, 3, 16)]);
        Number(hx.Json["total"]!["most"]!["calls"]).ShouldBe(3 * 48);
        Number(hx.Json["total"]!["usual"]!["calls"]).ShouldBe(16);
    }

    [Fact]
    public async Task Every_model_and_prompt_version_has_a_plan_and_the_first_stands_in_front()
    {
        using var hx = new Terminal();

        (
            await hx.MockAsync([
                "describe",
                "--claim",
                Claim,
                "-m",
                "gpt-5",
                "-m",
                "grok-4",
                "-p",
                "rpl_h1",
                "-p",
                "rpl_h2",
                "--json",
            ])
        ).ShouldBe(ExitCode.Ok);

        hx.Json["plans"]!
            .AsArray()
            .Select(plan => $"{Text(plan!["logical_model"])} {Text(plan["prompt_version"])}")
            .ShouldBe(["gpt-5 rpl_h1", "gpt-5 rpl_h2", "grok-4 rpl_h1", "grok-4 rpl_h2"]);
        hx.Json["plan"]!.ToJsonString().ShouldBe(hx.Json["plans"]![0]!["stages"]![0]!["plan"]!.ToJsonString());
        hx.Json["config"]!["models"]!.ToJsonString().ShouldBe("""["gpt-5","grok-4"]""");
    }

    [Fact]
    public async Task Prompts_are_shown_in_full_when_asked_for()
    {
        using var hx = new Terminal();
        var claim = "Ω " + string.Concat(Enumerable.Repeat("真 and long ", 20));

        (await hx.MockAsync("describe", "--claim", claim, "--json")).ShouldBe(ExitCode.Ok);
        hx.Json["plans"]![0]!["prompts"]!.AsArray().ShouldAllBe(prompt => prompt!["truncated"]!.GetValue<bool>());
        hx.Json["plans"]![0]!["instructions"].ShouldBeNull();

        (await hx.MockAsync("describe", "--claim", claim, "--json", "--prompts")).ShouldBe(ExitCode.Ok);
        hx.Json["plans"]![0]!["prompts"]!.AsArray().ShouldAllBe(prompt => Text(prompt!["text"]).Contains(claim.Trim()));
        Text(hx.Json["plans"]![0]!["instructions"]).ShouldContain("prob_true");

        (await hx.MockAsync("describe", "--claim", claim, "--prompts")).ShouldBe(ExitCode.Ok);
        hx.Output.ShouldContain("--- instructions");
        hx.Output.ShouldContain(claim.Trim());
    }

    [Fact]
    public async Task A_price_that_is_not_known_leaves_the_cost_open()
    {
        using var hx = new Terminal();

        (
            await hx.RunAsync([
                "describe",
                "--claim",
                Claim,
                "-m",
                "llama",
                "--base-url",
                "http://127.0.0.1:9",
                "--cost-limit",
                "1",
                "--db",
                hx["none.sqlite"],
            ])
        ).ShouldBe(ExitCode.Ok, hx.Errors);

        hx.Output.ShouldContain("no price known");
        hx.Output.ShouldContain("cannot be kept without a price");
    }

    [Theory]
    [InlineData(ExitCode.Usage, "no claim")]
    [InlineData(ExitCode.Failed, "K must be at least 1", "--claim", Claim, "--k", "0")]
    [InlineData(ExitCode.Failed, "unknown prompt 'rpl_h9'", "--claim", Claim, "-p", "rpl_h9")]
    [InlineData(ExitCode.Failed, "gpt-5", "--claim", Claim, "-m", "xyz")]
    [InlineData(ExitCode.Usage, "--auto chooses K and R itself", "--claim", Claim, "--auto", "--k", "9")]
    public async Task What_a_run_refuses_is_refused_here_too(int code, string problem, params string[] options)
    {
        using var hx = new Terminal();

        (await hx.RunAsync(["describe", .. options, "--db", hx["none.sqlite"]])).ShouldBe(code);

        hx.Errors.ShouldContain(problem);
        hx.Output.ShouldBeEmpty();
    }

    private static string Text(JsonNode? node) => node!.GetValue<string>();

    private static double Number(JsonNode? node) => node!.GetValue<double>();
}
