using System.CommandLine;
using System.Text.Json;
using Heretix.Cli.Output;
using Heretix.Cli.Settings;
using Heretix.Research.Compare;
using Heretix.Research.Store;

namespace Heretix.Cli.Verbs;

/// <summary><c>hx compare</c>: two prompt versions or two models on the same claims, sampled alike.</summary>
internal static class CompareVerb
{
    public const string Examples = """
        hx compare --prompt-version rpl_h1 --prompt-version rpl_h2
        hx compare --model gpt-5 --model grok-4 --since-days 7 --html reports/models.html
        hx compare -p rpl_h1 -p rpl_h2 --run --claims-file claims.txt --model gpt-5 --k 16
        """;

    public static Command Create(Surroundings around)
    {
        var options = new CompareOptions();
        var verb = new VerbCommand(
            "compare",
            "Compare two prompt versions or two models on the same claims, sampled alike",
            Examples
        );
        options.AddTo(verb);
        verb.SetAction(
            (parsed, stop) =>
                Verb.RunAsync(
                    around,
                    async (drain, abandon) =>
                    {
                        var request = CompareRequest.Read(options, parsed, around);
                        var (comparison, failed) = parsed.GetValue(options.Run)
                            ? await MeasuredAsync(request, around, drain, abandon)
                            : (await StoredAsync(request, around), ExitCode.Ok);
                        if (comparison.Claims.Count == 0 && !parsed.GetValue(options.Json))
                            throw new UserErrorException(NothingToCompare(request, comparison));
                        await WriteAsync(comparison, options, parsed, around);
                        return comparison.Claims.Count == 0 ? ExitCode.Failed : failed;
                    },
                    stop
                )
        );
        return verb;
    }

    /// <summary>Compares what is there; nothing is asked and no store is made.</summary>
    private static async Task<Comparison> StoredAsync(CompareRequest request, Surroundings around)
    {
        var database = request.Settings.Store.Database;
        if (!File.Exists(database))
            throw new UserErrorException(NothingToCompare(request, null));
        await using var store = ResearchStore.Open(new StoreOptions(database), around.Time);
        return Compare(store, request);
    }

    private static async Task<(Comparison Comparison, int Code)> MeasuredAsync(
        CompareRequest request,
        Surroundings around,
        CancellationToken drain,
        CancellationToken abandon
    )
    {
        await using var bench = Workbench.Open(request.Settings, around, abandon);
        var items = request.Missing(Runs(bench.Store, request));
        var code = ExitCode.Ok;
        if (items.Count > 0)
        {
            var outcomes = await MeasuredClaims.MeasureAsync(bench, around, items, null, drain);
            code = await MeasuredClaims.ReportFailuresAsync(request.ClaimsPath ?? "--claim", outcomes, around);
        }
        return (Compare(bench.Store, request), code);
    }

    private static Comparison Compare(ResearchStore store, CompareRequest request) =>
        Comparison.Of(
            request.Sides,
            request.Since,
            Pairing.Of(request.Sides, Runs(store, request)),
            version => BankTexts.Read(store, version)
        );

    private static IReadOnlyList<RecordedRun> Runs(ResearchStore store, CompareRequest request) =>
        [
            .. RecordedRuns
                .Read(store, request.Sides.By, [request.Sides.A, request.Sides.B], request.Since, request.Claim)
                .Where(request.Wants),
        ];

    private static string NothingToCompare(CompareRequest request, Comparison? comparison)
    {
        var kind = request.Sides.By == ComparedBy.Model ? "models" : "prompt versions";
        using var text = new StringWriter();
        text.WriteLine(
            comparison is null
                ? $"there is no store at {request.Settings.Store.Database}: nothing has been measured yet"
                : $"no claim was measured alike with both {kind} {request.Sides.A} and {request.Sides.B} since {request.Since:yyyy-MM-dd} in {request.Settings.Store.Database}"
        );
        ComparisonText.Unmatched(comparison?.Unmatched ?? [], text);
        text.WriteLine("measure first, for example:");
        foreach (var command in SuggestedCommands.For(request.Sides, comparison?.Unmatched ?? [], request.StoreOption))
            text.WriteLine("  " + command);
        return text.ToString().TrimEnd();
    }

    private static async Task WriteAsync(
        Comparison comparison,
        CompareOptions options,
        ParseResult parsed,
        Surroundings around
    )
    {
        var json = JsonSerializer.Serialize(comparison, CompareJson.Indented.Comparison);
        if (parsed.GetValue(options.Out)?.FullName is { } file)
            await AtomicFile.WriteAsync(file, json + "\n");
        if (parsed.GetValue(options.Json))
            await around.Out.WriteLineAsync(json);
        else
            ComparisonText.Write(comparison, around.Out);
        if (parsed.GetValue(options.Html)?.FullName is { } page)
            await PageFile.WriteAsync(
                page,
                output => ComparePage.Write(comparison, around.Time.GetUtcNow(), output),
                around
            );
    }
}
