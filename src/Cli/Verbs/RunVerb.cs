using System.CommandLine;
using Heretix.Cli.Output;
using Heretix.Cli.Settings;
using Heretix.Rpl.Results;

namespace Heretix.Cli.Verbs;

/// <summary><c>hx run</c>: measures one claim with every model and prompt version named.</summary>
internal static class RunVerb
{
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
        var verb = new Command("run", "Measure what a model believes about one claim") { claim, outFile, json };
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
                        var runs = await MeasureAsync(bench, around, settings.Claim, parsed.GetValue(json), drain);
                        await Write(runs, parsed.GetValue(json), parsed.GetValue(outFile)?.FullName, around);
                        return ExitCode.Ok;
                    },
                    stop
                )
        );
        return verb;
    }

    private static async Task<IReadOnlyList<RunResult>> MeasureAsync(
        Workbench bench,
        Surroundings around,
        string claim,
        bool json,
        CancellationToken stop
    )
    {
        var runs = new List<RunResult>();
        foreach (var model in bench.Settings.Models)
        {
            foreach (var version in bench.Settings.PromptVersions)
            {
                using var progress = RunProgress.On(around, $"{model} {version}", !json);
                var request = bench.Settings.For(claim, model, version);
                runs.Add(await bench.Measurer.MeasureAsync(request, bench.Lanes, progress, export: true, stop: stop));
            }
        }
        return runs;
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
