using Heretix.Lake.DuckDb;

namespace Heretix.Lake.Partitions;

/// <summary>How the lake's files are written and scanned in SQL.</summary>
internal static class ParquetSource
{
    /// <summary>Options of COPY. The lake gives a file its name itself.</summary>
    internal const string Format = "FORMAT parquet, COMPRESSION zstd, USE_TMP_FILE false";

    /// <summary>A table function over files, in which a file may lack columns that another has.</summary>
    internal static string Scan(IEnumerable<string> files) =>
        $"read_parquet({DuckDbConnection.QuoteAll(files)}, union_by_name = true, hive_partitioning = false)";
}
