using System.CommandLine;
using Heretix.Cli.Output;
using Heretix.Cli.Settings;
using Heretix.Research.Store;
using Heretix.Rpl.Results;

namespace Heretix.Cli.Verbs;

/// <summary><c>hx runs show</c>: results as they were printed, or how far an unfinished execution came.</summary>
internal static class RunsShowVerb
{
    public static Command Create(Surroundings around)
    {
        var ids = new Argument<string[]>("ID")
        {
            Description = "Execution id, run id, or a clear beginning of one",
            Arity = ArgumentArity.OneOrMore,
        };
        var samples = new Option<bool>("--samples") { Description = "Show every sample with the reply as it came" };
        var json = new Option<bool>("--json") { Description = "Print JSON: {\"runs\":[...]}" };
        var store = new StoreSelection();
        var verb = new VerbCommand(
            "show",
            "Show stored results, one or several",
            [
                "hx runs show exec-51d4557fbebe",
                "hx runs show 51d4 --samples",
                "hx runs show heretix-rpl-0c2f31ab9d77 --json   # the latest execution of that run",
            ]
        )
        {
            ids,
            samples,
            json,
        };
        OptionValues.RefuseUnknownOptions(ids, verb);
        store.AddTo(verb);
        verb.SetAction(
            (parsed, _) =>
                Verb.RunAsync(
                    around,
                    async () =>
                    {
                        await using var opened = store.Open(parsed, around);
                        var lines = parsed.GetValue(ids)!.Select(opened.Runs.Find).DistinctBy(line => line.ExecutionId);
                        Func<ResearchStore, IReadOnlyList<ExecutionLine>, bool, Surroundings, Task> write =
                            parsed.GetValue(json) ? WriteJsonAsync : WriteTextAsync;
                        await write(opened, [.. lines], parsed.GetValue(samples), around);
                        return ExitCode.Ok;
                    }
                )
        );
        return verb;
    }

    private static async Task WriteJsonAsync(
        ResearchStore store,
        IReadOnlyList<ExecutionLine> lines,
        bool withSamples,
        Surroundings around
    )
    {
        var runs = new List<RunResult>();
        foreach (var line in lines)
        {
            if (store.Runs.Result(line.ExecutionId) is { } result)
                runs.Add(result);
            else if (!withSamples)
                throw new UserErrorException(
                    $"{line.ExecutionId} is {line.Status} and has no result; --samples shows what it has received"
                );
        }
        var samples = withSamples
            ? lines.SelectMany(line =>
                store.Runs.Samples(line.ExecutionId).Select(sample => SampleEntry.Of(line.ExecutionId, sample))
            )
            : null;
        var document = new ShownDocument(runs, samples?.ToList());
        await around.Out.WriteLineAsync(DocumentJson.Of(document, DocumentJson.Indented.ShownDocument));
    }

    private static Task WriteTextAsync(
        ResearchStore store,
        IReadOnlyList<ExecutionLine> lines,
        bool withSamples,
        Surroundings around
    )
    {
        var runs = new List<RunResult>();
        foreach (var line in lines)
        {
            if (store.Runs.Result(line.ExecutionId) is { } result)
                runs.Add(result);
            else
                ExecutionText.WriteUnfinished(line, store.Runs.Samples(line.ExecutionId), around.Out);
        }
        RunText.Write(runs, around.Out);
        foreach (var line in withSamples ? lines : [])
            ExecutionText.WriteSamples(line.ExecutionId, store.Runs.Samples(line.ExecutionId), around.Out);
        return Task.CompletedTask;
    }
}
