using System.CommandLine;
using Heretix.Cli.Output;
using Heretix.Cli.Settings;

namespace Heretix.Cli.Verbs;

/// <summary><c>hx export</c>: what is stored, as Parquet for queries or as one table file for other programs.</summary>
internal static class ExportVerb
{
    public const string Examples = """
        hx export runs
        hx export samples --out samples.csv
        hx export runs --format jsonl | jq 'select(.pqs < 50)'
        hx export checks --database-url postgres://reader@db.example.org/heretix
        hx export compact --day 2026-03-14
        """;

    public static Command Create(Surroundings around) =>
        new VerbCommand("export", "Write Parquet, CSV or JSONL, and merge a day's Parquet files", Examples)
        {
            ExportTableVerb.Runs(around),
            ExportTableVerb.Samples(around),
            ExportChecksVerb.Create(around),
            ExportCompactVerb.Create(around),
        };

    /// <summary>Root of the Parquet partitions.</summary>
    public static Option<string?> ExportsOption() =>
        new("--exports") { Description = "Folder of Parquet files (default data/exports)", HelpName = "DIR" };
}
