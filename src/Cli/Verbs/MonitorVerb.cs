using System.CommandLine;
using System.Text.Json;
using Heretix.Cli.Output;
using Heretix.Cli.Settings;
using Heretix.Research.Batch;
using Heretix.Research.Monitor;
using Heretix.Rpl.Results;

namespace Heretix.Cli.Verbs;

/// <summary><c>hx monitor</c>: measures a bench of claims anew and says what has moved since the baseline.</summary>
internal static class MonitorVerb
{
    public const string Examples = """
        hx monitor --baseline bench.jsonl --claims-file bench.txt --model gpt-5 --write-baseline
        hx monitor --baseline bench.jsonl --claims-file bench.txt --model gpt-5 --out drift.jsonl --fail-on-drift
        hx monitor --baseline bench.jsonl --claims-file bench.txt --drift-p 0.05 --json
        """;

    public static Command Create(Surroundings around)
    {
        var options = new MonitorOptions();
        var verb = new VerbCommand(
            "monitor",
            "Measure a bench of claims anew and say what has drifted since the baseline",
            Examples
        );
        options.AddTo(verb);
        verb.SetAction(
            (parsed, stop) =>
                Verb.RunAsync(around, (drain, abandon) => RunAsync(options, parsed, around, drain, abandon), stop)
        );
        return verb;
    }

    private static async Task<int> RunAsync(
        MonitorOptions options,
        ParseResult parsed,
        Surroundings around,
        CancellationToken drain,
        CancellationToken abandon
    )
    {
        var thresholds = options.Thresholds(parsed);
        var settings = Fresh(MeasurementSettings.Read(options.Measurement, null, parsed, around), options, parsed);
        var path = parsed.GetRequiredValue(options.Baseline).ToString();
        var baseline = parsed.GetValue(options.WriteBaseline) ? None(path, parsed.GetValue(options.Force)) : Read(path);
        if (parsed.GetValue(options.Out)?.FullName == Path.GetFullPath(path))
            throw new UserErrorException(
                "--out would append to the baseline, which then moves along with what it is to hold still: name another file",
                ExitCode.Usage
            );
        var claimsPath = parsed.GetRequiredValue(options.ClaimsFile).ToString();
        var claims = ClaimsFile.Read(claimsPath);
        await using var bench = Workbench.Open(settings, around, abandon);
        var outcomes = await MeasuredClaims.MeasureAsync(bench, around, BatchVerb.Items(settings, claims), null, drain);
        RunResult[] runs = [.. outcomes.Select(outcome => outcome.Result).OfType<RunResult>()];
        MonitorFailure[] failures = [.. outcomes.Where(outcome => outcome.Failure is not null).Select(Failure)];
        var report = MonitorReport.Of(path, baseline, thresholds, runs, failures);
        await WriteAsync(report, baseline is null ? path : null, options, parsed, around);
        var code = await MeasuredClaims.ReportFailuresAsync(claimsPath, outcomes, around);
        if (!parsed.GetValue(options.FailOnDrift) || baseline is null)
            return code;
        if (report.Summary is { Count: > 0, WithBaseline: 0 })
            throw new UserErrorException($"no measurement has a baseline in {path}, so no drift could have been seen");
        return report.Summary.Drifted > 0 ? ExitCode.Drift : code;
    }

    /// <summary>Stored samples cannot drift, so every sample is asked anew unless the user wants otherwise.</summary>
    private static MeasurementSettings Fresh(MeasurementSettings settings, MonitorOptions options, ParseResult parsed)
    {
        var useCache = parsed.GetValue(options.UseCache);
        if (useCache && parsed.GetValue(options.Measurement.NoCache))
            throw new UserErrorException("--use-cache and --no-cache exclude each other", ExitCode.Usage);
        return settings with { Template = settings.Template with { NoCache = !useCache } };
    }

    private static Baseline? None(string path, bool force) =>
        force || !File.Exists(path)
            ? null
            : throw new UserErrorException(
                $"{path} is there already: leave --write-baseline out to compare with it, or add --force to replace it"
            );

    private static Baseline Read(string path)
    {
        if (!File.Exists(path))
            throw new UserErrorException(
                $"there is no baseline {path}: make it with the same command and --write-baseline"
            );
        try
        {
            return Baseline.Read(path);
        }
        catch (BaselineException unreadable)
        {
            throw new UserErrorException(unreadable.Message);
        }
    }

    private static MonitorFailure Failure(BatchOutcome outcome) =>
        new(
            outcome.Item.Line.Claim,
            outcome.Item.Request.Model,
            outcome.Item.Request.PromptVersion,
            outcome.Failure!.Message
        );

    private static string Made(string path, int rows, int failures) =>
        rows == 0 ? $"nothing could be measured, so {path} was not written"
        : failures == 0 ? $"baseline of {rows} rows written to {path}"
        : $"baseline of {rows} rows written to {path}, without {failures} that failed (--force makes it again)";

    private static async Task WriteAsync(
        MonitorReport report,
        string? newBaseline,
        MonitorOptions options,
        ParseResult parsed,
        Surroundings around
    )
    {
        string[] lines = [.. report.Rows.Select(row => row.ToJsonLine())];
        if (newBaseline is not null)
        {
            if (lines.Length > 0)
                await AtomicFile.WriteAsync(newBaseline, string.Concat(lines.Select(line => line + "\n")));
            await around.Error.WriteLineAsync("hx: " + Made(newBaseline, lines.Length, report.Failures.Count));
        }
        if (parsed.GetValue(options.Out)?.FullName is { } log)
            await AppendedLines.WriteAsync(log, lines);
        if (parsed.GetValue(options.Json))
            await around.Out.WriteLineAsync(JsonSerializer.Serialize(report, MonitorJson.Indented.MonitorReport));
        else
            MonitorText.Write(report, around.Out);
        if (parsed.GetValue(options.Html)?.FullName is { } page)
            await PageFile.WriteAsync(
                page,
                output => MonitorPage.Write(report, around.Time.GetUtcNow(), output),
                around
            );
    }
}
