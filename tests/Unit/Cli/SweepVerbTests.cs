using System.Text.Json;
using Heretix.Cli;
using Heretix.Tests.Unit.Report;

namespace Heretix.Tests.Unit.Cli;

public sealed class SweepVerbTests
{
    private static readonly string[] Small = ["--k", "4", "--r", "1"];

    [Fact]
    public async Task Every_claim_is_measured_with_every_model_and_prompt_version()
    {
        using var hx = new HxFolder();
        var file = hx.File("claims.txt", "# two claims", "", "Ice floats on water", "Glass is a liquid");

        var outcome = await hx.MeasureAsync([
            "sweep",
            "--claims-file",
            file,
            "-m",
            "gpt-5",
            "-m",
            "grok-4",
            "-p",
            "rpl_h1",
            "-p",
            "rpl_h2",
            "--out-jsonl",
            hx["out.jsonl"],
            "--json",
            .. Small,
        ]);

        outcome.Code.ShouldBe(ExitCode.Ok);
        var cohorts = outcome.Json.GetProperty("cohorts").EnumerateArray().ToList();
        cohorts
            .Select(cohort =>
                (
                    cohort.GetProperty("logical_model").GetString(),
                    cohort.GetProperty("prompt_version").GetString()![..6]
                )
            )
            .ShouldBe([("gpt-5", "rpl_h1"), ("gpt-5", "rpl_h2"), ("grok-4", "rpl_h1"), ("grok-4", "rpl_h2")]);
        cohorts.ShouldAllBe(cohort => cohort.GetProperty("figures").GetProperty("count").GetInt32() == 2);

        var lines = await LinesAsync(hx["out.jsonl"]);
        lines.Length.ShouldBe(8);
        var widths = lines
            .Where(line =>
                line.GetProperty("model").GetString() == "gpt-5"
                && Version(line).StartsWith("rpl_h1", StringComparison.Ordinal)
            )
            .Select(line => line.GetProperty("ci_width").GetDouble());
        cohorts[0].GetProperty("figures").GetProperty("median_ci_width").GetDouble().ShouldBe(widths.Average(), 1e-12);

        static string Version(JsonElement line) => line.GetProperty("prompt_version").GetString()!;
    }

    [Fact]
    public async Task A_claim_that_cannot_be_measured_is_listed_and_the_others_are_not_held_up()
    {
        using var hx = new HxFolder();
        var file = hx.File("claims.txt", "Ice floats on water", new string('x', 5000), "Glass is a liquid");

        var outcome = await hx.MeasureAsync([
            "sweep",
            "--claims-file",
            file,
            "--out-jsonl",
            hx["out.jsonl"],
            "--json",
            .. Small,
        ]);

        outcome.Code.ShouldBe(ExitCode.TooFewSamples);
        var cohort = outcome.Json.GetProperty("cohorts")[0];
        cohort.GetProperty("claims").GetInt32().ShouldBe(3);
        cohort.GetProperty("failed").GetInt32().ShouldBe(1);
        cohort.GetProperty("figures").GetProperty("count").GetInt32().ShouldBe(2);
        outcome.Json.GetProperty("failures")[0].GetProperty("line").GetInt32().ShouldBe(2);
        outcome.Errors.ShouldContain($"{file}:2: line-2, gpt-5, rpl_h1: ");
    }

    [Fact]
    public async Task A_repeated_sweep_pays_for_nothing_and_finds_the_same()
    {
        using var hx = new HxFolder();
        var file = hx.File("claims.txt", "Ice floats on water", "Glass is a liquid");
        string[] sweep = ["sweep", "--claims-file", file, "--out-jsonl", hx["out.jsonl"], "--json", .. Small];

        var first = (await hx.MeasureAsync(sweep)).Json.GetProperty("cohorts")[0];
        var second = (await hx.MeasureAsync(sweep)).Json.GetProperty("cohorts")[0];

        first.GetProperty("tokens_in").GetInt64().ShouldBeGreaterThan(0);
        second.GetProperty("tokens_in").GetInt64().ShouldBe(0);
        second.GetProperty("figures").ToString().ShouldBe(first.GetProperty("figures").ToString());
    }

    [Fact]
    public async Task The_table_and_the_page_show_the_cohorts()
    {
        using var hx = new HxFolder();
        var file = hx.File("claims.csv", "claim", "Ice floats on water", "\"Glass, it is said, is a liquid\"");

        var outcome = await hx.MeasureAsync([
            "sweep",
            "--claims-file",
            file,
            "--out-jsonl",
            hx["out.jsonl"],
            "--out-html",
            hx["s.html"],
            .. Small,
        ]);

        outcome.Code.ShouldBe(ExitCode.Ok);
        outcome.Output.ShouldStartWith("MOCK");
        outcome.Output.ShouldContain("gates passed");
        outcome.Errors.ShouldContain($"measurements written to {hx["out.jsonl"]}");
        var page = PageReader.Parse(await File.ReadAllTextAsync(hx["s.html"], TestContext.Current.CancellationToken));
        page.Value.ShouldContain("Glass, it is said, is a liquid");
        page.Value.ShouldContain("Median width");
    }

    [Fact]
    public async Task A_claims_file_is_required_and_has_to_be_there()
    {
        using var hx = new HxFolder();

        (await hx.MeasureAsync("sweep")).Code.ShouldBe(ExitCode.Usage);
        var missing = await hx.MeasureAsync("sweep", "--claims-file", hx["none.txt"]);

        missing.Code.ShouldBe(ExitCode.Failed);
        missing.Errors.ShouldContain("none.txt");
    }

    private static async Task<JsonElement[]> LinesAsync(string path) =>
        [
            .. (await File.ReadAllLinesAsync(path, TestContext.Current.CancellationToken)).Select(line =>
                JsonDocument.Parse(line).RootElement
            ),
        ];
}
