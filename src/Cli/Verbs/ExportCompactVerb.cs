using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using Heretix.Cli.Output;
using Heretix.Cli.Settings;
using Heretix.Lake;

namespace Heretix.Cli.Verbs;

/// <summary><c>hx export compact</c>: merges the Parquet files of each day into one pair.</summary>
internal static class ExportCompactVerb
{
    public const string Examples = """
        hx export compact
        hx export compact --env prod --day 2026-03-14
        """;

    public static Command Create(Surroundings around)
    {
        var env = new Option<string?>("--env") { Description = "Only this environment", HelpName = "E" };
        var day = new Option<DateOnly?>("--day")
        {
            Description = "Only this UTC date",
            HelpName = "YYYY-MM-DD",
            CustomParser = Day,
        };
        var exports = ExportVerb.ExportsOption();
        var verb = new VerbCommand(
            "compact",
            "Merge the Parquet files of each day; queries and exports may go on",
            Examples
        )
        {
            env,
            day,
            exports,
        };
        verb.SetAction(
            (parsed, stop) =>
                Stoppable.RunAsync(
                    around,
                    async stopped =>
                    {
                        var root = StoreLocation.ExportRoot(parsed.GetValue(exports), around);
                        RequireFolder(root, parsed.GetValue(env));
                        using var lake = new ParquetLake(root);
                        var result = lake.Compact(parsed.GetValue(env), parsed.GetValue(day), stopped);
                        await around.Out.WriteLineAsync(Sentence(result));
                        return ExitCode.Ok;
                    },
                    stop
                )
        );
        return verb;
    }

    private static string Sentence(CompactionResult result)
    {
        var merged =
            result.Days == 0
                ? "nothing to merge"
                : $"{Say.Count(result.FilesMerged, "file")} of {Say.Count(result.Days, "day")} merged: {Say.Count(result.Runs, "run")}, {Say.Count(result.Samples, "sample")}";
        var removed = result.FilesRemoved > 0 ? $"; {Say.Count(result.FilesRemoved, "file")} removed" : "";
        var left =
            result.FilesLeft > 0
                ? $"; {Say.Count(result.FilesLeft, "file")} still being read, removed by the next call"
                : "";
        return merged + removed + left;
    }

    private static void RequireFolder(string root, string? env)
    {
        if (!Directory.Exists(root))
            throw new UserErrorException(
                $"there are no Parquet files at {root}: `hx export runs` writes them, --exports names another folder"
            );
        if (env is null)
            return;
        string[] known =
        [
            .. Directory
                .EnumerateDirectories(root)
                .Select(folder => Path.GetFileName(folder))
                .Where(name => !name.StartsWith('.'))
                .Order(StringComparer.Ordinal),
        ];
        if (!known.Contains(env))
            throw new UserErrorException(
                $"there is no environment '{env}' in {root}"
                    + (known.Length == 0 ? ", which is empty" : Suggestion.For(env, known))
            );
    }

    private static DateOnly? Day(ArgumentResult argument)
    {
        var text = argument.Tokens[^1].Value;
        if (DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day))
            return day;
        argument.AddError($"--day takes a date like 2026-03-14, not '{text}'");
        return null;
    }
}
