using System.Text.RegularExpressions;
using Heretix.Lake.DuckDb;

namespace Heretix.Lake.Partitions;

/// <summary>How the lake's files are written and scanned in SQL.</summary>
internal static partial class ParquetSource
{
    /// <summary>Options of COPY. The lake gives a file its name itself.</summary>
    internal const string Format = "FORMAT parquet, COMPRESSION zstd, USE_TMP_FILE false";

    /// <summary>Options of COPY for a file of the lake with exactly the columns of the mark.</summary>
    internal static string MarkedFormat(string mark) => $"{Format}, KV_METADATA {{heretix: '{mark}'}}";

    /// <summary>
    /// A query over files, of which some may lack columns that others have.
    /// </summary>
    /// <param name="files">At least one.</param>
    /// <param name="mark">Files with this mark have the same columns.</param>
    /// <param name="withDay">Whether the day in the folder's name becomes the column <c>dt</c>.</param>
    internal static string Select(IReadOnlyList<string> files, string mark, bool withDay = false)
    {
        ILookup<bool, string> marked = files.ToLookup(f => ColumnMark.IsIn(f, mark));
        string days = withDay ? "hive_partitioning = true, hive_types = {'dt': DATE}" : "hive_partitioning = false";
        string[] scans =
        [
            .. from isMarked in (bool[])[true, false]
            where marked[isMarked].Any()
            let union = isMarked ? "" : "union_by_name = true, "
            select $"SELECT * FROM read_parquet({Names(marked[isMarked])}, {union}{days})",
        ];
        return string.Join(" UNION ALL BY NAME ", scans);
    }

    /// <summary>
    /// DuckDB takes names of files for patterns: in a folder <c>a*</c> it would find the files of <c>ab</c> too. A
    /// character in brackets stands for itself.
    /// </summary>
    internal static string AsPattern(string path) => PatternCharacter().Replace(path, "[$0]");

    private static string Names(IEnumerable<string> files) => DuckDbConnection.QuoteAll(files.Select(AsPattern));

    [GeneratedRegex(@"[*?\[]")]
    private static partial Regex PatternCharacter();
}
