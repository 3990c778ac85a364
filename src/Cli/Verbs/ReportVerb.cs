using System.CommandLine;
using Heretix.Cli.Output;
using Heretix.Cli.Settings;
using Heretix.Research.Report;
using Heretix.Research.Store;

namespace Heretix.Cli.Verbs;

/// <summary><c>hx report</c>: one self-contained HTML page about one or several executions.</summary>
internal static class ReportVerb
{
    public static Command Create(Surroundings around)
    {
        var ids = new Argument<string[]>("ID")
        {
            Description = "Execution id, run id, or a clear beginning of one",
            Arity = ArgumentArity.ZeroOrMore,
        };
        var latest = new Option<bool>("--latest") { Description = "The latest completed execution" };
        var claim = new Option<string?>("--claim")
        {
            Description = "The latest execution of this claim for every model and prompt version",
            HelpName = "TEXT",
        };
        var outFile = new Option<FileInfo?>("--out", "-o")
        {
            Description = "Where the page goes (default reports/<execution id>.html)",
            HelpName = "FILE",
        };
        var store = new StoreSelection();
        var verb = new VerbCommand(
            "report",
            "Write one self-contained HTML page with plots",
            "hx report --latest",
            "hx report exec-51d4557fbebe --out bees.html",
            "hx report --claim \"Bees can recognise human faces\"   # all models side by side",
            "hx report --latest --mock                            # from the store of mock runs"
        )
        {
            ids,
            latest,
            claim,
            outFile,
        };
        OptionValues.RefuseUnknownOptions(ids, verb);
        store.AddTo(verb);
        verb.SetAction(
            (parsed, _) =>
                Verb.RunAsync(
                    around,
                    async () =>
                    {
                        RequireOneChoice(parsed.GetValue(ids) ?? [], parsed.GetValue(latest), parsed.GetValue(claim));
                        await using var opened = store.Open(parsed, around);
                        var chosen = Choose(
                            opened,
                            parsed.GetValue(ids) ?? [],
                            parsed.GetValue(latest),
                            parsed.GetValue(claim)
                        );
                        var runs = chosen.Select(id => ReportAssembly.Run(opened, id)).ToList();
                        foreach (var run in runs.Where(run => run.Reproduced == false))
                            await around.Error.WriteLineAsync(
                                $"hx: the stored samples and seed of {run.ExecutionId} do not give its stored figures again"
                            );
                        var path = parsed.GetValue(outFile)?.FullName ?? Path.Combine("reports", chosen[0] + ".html");
                        var input = new ReportInput
                        {
                            Title =
                                runs.Select(run => run.Claim).Distinct().Count() == 1 ? runs[0].Claim : "Measurements",
                            WrittenAt = around.Time.GetUtcNow(),
                            Runs = runs,
                        };
                        await PageFile.WriteAsync(path, output => ReportPage.Write(input, output), around);
                        await around.Out.WriteLineAsync(path);
                        return ExitCode.Ok;
                    }
                )
        );
        return verb;
    }

    private static void RequireOneChoice(string[] ids, bool latest, string? claim)
    {
        if ((ids.Length > 0 ? 1 : 0) + (latest ? 1 : 0) + (claim is null ? 0 : 1) != 1)
            throw new UserErrorException("name executions, or give --latest, or --claim", ExitCode.Usage);
    }

    private static IReadOnlyList<string> Choose(ResearchStore store, string[] ids, bool latest, string? claim)
    {
        if (ids.Length > 0)
            return [.. ids.Select(id => store.Runs.Find(id).ExecutionId).Distinct()];
        var filter = new ExecutionFilter(Claim: claim?.Trim(), Status: "completed", Limit: latest ? 1 : null);
        var found = store.Runs.List(filter);
        if (found.Count == 0)
            throw new UserErrorException(
                claim is null
                    ? $"nothing is completed in {store.Path}"
                    : $"no completed execution of that claim in {store.Path}; `hx runs list` shows the claims"
            );
        return [.. found.DistinctBy(line => (line.Model, line.PromptVersion)).Select(line => line.ExecutionId)];
    }
}
