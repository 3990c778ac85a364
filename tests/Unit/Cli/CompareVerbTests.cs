using Heretix.Cli;
using Heretix.Tests.Unit.Report;

namespace Heretix.Tests.Unit.Cli;

public sealed class CompareVerbTests
{
    private static readonly string[] TwoVersions = ["compare", "-p", "rpl_h1", "-p", "rpl_h2"];

    [Fact]
    public async Task Two_prompt_versions_are_compared_on_what_is_stored()
    {
        using var hx = new HxFolder();
        await MeasureBothAsync(hx, "Ice floats on water");
        await MeasureBothAsync(hx, "Glass is a liquid");

        var outcome = await hx.RunAsync([.. TwoVersions, "--json"]);

        outcome.Code.ShouldBe(ExitCode.Ok);
        var json = outcome.Json;
        json.GetProperty("by").GetString().ShouldBe("prompt_version");
        json.GetProperty("mock").GetBoolean().ShouldBeTrue();
        json.GetProperty("unmatched").GetArrayLength().ShouldBe(0);
        var claims = json.GetProperty("claims").EnumerateArray().ToList();
        claims
            .Select(claim => claim.GetProperty("claim").GetString())
            .ShouldBe(["Ice floats on water", "Glass is a liquid"]);
        foreach (var claim in claims)
        {
            claim.GetProperty("a").GetProperty("prompt_version").GetString()!.ShouldStartWith("rpl_h1_");
            claim.GetProperty("b").GetProperty("prompt_version").GetString()!.ShouldStartWith("rpl_h2_");
            var difference =
                claim.GetProperty("b").GetProperty("prob_true_rpl").GetDouble()
                - claim.GetProperty("a").GetProperty("prob_true_rpl").GetDouble();
            claim.GetProperty("difference").GetDouble().ShouldBe(difference);
        }
        var prompts = json.GetProperty("prompts")[0];
        prompts.GetProperty("jaccard").GetDouble().ShouldBe(0);
        prompts.GetProperty("only_a").GetArrayLength().ShouldBe(16);
        prompts.GetProperty("system_differs").GetBoolean().ShouldBeTrue();
    }

    [Fact]
    public async Task Runs_that_were_sampled_differently_are_listed_with_the_reason_and_what_to_run()
    {
        using var hx = new HxFolder();
        await hx.MeasureAsync("run", "--claim", "Ice floats", "-p", "rpl_h1", "--k", "4", "--r", "1");
        await hx.MeasureAsync("run", "--claim", "Ice floats", "-p", "rpl_h2", "--k", "6", "--r", "1");

        var outcome = await hx.RunAsync(TwoVersions);

        outcome.Code.ShouldBe(ExitCode.Failed);
        outcome.Output.ShouldBeEmpty();
        outcome.Errors.ShouldContain("Ice floats: K differs (4 and 6)");
        outcome.Errors.ShouldContain(
            $"hx run --claim 'Ice floats' --model gpt-5 --prompt-version rpl_h2 --k 4 --r 1 --b 200 --t 16 --max-output-tokens 1024 --mock --db {hx["store.sqlite"]}"
        );
    }

    [Fact]
    public async Task The_command_that_is_suggested_makes_the_comparison_possible()
    {
        using var hx = new HxFolder();
        await hx.MeasureAsync("run", "--claim", "Ice", "-p", "rpl_h1", "--k", "4", "--r", "1");
        var refused = await hx.RunAsync(TwoVersions);
        var command = refused
            .Errors.Split('\n')
            .Single(line => line.TrimStart().StartsWith("hx run", StringComparison.Ordinal));

        string[] words = [.. command.Trim().Split(' ').Skip(1).TakeWhile(word => word != "--db")];
        var run = await hx.RunAsync([.. words, "--no-export"]);
        var compared = await hx.RunAsync(TwoVersions);

        run.Code.ShouldBe(ExitCode.Ok);
        compared.Code.ShouldBe(ExitCode.Ok);
        compared.Output.ShouldContain("Ice");
        compared.Output.ShouldContain("Jaccard 0.000");
    }

    [Fact]
    public async Task Without_a_store_nothing_is_made_and_the_message_says_what_to_type()
    {
        using var hx = new HxFolder();

        var outcome = await hx.RunAsync(TwoVersions);

        outcome.Code.ShouldBe(ExitCode.Failed);
        outcome.Errors.ShouldContain(
            "hx compare --prompt-version rpl_h1 --prompt-version rpl_h2 --run --claims-file FILE"
        );
        File.Exists(hx["store.sqlite"]).ShouldBeFalse();
    }

    [Fact]
    public async Task Run_measures_only_what_is_missing()
    {
        using var hx = new HxFolder();
        var file = hx.File("claims.txt", "Ice floats", "Glass is a liquid");
        string[] small = ["--k", "4", "--r", "1"];
        await hx.MeasureAsync(["run", "--claim", "Ice floats", "-m", "gpt-5", .. small]);

        var outcome = await hx.MeasureAsync([
            "compare",
            "-m",
            "gpt-5",
            "-m",
            "grok-4",
            "--run",
            "--claims-file",
            file,
            "--json",
            .. small,
        ]);
        var again = await hx.MeasureAsync([
            "compare",
            "-m",
            "gpt-5",
            "-m",
            "grok-4",
            "--run",
            "--claims-file",
            file,
            "--json",
            .. small,
        ]);

        outcome.Code.ShouldBe(ExitCode.Ok);
        outcome.Json.GetProperty("by").GetString().ShouldBe("model");
        outcome.Json.GetProperty("claims").GetArrayLength().ShouldBe(2);
        outcome.Json.GetProperty("prompts").GetArrayLength().ShouldBe(0);
        Executions(again).ShouldBe(Executions(outcome));
        Executions(outcome).Distinct().Count().ShouldBe(4);

        static IEnumerable<string?> Executions(HxOutcome compared) =>
            compared
                .Json.GetProperty("claims")
                .EnumerateArray()
                .SelectMany(claim => new[] { claim.GetProperty("a"), claim.GetProperty("b") })
                .Select(side => side.GetProperty("execution_id").GetString());
    }

    [Fact]
    public async Task What_was_measured_before_the_window_is_not_looked_at()
    {
        using var hx = new HxFolder { Time = new ShiftedTime(TimeSpan.FromDays(-10)) };
        await MeasureBothAsync(hx, "Ice floats");
        hx.Time = TimeProvider.System;

        (await hx.RunAsync([.. TwoVersions, "--since-days", "11"])).Code.ShouldBe(ExitCode.Ok);
        (await hx.RunAsync([.. TwoVersions, "--since-days", "9"])).Code.ShouldBe(ExitCode.Failed);
    }

    [Fact]
    public async Task The_page_shows_each_claim_twice_and_who_measures_better()
    {
        using var hx = new HxFolder();
        await MeasureBothAsync(hx, "Ice floats on water");

        var outcome = await hx.RunAsync([.. TwoVersions, "--html", hx["c.html"]]);

        outcome.Code.ShouldBe(ExitCode.Ok);
        outcome.Output.ShouldStartWith("MOCK");
        var page = PageReader.Parse(await File.ReadAllTextAsync(hx["c.html"], TestContext.Current.CancellationToken));
        page.Value.ShouldContain("Ice floats on water");
        page.Value.ShouldContain("Measures better");
        page.Value.ShouldContain("Only in");
    }

    [Theory]
    [InlineData("compare")]
    [InlineData("compare", "-p", "rpl_h1")]
    [InlineData("compare", "-p", "rpl_h1", "-p", "rpl_h1")]
    [InlineData("compare", "-p", "rpl_h1", "-p", "rpl_h2", "-m", "gpt-5", "-m", "grok-4")]
    public async Task A_comparison_needs_exactly_two_different_sides(params string[] arguments)
    {
        using var hx = new HxFolder();

        var outcome = await hx.RunAsync(arguments);

        outcome.Code.ShouldBe(ExitCode.Usage);
        outcome.Errors.ShouldContain("two different --prompt-version, or two different --model");
    }

    private static async Task MeasureBothAsync(HxFolder hx, string claim) =>
        (
            await hx.MeasureAsync("run", "--claim", claim, "-p", "rpl_h1", "-p", "rpl_h2", "--k", "4", "--r", "1")
        ).Code.ShouldBe(ExitCode.Ok);
}
