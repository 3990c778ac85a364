using System.Text.RegularExpressions;
using Heretix.Lake.DuckDb;

namespace Heretix.Lake.Partitions;

/// <summary>How the lake's files are written and scanned in SQL.</summary>
internal static partial class ParquetSource
{
    /// <summary>Options of COPY. The lake gives a file its name itself.</summary>
    internal const string Format = "FORMAT parquet, COMPRESSION zstd, USE_TMP_FILE false";

    /// <summary>A table function over files, in which a file may lack columns that another has.</summary>
    internal static string Scan(IEnumerable<string> files) =>
        $"read_parquet({Names(files)}, union_by_name = true, hive_partitioning = false)";

    /// <summary>The same, and the day out of the folder's name as the column <c>dt</c>.</summary>
    internal static string ScanWithDay(IEnumerable<string> files) =>
        $"read_parquet({Names(files)}, union_by_name = true, hive_partitioning = true, hive_types = {{'dt': DATE}})";

    /// <summary>
    /// DuckDB takes names of files for patterns: in a folder <c>a*</c> it would find the files of <c>ab</c> too. A
    /// character in brackets stands for itself.
    /// </summary>
    internal static string AsPattern(string path) => PatternCharacter().Replace(path, "[$0]");

    private static string Names(IEnumerable<string> files) => DuckDbConnection.QuoteAll(files.Select(AsPattern));

    [GeneratedRegex(@"[*?\[]")]
    private static partial Regex PatternCharacter();
}
