using System.CommandLine;
using Heretix.Cli.Output;
using Heretix.Cli.Settings;
using Heretix.Research.Batch;
using Heretix.Rpl;
using Heretix.Rpl.Results;

namespace Heretix.Cli.Verbs;

/// <summary><c>hx run</c>: measures one claim with every model and prompt version named.</summary>
internal static class RunVerb
{
    private const string Examples = """
        hx run --claim "Bees can recognise human faces" --model gpt-5
        hx run --claim "Bees can recognise human faces" -m gpt-5 -m grok-4 -p rpl_h1 -p rpl_h2   # side by side
        hx run --claim "Bees can recognise human faces" --auto --cost-limit 0.50
        hx run --claim "Bees can recognise human faces" --model llama3.1 --base-url http://127.0.0.1:11434
        hx run --claim "Bees can recognise human faces" --mock --json
        hx run --config claim.yaml --out runs/bees.json
        """;

    public static Command Create(Surroundings around)
    {
        var options = new MeasurementOptions();
        var claim = new Option<string?>("--claim") { Description = "The claim, in quotation marks", HelpName = "TEXT" };
        var outFile = new Option<FileInfo?>("--out", "-o")
        {
            Description = "Write the JSON to a file too",
            HelpName = "FILE",
        };
        var json = new Option<bool>("--json") { Description = "Print JSON: {\"runs\":[...]}" };
        var verb = new VerbCommand("run", "Measure what a model believes about one claim", Examples)
        {
            claim,
            outFile,
            json,
        };
        options.AddTo(verb);
        verb.SetAction(
            (parsed, stop) =>
                Verb.RunAsync(
                    around,
                    async (drain, abandon) =>
                    {
                        var settings = MeasurementSettings.Read(options, claim, parsed, around);
                        if (string.IsNullOrWhiteSpace(settings.Claim))
                            throw new UserErrorException(
                                "no claim: give --claim \"...\" or a config file with a claim",
                                ExitCode.Usage
                            );
                        await using var bench = Workbench.Open(settings, around, abandon);
                        var failure = await MeasureAsync(
                            bench,
                            around,
                            settings.Claim,
                            runs => Write(runs, parsed.GetValue(json), parsed.GetValue(outFile)?.FullName, around),
                            drain
                        );
                        return failure is null ? ExitCode.Ok : Verb.CodeOf(failure.Failure);
                    },
                    stop
                )
        );
        return verb;
    }

    /// <summary>
    /// A run is a small batch: interrupted, its finished measurements are not asked for again. What one model cannot
    /// give does not cost the results of the others.
    /// </summary>
    private static async Task<MeasurementException?> MeasureAsync(
        Workbench bench,
        Surroundings around,
        string claim,
        Func<IReadOnlyList<RunResult>, Task> write,
        CancellationToken stop
    )
    {
        var items = BatchVerb.Items(bench.Settings, [new ClaimLine("run", claim, null, null, 1)]);
        var runs = new List<RunResult>();
        MeasurementException? first = null;
        try
        {
            using var one = items.Count == 1 ? RunProgress.On(around, items[0].Request.Model) : null;
            using var several = items.Count > 1 ? BatchProgressBar.On(around, items.Count) : null;
            await foreach (var outcome in bench.Runner().RunAsync(items, several, one, stop))
            {
                if (outcome.Result is not null)
                    runs.Add(outcome.Result);
                first ??= outcome.Failure;
                if (outcome.Failure is not null)
                    await SayAsync(
                        outcome.Failure,
                        $"{outcome.Item.Request.Model}, {outcome.Item.Request.PromptVersion}: "
                    );
            }
        }
        catch (MeasurementException ended)
        {
            await SayAsync(ended, "");
            first = ended;
        }
        await write(runs);
        await bench.WrittenAsync();
        return first;

        Task SayAsync(MeasurementException failure, string where) =>
            around.Error.WriteLineAsync("hx: " + (items.Count > 1 ? where : "") + failure.Message);
    }

    private static async Task Write(IReadOnlyList<RunResult> runs, bool json, string? path, Surroundings around)
    {
        var document = RunsJson.Of(runs);
        if (path is not null)
            await AtomicFile.WriteAsync(path, document + "\n");
        if (json)
            await around.Out.WriteLineAsync(document);
        else
            RunText.Write(runs, around.Out);
        if (path is not null && !json)
            await around.Out.WriteLineAsync($"\nwritten to {path}");
    }
}
