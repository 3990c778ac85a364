using System.CommandLine;
using Heretix.Cli.Output;
using Heretix.Cli.Settings;
using Heretix.Research.Batch;
using Heretix.Rpl;

namespace Heretix.Cli.Verbs;

/// <summary><c>hx batch</c>: measures every claim of a file, one line out for each.</summary>
internal static class BatchVerb
{
    private const string Examples = """
        hx batch claims.jsonl --model gpt-5 --out results.jsonl --cost-limit 20
        hx batch claims.csv --model llama3.1 --base-url http://127.0.0.1:8080 --concurrency 64 --out results.jsonl
        hx batch claims.txt --mock > results.jsonl
        """;

    public static Command Create(Surroundings around)
    {
        var options = new MeasurementOptions();
        var file = new Argument<FileInfo>("FILE") { Description = "Claims: JSONL, CSV with a column 'claim', or text" };
        var outFile = new Option<FileInfo?>("--out", "-o")
        {
            Description = "Write the lines to a file",
            HelpName = "FILE",
        };
        var json = new Option<bool>("--json")
        {
            Description = "JSON lines on standard output (the default without --out)",
        };
        var verb = new VerbCommand(
            "batch",
            "Measure many claims; interrupted, the same command goes on where it stopped",
            Examples
        )
        {
            file,
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
                        var settings = MeasurementSettings.Read(options, null, parsed, around);
                        var claims = ClaimsFile.Read(parsed.GetRequiredValue(file).FullName);
                        await using var bench = Workbench.Open(settings, around, abandon);
                        var path = parsed.GetValue(outFile)?.FullName;
                        await using var lines = LineFile.Open(
                            path,
                            parsed.GetValue(json) || path is null ? around.Out : null
                        );
                        return await RunAsync(bench, around, Items(settings, claims), lines, drain);
                    },
                    stop
                )
        );
        return verb;
    }

    /// <summary>Every claim with every model and prompt version, claims first.</summary>
    internal static IReadOnlyList<BatchItem> Items(MeasurementSettings settings, IReadOnlyList<ClaimLine> claims)
    {
        var items = new List<BatchItem>();
        foreach (var claim in claims)
        {
            foreach (var model in settings.Models)
            {
                foreach (var version in settings.PromptVersions)
                    items.Add(new BatchItem(items.Count, claim, settings.For(claim.Claim, model, version)));
            }
        }
        return items;
    }

    private static async Task<int> RunAsync(
        Workbench bench,
        Surroundings around,
        IReadOnlyList<BatchItem> items,
        LineFile lines,
        CancellationToken stop
    )
    {
        var runner = new BatchRunner(bench.Measurer, bench.Store, bench.Lanes, around.Time);
        var failures = new List<BatchOutcome>();
        using (var progress = BatchProgressBar.On(around, items.Count))
        {
            await foreach (var outcome in runner.RunAsync(items, progress, stop))
            {
                if (outcome.Failure is not null)
                    failures.Add(outcome);
                await lines.WriteAsync(BatchLine.Of(outcome));
            }
        }
        await lines.CommitAsync();
        foreach (var outcome in failures.Take(10))
            await around.Error.WriteLineAsync(
                $"hx: {outcome.Item.Line.Id} (line {outcome.Item.Line.Line}): {outcome.Failure!.Message}"
            );
        await around.Error.WriteLineAsync(Summary(bench, items, failures));
        return ExitCodeOf(failures);
    }

    private static string Summary(Workbench bench, IReadOnlyList<BatchItem> items, List<BatchOutcome> failures) =>
        FormattableString.Invariant(
            $"hx: {items.Count - failures.Count} of {items.Count} measured, {failures.Count} failed, {bench.Lanes.Budget.Spent:0.0000} USD{(bench.Settings.Mock ? " (mock: simulated)" : "")}"
        );

    internal static int ExitCodeOf(IReadOnlyCollection<BatchOutcome> failures) =>
        failures.Count == 0 ? ExitCode.Ok
        : failures.Any(outcome => outcome.Failure!.Failure == MeasurementFailure.ProviderFailed)
            ? ExitCode.ProviderFailed
        : ExitCode.TooFewSamples;
}
