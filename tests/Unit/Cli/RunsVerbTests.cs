using System.Text.Json.Nodes;
using Heretix.Cli;
using Microsoft.Data.Sqlite;

namespace Heretix.Tests.Unit.Cli;

public sealed class RunsVerbTests
{
    private const string Bees = "Bees can recognise human faces";
    private const string Ice = "Ice floats on water";

    [Fact]
    public async Task Executions_are_listed_newest_first_and_filtered()
    {
        using var hx = new Terminal();
        await MeasureAsync(hx, Bees, "-m", "gpt-5", "-m", "grok-4");
        await MeasureAsync(hx, Ice, "-p", "rpl_h2");

        (await ListAsync(hx)).ShouldBe([$"{Ice} gpt-5", $"{Bees} grok-4", $"{Bees} gpt-5"]);
        (await ListAsync(hx, "--claim", "BEES")).Length.ShouldBe(2);
        (await ListAsync(hx, "--model", "grok-4")).ShouldBe([$"{Bees} grok-4"]);
        (await ListAsync(hx, "--prompt-version", "rpl_h2")).ShouldBe([$"{Ice} gpt-5"]);
        (await ListAsync(hx, "--prompt-version", "h2")).ShouldBeEmpty();
        (await ListAsync(hx, "--status", "Completed")).Length.ShouldBe(3);
        (await ListAsync(hx, "--status", "failed")).ShouldBeEmpty();
        (await ListAsync(hx, "--claim", "%")).ShouldBeEmpty();
        (await ListAsync(hx, "--limit", "2147483647")).Length.ShouldBe(3);
        hx.Json["more"]!.GetValue<bool>().ShouldBeFalse();
        (await ListAsync(hx, "--limit", "2")).Length.ShouldBe(2);
        hx.Json["more"]!.GetValue<bool>().ShouldBeTrue();
    }

    [Fact]
    public async Task Executions_are_listed_by_age()
    {
        using var hx = new Terminal();
        await MeasureAsync(hx, Bees);
        await MeasureAsync(hx, Ice);
        Change(hx, $"UPDATE executions SET created_at = created_at - 3 * 86400 WHERE claim = '{Bees}'");

        (await ListAsync(hx, "--since", "2.5")).ShouldBe([$"{Ice} gpt-5"]);
        (await ListAsync(hx, "--since", "3.5")).Length.ShouldBe(2);
        (await ListAsync(hx, "--since", "1e300")).Length.ShouldBe(2);
    }

    [Fact]
    public async Task The_table_has_a_line_for_each_execution_and_says_when_there_are_more()
    {
        using var hx = new Terminal();
        await MeasureAsync(hx, new string('真', 300) + " \u001b[31mred");
        await MeasureAsync(hx, Ice);

        (await RunsAsync(hx, "list")).ShouldBe(ExitCode.Ok);
        var lines = hx.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        lines.Length.ShouldBe(4);
        lines[2].ShouldContain("gpt-5 (mock)");
        lines[3].ShouldContain("真...");
        hx.Output.ShouldNotContain('\u001b');

        (await RunsAsync(hx, "list", "--limit", "1")).ShouldBe(ExitCode.Ok);
        hx.Output.ShouldContain("--limit shows more than 1");

        (await RunsAsync(hx, "list", "--claim", "no such claim")).ShouldBe(ExitCode.Ok);
        hx.Output.ShouldBe("no execution matches" + Environment.NewLine);
    }

    [Fact]
    public async Task A_result_is_shown_again_as_it_was_printed()
    {
        using var hx = new Terminal();
        var printed = (await MeasureAsync(hx, Bees, "-m", "gpt-5", "-m", "grok-4")).AsArray();
        var (first, second) = (Text(printed[0]!["execution_id"]), Text(printed[1]!["execution_id"]));

        (await RunsAsync(hx, "show", first, second, first, "--json")).ShouldBe(ExitCode.Ok, hx.Errors);

        hx.Json["runs"]!.ToJsonString().ShouldBe(printed.ToJsonString());
        hx.Json["samples"].ShouldBeNull();

        (await RunsAsync(hx, "show", first)).ShouldBe(ExitCode.Ok);
        hx.Output.ShouldContain(Bees);
        hx.Output.ShouldContain(first);
    }

    [Fact]
    public async Task An_id_may_be_cut_short_and_a_run_id_means_its_latest_execution()
    {
        using var hx = new Terminal();
        var earlier = Text((await MeasureAsync(hx, Bees))[0]!["execution_id"]);
        var run = (await MeasureAsync(hx, Bees))[0]!;
        var later = Text(run["execution_id"]);
        var runId = Text(run["run_id"]);

        foreach (var id in (string[])[later, later[5..], later[..12], runId, runId[12..], runId[..18]])
        {
            (await RunsAsync(hx, "show", id, "--json")).ShouldBe(ExitCode.Ok, hx.Errors);
            Text(hx.Json["runs"]![0]!["execution_id"]).ShouldBe(later);
        }
        (await RunsAsync(hx, "show", earlier, "--json")).ShouldBe(ExitCode.Ok);
        Text(hx.Json["runs"]![0]!["execution_id"]).ShouldBe(earlier);
    }

    [Fact]
    public async Task A_beginning_of_two_executions_is_ambiguous_even_within_one_run()
    {
        using var hx = new Terminal();
        await MeasureAsync(hx, Bees);
        await MeasureAsync(hx, Bees);

        (await RunsAsync(hx, "show", "exec-")).ShouldBe(ExitCode.Failed);

        hx.Errors.ShouldContain("'exec-' is ambiguous: exec-");
    }

    [Theory]
    [InlineData("nothing")]
    [InlineData("%")]
    [InlineData("' OR 1=1 --")]
    [InlineData("")]
    public async Task An_id_that_nobody_has_is_said(string id)
    {
        using var hx = new Terminal();
        await MeasureAsync(hx, Bees);

        (await RunsAsync(hx, "show", id)).ShouldBe(ExitCode.Failed);

        hx.Errors.ShouldContain($"no execution or run '{id}'");
    }

    [Fact]
    public async Task Samples_come_with_the_replies_as_they_were_and_cannot_steer_the_terminal()
    {
        using var hx = new Terminal();
        await MeasureAsync(hx, Bees, "--k", "4");
        var id = Text((await MeasureAsync(hx, Bees, "--k", "8"))[0]!["execution_id"]);
        Change(
            hx,
            "UPDATE samples SET raw_text = 'first' || char(10) || char(27) || '[2Jsecond' WHERE replicate_idx = 1"
        );

        (await RunsAsync(hx, "show", id, "--samples", "--json")).ShouldBe(ExitCode.Ok);
        var samples = hx.Json["samples"]!.AsArray();
        samples.Count.ShouldBe(16);
        samples.Count(sample => Text(sample!["paid_by"]) == id).ShouldBe(8);
        samples.ShouldAllBe(sample => Text(sample!["execution_id"]) == id);
        Text(samples[1]!["raw_text"]).ShouldBe("first\n\u001b[2Jsecond");

        (await RunsAsync(hx, "show", id, "--samples")).ShouldBe(ExitCode.Ok);
        hx.Output.ShouldContain("      first");
        hx.Output.ShouldContain("      \uFFFD[2Jsecond");
        hx.Output.ShouldNotContain('\u001b');
    }

    [Fact]
    public async Task An_unfinished_execution_shows_how_far_it_came()
    {
        using var hx = new Terminal();
        (await hx.MockAsync("run", "--claim", Bees, "--concurrency", "1", "--cost-limit", "0.02")).ShouldBe(
            ExitCode.CostLimit
        );
        (await ListAsync(hx, "--status", "stopped")).ShouldBe([$"{Bees} gpt-5"]);
        var id = Text(hx.Json["executions"]![0]!["execution_id"]);
        Text(hx.Json["executions"]![0]!["status_reason"]).ShouldContain("cost limit");
        hx.Json["executions"]![0]!["ci95"].ShouldBeNull();

        (await RunsAsync(hx, "show", id)).ShouldBe(ExitCode.Ok);
        hx.Output.ShouldContain("stopped: ");
        hx.Output.ShouldNotContain(" 0 paid for");

        (await RunsAsync(hx, "show", id, "--json")).ShouldBe(ExitCode.Failed);
        hx.Errors.ShouldContain($"{id} is stopped and has no result");

        (await RunsAsync(hx, "show", id, "--json", "--samples")).ShouldBe(ExitCode.Ok);
        hx.Json["runs"]!.AsArray().ShouldBeEmpty();
        hx.Json["samples"]!.AsArray().ShouldNotBeEmpty();
    }

    [Fact]
    public async Task Deleting_keeps_what_another_execution_uses()
    {
        using var hx = new Terminal();
        var small = Text((await MeasureAsync(hx, Bees, "--k", "4"))[0]!["execution_id"]);
        var large = Text((await MeasureAsync(hx, Bees, "--k", "8"))[0]!["execution_id"]);

        (await RunsAsync(hx, "delete", small, "--yes")).ShouldBe(ExitCode.Ok);
        hx.Output.ShouldContain($"deleted {small} with 0 samples");
        (await RunsAsync(hx, "show", large, "--samples", "--json")).ShouldBe(ExitCode.Ok);
        hx.Json["samples"]!.AsArray().Count.ShouldBe(16);

        (await RunsAsync(hx, "delete", large, "--yes", "--json")).ShouldBe(ExitCode.Ok);
        hx.Json["deleted"]!.ToJsonString().ShouldBe($$"""[{"execution_id":"{{large}}","samples":16}]""");
        (await ListAsync(hx)).ShouldBeEmpty();
    }

    [Theory]
    [InlineData("y\n", true)]
    [InlineData("YES\n", true)]
    [InlineData("n\n", false)]
    [InlineData("\n", false)]
    [InlineData("", false)]
    public async Task Deleting_asks_at_a_terminal(string answer, bool deleted)
    {
        using var hx = new Terminal { Attended = true, Input = answer };
        var id = Text((await MeasureAsync(hx, Bees))[0]!["execution_id"]);

        (await RunsAsync(hx, "delete", id)).ShouldBe(deleted ? ExitCode.Ok : ExitCode.Failed);

        hx.Errors.ShouldContain($"{id} (");
        hx.Errors.ShouldContain("delete this execution and the samples that only it uses? [y/N]");
        (await ListAsync(hx)).Length.ShouldBe(deleted ? 0 : 1);
    }

    [Fact]
    public async Task Deleting_where_nobody_can_be_asked_needs_a_yes()
    {
        using var hx = new Terminal { Input = "y\n" };
        var id = Text((await MeasureAsync(hx, Bees))[0]!["execution_id"]);

        (await RunsAsync(hx, "delete", id)).ShouldBe(ExitCode.Failed);

        hx.Errors.ShouldContain("--yes");
        (await ListAsync(hx)).Length.ShouldBe(1);
    }

    [Fact]
    public async Task Nothing_is_deleted_when_one_of_the_ids_is_wrong()
    {
        using var hx = new Terminal();
        var id = Text((await MeasureAsync(hx, Bees))[0]!["execution_id"]);

        (await RunsAsync(hx, "delete", id, "absent", "--yes")).ShouldBe(ExitCode.Failed);

        (await ListAsync(hx)).Length.ShouldBe(1);
    }

    [Fact]
    public async Task A_running_execution_is_deleted_only_by_force()
    {
        using var hx = new Terminal();
        var id = Text((await MeasureAsync(hx, Bees))[0]!["execution_id"]);
        Change(hx, "UPDATE executions SET status = 'running'");

        (await RunsAsync(hx, "delete", id, "--yes")).ShouldBe(ExitCode.Failed);
        hx.Errors.ShouldContain("--force");
        (await RunsAsync(hx, "delete", id, "--yes", "--force")).ShouldBe(ExitCode.Ok);

        (await ListAsync(hx)).ShouldBeEmpty();
    }

    [Theory]
    [InlineData("list")]
    [InlineData("show", "exec-1")]
    [InlineData("delete", "exec-1", "--yes")]
    public async Task A_store_that_is_not_there_is_explained_and_not_made(params string[] verb)
    {
        using var hx = new Terminal();

        (await RunsAsync(hx, verb)).ShouldBe(ExitCode.Failed);

        hx.Errors.ShouldContain("there is no store at");
        Directory.EnumerateFileSystemEntries(hx["."]).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_folder_in_place_of_a_store_is_said()
    {
        using var hx = new Terminal();

        (await hx.RunAsync("runs", "list", "--db", hx["."])).ShouldBe(ExitCode.Failed);

        hx.Errors.ShouldContain("is a folder");
    }

    [Theory]
    [InlineData("hx runs --help")]
    [InlineData("hx runs list --help", "list", "--limit", "0")]
    [InlineData("--since takes a number that is not negative, not '-1'", "list", "--since", "-1")]
    [InlineData("--since takes a number that is not negative, not 'NaN'", "list", "--since", "NaN")]
    [InlineData("--status takes completed, stopped, failed or running, not 'done'", "list", "--status", "done")]
    [InlineData("unknown option '--sample'; did you mean '--samples'?", "show", "exec-1", "--sample")]
    [InlineData("hx runs show --help", "show")]
    [InlineData("hx runs delete --help", "delete", "--yes")]
    public async Task What_cannot_be_understood_is_a_usage_error(string problem, params string[] verb)
    {
        using var hx = new Terminal();

        (await hx.RunAsync(["runs", .. verb])).ShouldBe(ExitCode.Usage);

        hx.Errors.ShouldContain(problem);
    }

    private static async Task<JsonNode> MeasureAsync(Terminal hx, string claim, params string[] options)
    {
        (await hx.MockAsync(["run", "--claim", claim, "--json", .. options])).ShouldBe(ExitCode.Ok, hx.Errors);
        return hx.Json["runs"]!;
    }

    private static Task<int> RunsAsync(Terminal hx, params string[] verb) =>
        hx.RunAsync(["runs", .. verb, "--db", hx["store.sqlite"]]);

    /// <summary>Claim and model of each execution in the list.</summary>
    private static async Task<string[]> ListAsync(Terminal hx, params string[] options)
    {
        (await RunsAsync(hx, ["list", "--json", .. options])).ShouldBe(ExitCode.Ok, hx.Errors);
        return [.. hx.Json["executions"]!.AsArray().Select(entry => $"{Text(entry!["claim"])} {Text(entry["model"])}")];
    }

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
