using System.CommandLine;
using Heretix.Cli.Output;
using Heretix.Cli.Settings;
using Heretix.Lake;

namespace Heretix.Cli.Verbs;

/// <summary>The options of <c>hx query</c>.</summary>
internal sealed class QueryOptions
{
    public Argument<string?> Sql { get; } =
        new("SQL")
        {
            Description = "One SELECT over the views runs and samples; - reads it from standard input",
            Arity = ArgumentArity.ZeroOrOne,
        };

    public Option<string?> Named { get; } =
        new("--named", "-n") { Description = "A query that ships with Heretix", HelpName = "NAME" };

    public Option<bool> List { get; } = new("--list") { Description = "List the queries that ship" };

    public Option<string?> Format { get; } =
        OptionValues.Word(
            "--format",
            "table, csv, json or parquet (default by the file's ending, else table)",
            "FORMAT",
            "table",
            "csv",
            "json",
            "parquet"
        );

    public Option<bool> Json { get; } = new("--json") { Description = "The same as --format json" };

    public Option<string?> Out { get; } =
        new("--out", "-o") { Description = "Write the answer to a file", HelpName = "FILE" };

    public Option<string?> Exports { get; } = ExportVerb.ExportsOption();

    public void AddTo(Command verb)
    {
        verb.Arguments.Add(Sql);
        foreach (var option in (Option[])[Named, List, Format, Json, Out, Exports])
            verb.Options.Add(option);
        OptionValues.RefuseUnknownOptions(Sql, verb);
    }

    /// <summary>In which format the answer goes to which file; null is standard output.</summary>
    public (QueryFormat Format, string? Path) Target(ParseResult parsed)
    {
        var (given, json, path) = (parsed.GetValue(Format), parsed.GetValue(Json), parsed.GetValue(Out));
        if (json && given is not (null or "json"))
            throw new UserErrorException($"--json and --format {given} contradict each other", ExitCode.Usage);
        var format = Parse(
            given
                ?? (
                    json ? "json"
                    : path is null or "-" ? "table"
                    : TargetFile.Ending(path)
                ),
            path
        );
        if (format == QueryFormat.Parquet && path is null)
            throw new UserErrorException("Parquet is not text: name a file for it with --out", ExitCode.Usage);
        return (format, path);
    }

    private static QueryFormat Parse(string format, string? path) =>
        format switch
        {
            "table" or "txt" => QueryFormat.Table,
            "csv" => QueryFormat.Csv,
            "json" => QueryFormat.Json,
            "parquet" => QueryFormat.Parquet,
            _ => throw new UserErrorException(
                $"the ending of {path} names no format: add --format table, csv, json or parquet",
                ExitCode.Usage
            ),
        };
}
