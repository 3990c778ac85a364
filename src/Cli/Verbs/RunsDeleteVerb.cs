using System.CommandLine;
using Heretix.Cli.Output;
using Heretix.Cli.Settings;
using Heretix.Research.Store;

namespace Heretix.Cli.Verbs;

/// <summary><c>hx runs delete</c>: takes executions out of the store, with the samples that nothing else uses.</summary>
internal static class RunsDeleteVerb
{
    private const string Running = "running";

    public static Command Create(Surroundings around)
    {
        var ids = new Argument<string[]>("ID")
        {
            Description = "Execution id, run id (then its latest execution), or a clear beginning of one",
            Arity = ArgumentArity.OneOrMore,
        };
        var yes = new Option<bool>("--yes", "-y") { Description = "Do not ask" };
        var force = new Option<bool>("--force") { Description = "Executions that are marked as running too" };
        var json = new Option<bool>("--json") { Description = "Print JSON: {\"deleted\":[...]}" };
        var selection = new StoreSelection();
        var verb = new VerbCommand(
            "delete",
            "Delete executions and the samples that no other execution uses",
            ["hx runs delete exec-51d4557fbebe", "hx runs delete 51d4 9a07 --yes --mock"]
        )
        {
            ids,
            yes,
            force,
            json,
        };
        OptionValues.RefuseUnknownOptions(ids, verb);
        selection.AddTo(verb);
        verb.SetAction(
            (parsed, _) =>
                Verb.RunAsync(
                    around,
                    async () =>
                    {
                        await using var store = selection.Open(parsed, around);
                        var found = parsed.GetValue(ids)!.Select(store.Runs.Find).DistinctBy(line => line.ExecutionId);
                        IReadOnlyList<ExecutionLine> lines = [.. found];
                        if (!parsed.GetValue(force))
                            RefuseRunning(lines);
                        if (!parsed.GetValue(yes))
                            await AskAsync(lines, store.Path, around);
                        await DeleteAsync(store, lines, parsed.GetValue(json), around);
                        return ExitCode.Ok;
                    }
                )
        );
        return verb;
    }

    private static void RefuseRunning(IReadOnlyList<ExecutionLine> lines)
    {
        if (lines.FirstOrDefault(line => line.Status == Running) is { } running)
            throw new UserErrorException(
                $"{running.ExecutionId} is running, or was when its process died: the command that began it goes on with it, "
                    + "and --force deletes it all the same"
            );
    }

    private static async Task AskAsync(IReadOnlyList<ExecutionLine> lines, string path, Surroundings around)
    {
        if (!around.InputIsTerminal)
            throw new UserErrorException("deleting needs --yes where nobody can be asked");
        foreach (var line in lines)
            await around.Error.WriteLineAsync("  " + ExecutionText.Describe(line));
        var what =
            lines.Count == 1
                ? "this execution and the samples that only it uses"
                : $"these {lines.Count} executions and the samples that only they use";
        if (!await around.AgreesAsync($"{path}: delete {what}?"))
            throw new UserErrorException("nothing was deleted");
    }

    private static async Task DeleteAsync(
        ResearchStore store,
        IReadOnlyList<ExecutionLine> lines,
        bool json,
        Surroundings around
    )
    {
        var deleted = new List<DeletedExecution>();
        foreach (var line in lines)
        {
            var samples = await store.Runs.DeleteAsync(line.ExecutionId);
            deleted.Add(new DeletedExecution(line.ExecutionId, samples));
            if (!json)
                await around.Out.WriteLineAsync($"deleted {line.ExecutionId} with {samples} samples");
        }
        if (json)
            await around.Out.WriteLineAsync(
                DocumentJson.Of(new DeletedDocument(deleted), DocumentJson.Indented.DeletedDocument)
            );
    }
}
