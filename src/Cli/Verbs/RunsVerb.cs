using System.CommandLine;
using Heretix.Cli.Output;
using Heretix.Cli.Settings;
using Heretix.Research.Store;

namespace Heretix.Cli.Verbs;

/// <summary><c>hx runs</c>: lists, shows and deletes what is stored.</summary>
internal static class RunsVerb
{
    private const double LongestDays = 100_000;

    public static Command Create(Surroundings around) =>
        new VerbCommand(
            "runs",
            "List, show and delete stored executions",
            [
                "hx runs list --claim bees --since 7",
                "hx runs show exec-51d4 --samples",
                "hx runs delete exec-51d4 --mock",
            ]
        )
        {
            List(around),
            RunsShowVerb.Create(around),
            RunsDeleteVerb.Create(around),
        };

    private static VerbCommand List(Surroundings around)
    {
        var claim = new Option<string?>("--claim") { Description = "Claims that contain this", HelpName = "TEXT" };
        var model = new Option<string?>("--model", "-m") { Description = "This model", HelpName = "M" };
        var version = new Option<string?>("--prompt-version", "-p")
        {
            Description = "Prompt versions that begin so",
            HelpName = "V",
        };
        var status = OptionValues.Word(
            "--status",
            "completed, stopped, failed or running",
            "STATUS",
            "completed",
            "stopped",
            "failed",
            "running"
        );
        var since = OptionValues.NotNegative("--since", "Begun in the last so many days", "DAYS");
        var limit = OptionValues.Whole("--limit", "At most so many, newest first (default 20)", 1);
        var json = new Option<bool>("--json") { Description = "Print JSON: {\"executions\":[...]}" };
        var store = new StoreSelection();
        var verb = new VerbCommand(
            "list",
            "List executions, newest first",
            [
                "hx runs list",
                "hx runs list --claim bees --model gpt-5 --since 7",
                "hx runs list --status stopped --json --limit 1000",
            ]
        )
        {
            claim,
            model,
            version,
            status,
            since,
            limit,
            json,
        };
        store.AddTo(verb);
        verb.SetAction(
            (parsed, _) =>
                Verb.RunAsync(
                    around,
                    async () =>
                    {
                        var most = parsed.GetValue(limit) ?? 20;
                        await using var opened = store.Open(parsed, around);
                        var found = opened.Runs.List(
                            new ExecutionFilter(
                                ClaimContains: parsed.GetValue(claim),
                                Model: parsed.GetValue(model)?.Trim(),
                                PromptVersionPrefix: parsed.GetValue(version)?.Trim(),
                                Status: parsed.GetValue(status),
                                Since: Since(parsed.GetValue(since), around),
                                Limit: most == int.MaxValue ? most : most + 1
                            )
                        );
                        await WriteAsync([.. found.Take(most)], found.Count > most, parsed.GetValue(json), around);
                        return ExitCode.Ok;
                    }
                )
        );
        return verb;
    }

    private static DateTimeOffset? Since(double? days, Surroundings around) =>
        days is null or > LongestDays ? null : around.Time.GetUtcNow() - TimeSpan.FromDays(days.Value);

    private static async Task WriteAsync(IReadOnlyList<ExecutionLine> lines, bool more, bool json, Surroundings around)
    {
        if (json)
        {
            var document = new ExecutionsDocument([.. lines.Select(ExecutionEntry.Of)], more);
            await around.Out.WriteLineAsync(DocumentJson.Of(document, DocumentJson.Indented.ExecutionsDocument));
            return;
        }
        if (lines.Count == 0)
        {
            await around.Out.WriteLineAsync("no execution matches");
            return;
        }
        ExecutionText.WriteList(lines, around.Out);
        if (more)
            await around.Out.WriteLineAsync($"... and older ones: --limit shows more than {lines.Count}");
    }
}
