using System.CommandLine;
using Heretix.Cli.Output;
using Heretix.Cli.Settings;
using Heretix.Lake;
using Heretix.Research.Export;
using Heretix.Research.Store;

namespace Heretix.Cli.Verbs;

/// <summary>
/// <c>hx export runs</c> and <c>hx export samples</c>. Without a file, what the lake does not have yet is written there;
/// with one, every row of the store.
/// </summary>
internal sealed class ExportTableVerb
{
    private readonly Option<string?> format = OptionValues.Word(
        "--format",
        "parquet, csv or jsonl (default by the file's ending, else parquet)",
        "FORMAT",
        "parquet",
        "csv",
        "jsonl"
    );
    private readonly Option<string?> outFile = new("--out", "-o")
    {
        Description = "Write every row of the store to this file",
        HelpName = "FILE",
    };
    private readonly Option<bool> all = new("--all")
    {
        Description = "Offer to the lake what was exported before too; it takes each execution once",
    };
    private readonly Option<string?> exports = ExportVerb.ExportsOption();
    private readonly StoreSelection store = new();
    private readonly Surroundings around;
    private readonly TableWriting writing;

    private ExportTableVerb(Surroundings around, TableWriting writing)
    {
        this.around = around;
        this.writing = writing;
    }

    public static Command Runs(Surroundings around) =>
        new ExportTableVerb(
            around,
            new TableWriting(
                (history, path, format, env, stop) => TableFile.Write(path, format, history.AllRunRows(env), stop),
                (history, text, format, env, stop) => TableFile.Write(text, format, history.AllRunRows(env), stop)
            )
        ).Create("runs", "Export executions, one row each");

    public static Command Samples(Surroundings around) =>
        new ExportTableVerb(
            around,
            new TableWriting(
                (history, path, format, env, stop) => TableFile.Write(path, format, history.AllSampleRows(env), stop),
                (history, text, format, env, stop) => TableFile.Write(text, format, history.AllSampleRows(env), stop)
            )
        ).Create("samples", "Export samples, one row for each answer in an execution");

    private VerbCommand Create(string name, string description)
    {
        var verb = new VerbCommand(name, description, Examples(name)) { format, outFile, all, exports };
        store.AddTo(verb);
        verb.SetAction((parsed, stop) => Stoppable.RunAsync(around, stopped => RunAsync(parsed, stopped), stop));
        return verb;
    }

    private static string Examples(string table) =>
        $"""
            hx export {table}
            hx export {table} --all --exports /backup/exports
            hx export {table} --out {table}.csv
            hx export {table} --format jsonl --mock | head -1 | jq
            """;

    private async Task<int> RunAsync(ParseResult parsed, CancellationToken stop)
    {
        var path = parsed.GetValue(outFile);
        var wanted = Format(parsed.GetValue(format), path);
        var environment = StoreLocation.EnvironmentName(around);
        var root = StoreLocation.ExportRoot(parsed.GetValue(exports), around);
        var target = path is null ? null : TargetFile.Prepare(path, root);
        await using var opened = store.Open(parsed, around);
        if (target is not null)
        {
            var rows = writing.ToFile(opened.Runs, target, wanted, environment, stop);
            await around.Out.WriteLineAsync($"{Say.Count(rows, "row")} written to {path}");
        }
        else if (wanted == FileFormat.Parquet)
        {
            await ToLakeAsync(opened, root, environment, parsed.GetValue(all), stop);
        }
        else
        {
            await using var output = new ChunkedWriter(around.Out);
            var rows = writing.ToText(opened.Runs, output, wanted, environment, stop);
            await around.Error.WriteLineAsync($"hx: {Say.Count(rows, "row")}");
        }
        return ExitCode.Ok;
    }

    private async Task ToLakeAsync(
        ResearchStore opened,
        string root,
        string environment,
        bool again,
        CancellationToken stop
    )
    {
        using var lake = new ParquetLake(root);
        var exporter = new RunExporter(opened, lake, environment, notice: _ => { });
        var before = again ? 0 : opened.Runs.CompletedCount() - opened.Runs.NotExported().Count;
        var outcome = again ? await exporter.ExportAllAsync(stop) : await exporter.ExportPendingAsync(stop);
        if (outcome.Missing is { } missing)
            throw missing;
        await around.Out.WriteLineAsync(
            outcome.Written == 0
                ? $"nothing new for {root}"
                : $"{Say.Count(outcome.Written, "execution")} with {Say.Count(outcome.Samples, "sample")} written to {root} ({Say.Count(outcome.Files.Count, "file")})"
        );
        if (outcome.AlreadyThere > 0)
            await around.Out.WriteLineAsync($"already there: {Say.Count(outcome.AlreadyThere, "execution")}");
        if (before > 0)
            await around.Out.WriteLineAsync(
                $"exported before: {Say.Count(before, "execution")}; --all offers them to {root} again"
            );
    }

    private static FileFormat Format(string? given, string? path) =>
        (given ?? (path is null or "-" ? "parquet" : TargetFile.Ending(path))) switch
        {
            "parquet" => FileFormat.Parquet,
            "csv" => FileFormat.Csv,
            "jsonl" or "ndjson" => FileFormat.JsonLines,
            _ => throw new UserErrorException(
                $"the ending of {path} names no format: add --format parquet, csv or jsonl",
                ExitCode.Usage
            ),
        };

    /// <summary>How the rows of one table are written to a file and to a stream; both say how many there were.</summary>
    private sealed record TableWriting(
        Func<RunHistory, string, FileFormat, string, CancellationToken, long> ToFile,
        Func<RunHistory, TextWriter, FileFormat, string, CancellationToken, long> ToText
    );
}
