using System.Text.Json.Nodes;
using Heretix.Cli;
using Microsoft.Data.Sqlite;

namespace Heretix.Tests.Unit.Cli;

public sealed class ReportVerbTests
{
    private const string Bees = "Bees can recognise human faces";
    private const string Reproduced = "the stored samples and seed give estimate and intervals again, digit for digit";

    [Theory]
    [InlineData()]
    [InlineData("--seed", "18446744073709551615", "--k", "16")]
    [InlineData("--mock-fail", "0.2", "--r", "3")]
    [InlineData("--auto")]
    [InlineData("--no-cache")]
    public async Task What_is_stored_gives_the_stored_figures_again(params string[] options)
    {
        using var hx = new Terminal();
        var run = await MeasureAsync(hx, Bees, options);

        (await ReportAsync(hx, Text(run["execution_id"]))).ShouldBe(ExitCode.Ok, hx.Errors);

        var page = Page(hx);
        page.ShouldContain(Reproduced);
        page.ShouldContain(Text(run["aggregation"]!["bootstrap_seed"]));
        page.ShouldContain(Text(run["execution_id"]));
        page.ShouldContain("class=\"mock");
        hx.Errors.ShouldNotContain("do not give");
    }

    [Fact]
    public async Task Samples_that_were_changed_are_noticed()
    {
        using var hx = new Terminal();
        var id = Text((await MeasureAsync(hx, Bees))["execution_id"]);
        Change(hx, "UPDATE samples SET logit = logit + 1e-9 WHERE rowid = (SELECT MIN(rowid) FROM samples)");

        (await ReportAsync(hx, id)).ShouldBe(ExitCode.Ok);

        Page(hx).ShouldContain("WARNING: the stored samples and seed do not give the stored figures again");
        hx.Errors.ShouldContain($"the stored samples and seed of {id} do not give its stored figures again");
    }

    [Fact]
    public async Task Reused_samples_belong_to_the_report_of_every_execution_that_used_them()
    {
        using var hx = new Terminal();
        await MeasureAsync(hx, Bees, "--k", "4");
        var second = await MeasureAsync(hx, Bees, "--k", "8");

        (await ReportAsync(hx, Text(second["run_id"]))).ShouldBe(ExitCode.Ok, hx.Errors);

        Page(hx).ShouldContain(Reproduced);
    }

    [Fact]
    public async Task Several_executions_share_one_page()
    {
        using var hx = new Terminal();
        (await hx.MockAsync("run", "--claim", Bees, "-m", "gpt-5", "-m", "grok-4", "--json")).ShouldBe(ExitCode.Ok);
        var ids = hx.Json["runs"]!.AsArray().Select(run => Text(run!["execution_id"])).ToList();
        await MeasureAsync(hx, "Ice floats on water");

        (await ReportAsync(hx, [.. ids, ids[0]])).ShouldBe(ExitCode.Ok, hx.Errors);
        var page = Page(hx);
        page.ShouldContain("All runs side by side");
        ids.ShouldAllBe(id => page.Contains(id));

        (await ReportAsync(hx, "--claim", $" {Bees} ")).ShouldBe(ExitCode.Ok, hx.Errors);
        ids.ShouldAllBe(id => Page(hx).Contains(id));
        Page(hx).ShouldNotContain("Ice floats");

        (await ReportAsync(hx, "--latest")).ShouldBe(ExitCode.Ok, hx.Errors);
        Page(hx).ShouldContain("Ice floats");
        Page(hx).ShouldNotContain(Bees);
    }

    [Fact]
    public async Task A_claim_cannot_act_on_the_page_and_repeats_in_a_shell()
    {
        using var hx = new Terminal();
        await MeasureAsync(
            hx,
            "It's <script>alert(1)</script> & \"so\" 真",
            "--max-output-tokens",
            "300",
            "--no-cache"
        );

        (await ReportAsync(hx, "--latest")).ShouldBe(ExitCode.Ok, hx.Errors);

        Page(hx).ShouldNotContain("<script");
        var command = System.Net.WebUtility.HtmlDecode(Page(hx));
        command.ShouldContain("""./hx run --claim 'It'\''s <script>alert(1)</script> & "so" 真' --model gpt-5""");
        command.ShouldContain("--max-output-tokens 300 --no-cache --mock");
    }

    [Fact]
    public async Task The_page_is_said_on_standard_output_and_replaces_an_older_one()
    {
        using var hx = new Terminal();
        await MeasureAsync(hx, Bees);
        hx.Write("page.html", "older");

        (await ReportAsync(hx, "--latest")).ShouldBe(ExitCode.Ok, hx.Errors);

        hx.Output.Trim().ShouldBe(hx["page.html"]);
        Page(hx).ShouldStartWith("<!");
        Directory.GetFiles(hx["."], "*.partial").ShouldBeEmpty();
    }

    [Fact]
    public async Task An_execution_without_a_result_is_said()
    {
        using var hx = new Terminal();
        (await hx.MockAsync("run", "--claim", Bees, "--cost-limit", "0.02")).ShouldBe(ExitCode.CostLimit);

        (await ReportAsync(hx, "exec-")).ShouldBe(ExitCode.Failed);
        hx.Errors.ShouldContain("has no result to report");

        (await ReportAsync(hx, "--latest")).ShouldBe(ExitCode.Failed);
        hx.Errors.ShouldContain("nothing is completed in");

        (await ReportAsync(hx, "--claim", "another")).ShouldBe(ExitCode.Failed);
        hx.Errors.ShouldContain("no completed execution of that claim");
        File.Exists(hx["page.html"]).ShouldBeFalse();
    }

    [Fact]
    public async Task A_store_or_a_place_that_is_not_there_is_explained()
    {
        using var hx = new Terminal();

        (await ReportAsync(hx, "--latest")).ShouldBe(ExitCode.Failed);
        hx.Errors.ShouldContain("there is no store at");
        File.Exists(hx["store.sqlite"]).ShouldBeFalse();

        await MeasureAsync(hx, Bees);
        var file = hx.Write("file", "");
        (
            await hx.RunAsync("report", "--latest", "--db", hx["store.sqlite"], "--out", Path.Combine(file, "x.html"))
        ).ShouldBe(ExitCode.Failed);
        hx.Errors.ShouldContain("cannot write");
    }

    [Theory]
    [InlineData("name executions, or give --latest, or --claim")]
    [InlineData("name executions, or give --latest, or --claim", "exec-1", "--latest")]
    [InlineData("name executions, or give --latest, or --claim", "--latest", "--claim", Bees)]
    [InlineData("unknown option '--lastest'; did you mean '--latest'?", "--lastest")]
    public async Task Exactly_one_choice_is_made(string problem, params string[] options)
    {
        using var hx = new Terminal();

        (await hx.RunAsync(["report", .. options, "--db", hx["store.sqlite"]])).ShouldBe(ExitCode.Usage);

        hx.Errors.ShouldContain(problem);
    }

    private static async Task<JsonNode> MeasureAsync(Terminal hx, string claim, params string[] options)
    {
        (await hx.MockAsync(["run", "--claim", claim, "--json", .. options])).ShouldBe(ExitCode.Ok, hx.Errors);
        return hx.Json["runs"]![0]!;
    }

    private static Task<int> ReportAsync(Terminal hx, params string[] options) =>
        hx.RunAsync(["report", .. options, "--db", hx["store.sqlite"], "--out", hx["page.html"]]);

    private static string Page(Terminal hx) => File.ReadAllText(hx["page.html"]);

    private static void Change(Terminal hx, string sql)
    {
        using var db = new SqliteConnection($"Data Source={hx["store.sqlite"]}");
        db.Open();
        using var command = db.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }

    private static string Text(JsonNode? node) => node!.GetValue<string>();
}
