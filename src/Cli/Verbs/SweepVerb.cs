using System.CommandLine;
using System.Text.Json;
using Heretix.Cli.Output;
using Heretix.Cli.Settings;
using Heretix.Research.Batch;
using Heretix.Research.Sweep;

namespace Heretix.Cli.Verbs;

/// <summary><c>hx sweep</c>: every claim of a file with every model and prompt version, summed up.</summary>
internal static class SweepVerb
{
    public const string Examples = """
        hx sweep --claims-file claims.txt --model gpt-5 --model grok-4
        hx sweep --claims-file claims.jsonl -p rpl_h1 -p rpl_h2 --out-html runs/reports/cohort.html
        hx sweep --claims-file claims.csv --k 16 --r 2 --concurrency 32 --cost-limit 5 --json
        """;

    public static Command Create(Surroundings around)
    {
        var options = new MeasurementOptions();
        var file = new Option<FileInfo>("--claims-file", "-f")
        {
            Description = "Claims: text (a line each, # for comments), JSONL, or CSV with a column 'claim'",
            HelpName = "FILE",
            Required = true,
        };
        var lines = new Option<FileInfo?>("--out-jsonl", "-o")
        {
            Description = "A line for each measurement (default runs/sweeps/VERSION.jsonl)",
            HelpName = "FILE",
        };
        var html = new Option<FileInfo?>("--out-html", "--html") { Description = "Write a page", HelpName = "FILE" };
        var json = new Option<bool>("--json") { Description = "Print the summary as JSON" };
        var verb = new VerbCommand(
            "sweep",
            "Measure every claim with every model and prompt version, and sum up",
            Examples
        )
        {
            file,
            lines,
            html,
            json,
        };
        options.AddTo(verb);
        verb.SetAction(
            (parsed, stop) =>
                Verb.RunAsync(
                    around,
                    async (drain, abandon) =>
                    {
                        var settings = MeasurementSettings.Read(options, null, parsed, around);
                        var path = parsed.GetRequiredValue(file).ToString();
                        var claims = ClaimsFile.Read(path);
                        await using var bench = Workbench.Open(settings, around, abandon);
                        var files = Paths(settings, parsed.GetValue(lines)?.ToString(), around);
                        var outcomes = await MeasureAsync(
                            bench,
                            around,
                            BatchVerb.Items(settings, claims),
                            files,
                            drain
                        );
                        var report = SweepReport.Of(path, outcomes);
                        if (parsed.GetValue(json))
                            await around.Out.WriteLineAsync(
                                JsonSerializer.Serialize(report, SweepJson.Indented.SweepReport)
                            );
                        else
                            SweepText.Write(report, around.Out);
                        foreach (var written in files.Values.Distinct())
                            await around.Error.WriteLineAsync($"hx: measurements written to {written}");
                        if (parsed.GetValue(html)?.FullName is { } page)
                            await PageFile.WriteAsync(
                                page,
                                output => SweepPage.Write(report, outcomes, around.Time.GetUtcNow(), output),
                                around
                            );
                        return await MeasuredClaims.ReportFailuresAsync(path, outcomes, around);
                    },
                    stop
                )
        );
        return verb;
    }

    /// <summary>
    /// Where the lines of each prompt version go: one file for all, or one named after the full version. The mock has
    /// files of its own, so that a rehearsal does not replace what was paid for.
    /// </summary>
    private static Dictionary<string, string> Paths(MeasurementSettings settings, string? file, Surroundings around)
    {
        var banks = Workbench.Banks(settings.PromptsFile, around);
        return settings.PromptVersions.ToDictionary(
            version => version,
            version =>
                file
                ?? Path.Combine("runs", "sweeps", banks(version).Version + (settings.Mock ? "_mock" : "") + ".jsonl")
        );
    }

    private static async Task<IReadOnlyList<BatchOutcome>> MeasureAsync(
        Workbench bench,
        Surroundings around,
        IReadOnlyList<BatchItem> items,
        Dictionary<string, string> paths,
        CancellationToken stop
    )
    {
        var files = paths.Values.Distinct().ToDictionary(path => path, path => LineFile.Open(path, stream: null));
        try
        {
            var outcomes = await MeasuredClaims.MeasureAsync(
                bench,
                around,
                items,
                outcome => files[paths[outcome.Item.Request.PromptVersion]].WriteAsync(BatchLine.Of(outcome)),
                stop
            );
            foreach (var file in files.Values)
                await file.CommitAsync();
            return outcomes;
        }
        finally
        {
            foreach (var file in files.Values)
                await file.DisposeAsync();
        }
    }
}
