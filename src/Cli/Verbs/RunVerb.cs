using System.CommandLine;
using Heretix.Cli.Output;
using Heretix.Cli.Settings;
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
                        var (runs, failure) = await MeasureAsync(
                            bench,
                            around,
                            settings.Claim,
                            parsed.GetValue(json),
                            drain
                        );
                        if (runs.Count > 0)
                            await Write(runs, parsed.GetValue(json), parsed.GetValue(outFile)?.FullName, around);
                        return failure is null ? ExitCode.Ok : Verb.CodeOf(failure.Failure);
                    },
                    stop
                )
        );
        return verb;
    }

    /// <summary>What one model cannot give does not cost the results of the others; the cost limit ends all.</summary>
    private static async Task<(IReadOnlyList<RunResult> Runs, MeasurementException? Failure)> MeasureAsync(
        Workbench bench,
        Surroundings around,
        string claim,
        bool json,
        CancellationToken stop
    )
    {
        var runs = new List<RunResult>();
        MeasurementException? first = null;
        foreach (var model in bench.Settings.Models)
        {
            foreach (var version in bench.Settings.PromptVersions)
            {
                using var progress = RunProgress.On(around, $"{model} {version}", !json);
                var request = bench.Settings.For(claim, model, version);
                try
                {
                    runs.Add(
                        await bench.Measurer.MeasureAsync(request, bench.Lanes, progress, export: true, stop: stop)
                    );
                }
                catch (MeasurementException failure)
                {
                    await around.Error.WriteLineAsync($"hx: {model} with {version}: {failure.Message}");
                    first ??= failure;
                    if (failure.Failure == MeasurementFailure.CostLimit)
                        return (runs, first);
                }
            }
        }
        return (runs, first);
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
