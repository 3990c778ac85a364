using Heretix.Lake.DuckDb;
using Heretix.Lake.Partitions;

namespace Heretix.Lake.Files;

/// <summary>One Parquet file from rows that need not fit into memory: DuckDB puts aside on disk what is too much.</summary>
internal static class ParquetFile
{
    /// <returns>Rows written.</returns>
    internal static long Write<TRow>(
        string path,
        Table<TRow> table,
        IEnumerable<TRow> rows,
        CancellationToken cancellationToken
    )
    {
        string spill = Path.Combine(Path.GetTempPath(), "heretix-" + Path.GetRandomFileName());
        using DuckDbConnection duckDb = new(("threads", "1"), ("memory_limit", "256MB"), ("temp_directory", spill));
        duckDb.Execute($"CREATE TABLE {table.Name} ({table.Definition})");
        long written;
        using (Appender appender = new(duckDb, table.Name))
        {
            written = table.Write(rows, appender, cancellationToken);
            appender.Complete();
        }
        string format = ParquetSource.MarkedFormat(table.Mark);
        duckDb.Execute($"COPY {table.Name} TO {DuckDbConnection.Quote(path)} ({format})");
        return written;
    }
}
