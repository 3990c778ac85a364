using Heretix.Lake.DuckDb;

namespace Heretix.Lake.Partitions;

/// <summary>Copies the rows of many Parquet files into one.</summary>
/// <param name="spill">Where DuckDB puts what does not fit into its memory.</param>
internal sealed class MergeFiles(string spill) : IDisposable
{
    private DuckDbConnection? _duckDb;

    /// <summary>
    /// Merges in order of execution, so that one execution is found by reading one row group.
    /// </summary>
    /// <param name="files">What to merge.</param>
    /// <param name="mark">The mark of the table's columns; the new file has it when all old ones have.</param>
    /// <param name="thenBy">The order within an execution.</param>
    /// <param name="target">The new file.</param>
    /// <returns>Rows copied.</returns>
    /// <exception cref="LakeException">The new file does not have as many rows as the old ones together.</exception>
    internal long Merge(IReadOnlyList<string> files, string mark, string thenBy, string target)
    {
        _duckDb ??= new DuckDbConnection(("memory_limit", "1GB"), ("temp_directory", spill));
        string source = ParquetSource.Select(files, mark);
        string format = files.All(f => ColumnMark.IsIn(f, mark))
            ? ParquetSource.MarkedFormat(mark)
            : ParquetSource.Format;
        _duckDb.Execute(
            $"COPY (FROM ({source}) ORDER BY execution_id, {thenBy}) TO {DuckDbConnection.Quote(target)} ({format})"
        );
        long expected = Count(source);
        long written = Count(ParquetSource.Select([target], mark));
        return written == expected
            ? written
            : throw new LakeException($"{target} got {written} rows of {expected}; the old files stay.");
    }

    public void Dispose() => _duckDb?.Dispose();

    private long Count(string source)
    {
        using RowReader rows = _duckDb!.Read($"SELECT count(*) FROM ({source})");
        _ = rows.Read();
        return (long)rows.Value(0)!;
    }
}
