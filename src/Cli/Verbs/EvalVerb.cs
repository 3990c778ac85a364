using System.CommandLine;
using System.Text.Json;
using Heretix.Cli.Output;
using Heretix.Cli.Settings;
using Heretix.Research.Batch;
using Heretix.Research.Evaluation;

namespace Heretix.Cli.Verbs;

/// <summary><c>hx eval</c>: whether the probabilities mean what they say, on claims whose truth is known.</summary>
internal static class EvalVerb
{
    public const string Examples = """
        hx eval --claims-file labelled.jsonl --model gpt-5
        hx eval --claims-file labelled.csv --k 16 --r 2 --bins 5 --html reports/calibration.html
        hx eval --claims-file labelled.jsonl --mock --json > eval.json
        """;

    public static Command Create(Surroundings around)
    {
        var options = new MeasurementOptions();
        var file = new Option<FileInfo>("--claims-file", "-f")
        {
            Description = "Labelled claims: JSONL {id, claim, label, category}, or CSV with those headers",
            HelpName = "FILE",
            Required = true,
        };
        var bins = new Option<int>("--bins")
        {
            Description = "Bins of the reliability diagram",
            HelpName = "N",
            DefaultValueFactory = _ => 10,
        };
        var outFile = new Option<FileInfo?>("--out", "-o")
        {
            Description = "Write the JSON to a file too",
            HelpName = "FILE",
        };
        var json = new Option<bool>("--json") { Description = "Print JSON" };
        var html = new Option<FileInfo?>("--html")
        {
            Description = "Write a page with the reliability diagram",
            HelpName = "FILE",
        };
        var verb = new VerbCommand(
            "eval",
            "Score a model on claims whose truth is known: Brier, calibration, reliability",
            Examples
        )
        {
            file,
            bins,
            outFile,
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
                        Check(settings, parsed.GetValue(bins));
                        var path = parsed.GetRequiredValue(file).ToString();
                        var claims = LabelledClaims.Require(path, ClaimsFile.Read(path));
                        await using var bench = Workbench.Open(settings, around, abandon);
                        var items = BatchVerb.Items(settings, claims);
                        var outcomes = await MeasuredClaims.MeasureAsync(bench, around, items, null, drain);
                        var report = EvaluationReport.Of(path, outcomes, parsed.GetValue(bins));
                        await WriteAsync(report, parsed.GetValue(outFile)?.FullName, parsed.GetValue(json), around);
                        if (parsed.GetValue(html)?.FullName is { } page)
                            await PageFile.WriteAsync(
                                page,
                                output => EvaluationPage.Write(report, around.Time.GetUtcNow(), output),
                                around
                            );
                        return await MeasuredClaims.ReportFailuresAsync(path, outcomes, around);
                    },
                    stop
                )
        );
        return verb;
    }

    private static void Check(MeasurementSettings settings, int bins)
    {
        if (bins is < 1 or > 1000)
            throw new UserErrorException($"--bins takes 1 to 1000, not {bins}", ExitCode.Usage);
        if (settings.Models.Count > 1 || settings.PromptVersions.Count > 1)
            throw new UserErrorException(
                "an evaluation scores one model with one prompt version: run it once for each of "
                    + string.Join(", ", settings.Models.Count > 1 ? settings.Models : settings.PromptVersions),
                ExitCode.Usage
            );
    }

    private static async Task WriteAsync(EvaluationReport report, string? path, bool json, Surroundings around)
    {
        var document = JsonSerializer.Serialize(report, EvaluationJson.Indented.EvaluationReport);
        if (path is not null)
            await AtomicFile.WriteAsync(path, document + "\n");
        if (json)
        {
            await around.Out.WriteLineAsync(document);
            return;
        }
        EvaluationText.Write(report, around.Out);
    }
}
