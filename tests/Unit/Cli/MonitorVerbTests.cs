using System.Text.Json;
using System.Text.Json.Nodes;
using Heretix.Cli;
using Heretix.Research.Store;
using Heretix.Tests.Unit.Report;

namespace Heretix.Tests.Unit.Cli;

public sealed class MonitorVerbTests
{
    private static readonly string[] Claims = ["Ice floats on water", "Glass is a liquid", "Gold rusts"];

    [Fact]
    public async Task A_model_that_has_not_changed_does_not_drift_from_its_baseline()
    {
        using var hx = new HxFolder();
        var made = await MonitorAsync(hx, "--write-baseline");

        var outcome = await MonitorAsync(hx, "--json", "--fail-on-drift");

        made.Code.ShouldBe(ExitCode.Ok);
        made.Errors.ShouldContain("baseline of 3 rows written to");
        (await File.ReadAllLinesAsync(hx["base.jsonl"], TestContext.Current.CancellationToken)).Length.ShouldBe(3);
        outcome.Code.ShouldBe(ExitCode.Ok);
        var summary = outcome.Json.GetProperty("summary");
        summary.GetProperty("with_baseline").GetInt32().ShouldBe(3);
        summary.GetProperty("drifted").GetInt32().ShouldBe(0);
        summary.GetProperty("widest").GetArrayLength().ShouldBe(3);
    }

    [Fact]
    public async Task Every_round_asks_every_sample_anew()
    {
        using var hx = new HxFolder();
        await MonitorAsync(hx, "--write-baseline");
        var fresh = await MonitorAsync(hx, "--json");
        var cached = await MonitorAsync(hx, "--json", "--use-cache");
        var cachedAgain = await MonitorAsync(hx, "--json", "--use-cache");

        await using var store = ResearchStore.Open(new StoreOptions(hx["store.sqlite"]), TimeProvider.System);
        HitRates(fresh).ShouldAllBe(rate => rate == 0);
        HitRates(cached).ShouldAllBe(rate => rate == 0);
        HitRates(cachedAgain).ShouldAllBe(rate => rate == 1);

        IEnumerable<double> HitRates(HxOutcome outcome) =>
            outcome
                .Json.GetProperty("rows")
                .EnumerateArray()
                .Select(row =>
                    store.Runs.Result(row.GetProperty("execution_id").GetString()!)!.Aggregates.CacheHitRate
                );
    }

    [Fact]
    public async Task A_belief_that_has_moved_is_reported_and_fails_the_call_where_that_is_wanted()
    {
        using var hx = new HxFolder();
        await MonitorAsync(hx, "--write-baseline");
        EditBaseline(hx, row => row["p_RPL"] = row["p_RPL"]!.GetValue<double>() > 0.5 ? 0.01 : 0.99, only: 1);

        var tolerant = await MonitorAsync(hx, "--out", hx["log.jsonl"], "--html", hx["m.html"]);
        var strict = await MonitorAsync(hx, "--out", hx["log.jsonl"], "--fail-on-drift", "--json");

        tolerant.Code.ShouldBe(ExitCode.Ok);
        tolerant.Output.ShouldContain("1 drifted: probability 1, stability 0, interval 0");
        strict.Code.ShouldBe(ExitCode.Drift);
        var rows = strict.Json.GetProperty("rows").EnumerateArray().ToList();
        rows.Select(row => row.GetProperty("drift_p").GetBoolean()).ShouldBe([false, true, false]);
        var log = await File.ReadAllLinesAsync(hx["log.jsonl"], TestContext.Current.CancellationToken);
        log.Length.ShouldBe(6);
        log.Count(line => JsonDocument.Parse(line).RootElement.GetProperty("drift_p").GetBoolean()).ShouldBe(2);
        var page = PageReader.Parse(await File.ReadAllTextAsync(hx["m.html"], TestContext.Current.CancellationToken));
        page.Value.ShouldContain("Drift in 1 of 3 measurements");
        page.Value.ShouldContain("Glass is a liquid");
    }

    [Fact]
    public async Task Thresholds_can_be_set()
    {
        using var hx = new HxFolder();
        await MonitorAsync(hx, "--write-baseline");
        EditBaseline(
            hx,
            row =>
            {
                row["p_RPL"] =
                    row["p_RPL"]!.GetValue<double>() + (row["p_RPL"]!.GetValue<double>() > 0.5 ? -0.05 : 0.05);
                row["ci_width"] = row["ci_width"]!.GetValue<double>() * 0.5;
            }
        );

        var standard = await MonitorAsync(hx, "--json");
        var close = await MonitorAsync(hx, "--json", "--drift-p", "0.04", "--drift-ci", "0");

        standard.Json.GetProperty("summary").GetProperty("drifted").GetInt32().ShouldBe(0);
        var summary = close.Json.GetProperty("summary");
        summary.GetProperty("drift_p").GetInt32().ShouldBe(3);
        summary.GetProperty("drift_ci").GetInt32().ShouldBe(3);
        summary.GetProperty("drift_stability").GetInt32().ShouldBe(0);
    }

    [Theory]
    [InlineData("--drift-p")]
    [InlineData("--drift-stability")]
    [InlineData("--drift-ci")]
    public async Task A_negative_threshold_is_an_error(string option)
    {
        using var hx = new HxFolder();

        var outcome = await MonitorAsync(hx, option, "-0.1");

        outcome.Code.ShouldBe(ExitCode.Usage);
        outcome.Errors.ShouldContain($"{option} cannot be negative (got -0.1)");
    }

    [Fact]
    public async Task A_baseline_of_another_model_is_named_and_not_used()
    {
        using var hx = new HxFolder();
        await MonitorAsync(hx, "--write-baseline");

        var outcome = await MonitorAsync(hx, "--model", "grok-4", "--json", "--fail-on-drift");

        outcome.Code.ShouldBe(ExitCode.Failed);
        outcome.Errors.ShouldContain("so no drift could have been seen");
        (await MonitorAsync(hx, "--model", "grok-4")).Code.ShouldBe(ExitCode.Ok);
        outcome.Json.GetProperty("summary").GetProperty("with_baseline").GetInt32().ShouldBe(0);
        outcome.Json.GetProperty("notes")[0].GetString()!.ShouldContain("a row for the model gpt-5");
    }

    [Fact]
    public async Task A_baseline_is_not_replaced_by_accident()
    {
        using var hx = new HxFolder();
        await MonitorAsync(hx, "--write-baseline");

        var again = await MonitorAsync(hx, "--write-baseline");
        var forced = await MonitorAsync(hx, "--write-baseline", "--force");

        again.Code.ShouldBe(ExitCode.Failed);
        again.Errors.ShouldContain("is there already");
        forced.Code.ShouldBe(ExitCode.Ok);
        (await MonitorAsync(hx, "--out", hx["base.jsonl"])).Code.ShouldBe(ExitCode.Usage);
    }

    [Fact]
    public async Task Without_a_baseline_the_message_says_how_to_make_one()
    {
        using var hx = new HxFolder();

        var outcome = await MonitorAsync(hx);

        outcome.Code.ShouldBe(ExitCode.Failed);
        outcome.Errors.ShouldContain("--write-baseline");
        File.Exists(hx["store.sqlite"]).ShouldBeFalse();
    }

    [Fact]
    public async Task A_round_that_was_stopped_goes_on_and_pays_for_no_claim_twice()
    {
        using var hx = new HxFolder();
        var bench = hx.File("many.txt", [.. Enumerable.Range(1, 24).Select(i => $"The number {i} is even")]);
        string[] monitor = ["monitor", "--baseline", hx["base.jsonl"], "--claims-file", bench, "--k", "4", "--r", "1"];
        string[] small = ["--max-output-tokens", "64", "--concurrency", "1"];
        (await hx.MeasureAsync([.. monitor, .. small, "--write-baseline"])).Code.ShouldBe(ExitCode.Ok);
        var half = FormattableString.Invariant($"{(await ExecutionsAsync(hx)).Sum(run => run.Cost) / 2:0.0000000}");

        var stopped = await hx.MeasureAsync([.. monitor, .. small, "--cost-limit", half]);
        var between = await ExecutionsAsync(hx);
        var resumed = await hx.MeasureAsync([.. monitor, .. small, "--json"]);

        stopped.Code.ShouldBe(ExitCode.CostLimit);
        stopped.Output.ShouldBeEmpty();
        between.Count.ShouldBeInRange(24 + 1, 48 - 1);
        resumed.Code.ShouldBe(ExitCode.Ok);
        var rows = resumed
            .Json.GetProperty("rows")
            .EnumerateArray()
            .Select(row => row.GetProperty("execution_id").GetString());
        var after = await ExecutionsAsync(hx);
        after.Count.ShouldBe(48);
        between.Count(run => rows.Contains(run.Id)).ShouldBe(between.Count - 24);
    }

    private static Task<HxOutcome> MonitorAsync(HxFolder hx, params string[] arguments) =>
        hx.MeasureAsync([
            "monitor",
            "--baseline",
            hx["base.jsonl"],
            "--claims-file",
            hx.File("bench.txt", Claims),
            "--k",
            "4",
            "--r",
            "1",
            .. arguments,
        ]);

    private static void EditBaseline(HxFolder hx, Action<JsonNode> edit, int? only = null)
    {
        var rows = File.ReadAllLines(hx["base.jsonl"]).Select(line => JsonNode.Parse(line)!).ToList();
        for (var i = 0; i < rows.Count; i++)
        {
            if (only is null || only == i)
                edit(rows[i]);
        }
        File.WriteAllLines(hx["base.jsonl"], rows.Select(row => row.ToJsonString()));
    }

    private static async Task<IReadOnlyList<(string Id, double Cost)>> ExecutionsAsync(HxFolder hx)
    {
        await using var store = ResearchStore.Open(new StoreOptions(hx["store.sqlite"]), TimeProvider.System);
        return
        [
            .. store
                .Runs.List(new ExecutionFilter(Status: "completed"))
                .Select(line => (line.ExecutionId, line.CostUsd ?? 0)),
        ];
    }
}
