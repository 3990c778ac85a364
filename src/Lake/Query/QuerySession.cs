using Heretix.Lake.DuckDb;
using Heretix.Lake.Partitions;

namespace Heretix.Lake.Query;

/// <summary>
/// One query's database: in memory, with the views, and closed for everything but reading the lake. Two walls: only a
/// statement that DuckDB itself classes as a SELECT is run, and file access is limited to the lake and frozen, so that
/// neither COPY nor a table function reaches anything else.
/// </summary>
internal sealed class QuerySession : IDisposable
{
    private readonly DuckDbConnection _duckDb;
    private readonly IDisposable? _reading;
    private readonly RepeatedInterrupt _interrupt;
    private PreparedQuery? _prepared;

    private QuerySession(DuckDbConnection duckDb, IDisposable? reading, CancellationToken cancellationToken)
    {
        _duckDb = duckDb;
        _reading = reading;
        _interrupt = new RepeatedInterrupt(duckDb, cancellationToken);
    }

    /// <param name="root">The lake.</param>
    /// <param name="sql">The query; views that it cannot mean are not made, because making one opens its files.</param>
    /// <param name="target">The only file that may be written, or null.</param>
    /// <param name="cancellationToken">Interrupts whatever runs.</param>
    /// <param name="oneThread">Whether DuckDB works on one thread only.</param>
    internal static QuerySession Open(
        string root,
        string sql,
        string? target,
        CancellationToken cancellationToken,
        bool oneThread = false
    )
    {
        cancellationToken.ThrowIfCancellationRequested();
        string spill = Path.Combine(Path.GetTempPath(), "heretix-" + Path.GetRandomFileName());
        DuckDbConnection duckDb = new(
            ("temp_directory", spill),
            ("autoinstall_known_extensions", "false"),
            ("autoload_known_extensions", "false")
        );
        IDisposable? reading = null;
        try
        {
            // A view's files are opened when it is made and again when it is read: keep what was learnt.
            duckDb.Execute("SET parquet_metadata_cache = true" + (oneThread ? "; SET threads = 1" : ""));
            reading = LakeLock.Reading(root);
            foreach (string view in Catalogue.Views(root, sql))
            {
                duckDb.Execute(view);
            }
            duckDb.Execute(
                $"""
                SET allowed_directories = {DuckDbConnection.QuoteAll([root, ParquetSource.AsPattern(root)])};
                SET allowed_paths = {DuckDbConnection.QuoteAll(target is null ? [] : [target])};
                SET enable_external_access = false;
                SET lock_configuration = true;
                """
            );
            return new QuerySession(duckDb, reading, cancellationToken);
        }
        catch (Exception e)
        {
            reading?.Dispose();
            duckDb.Dispose();
            throw e is DuckDbException error ? QueryErrors.From(error, cancellationToken) : e;
        }
    }

    /// <exception cref="LakeQueryException">It does not only read.</exception>
    /// <exception cref="DuckDbException">It is wrong or failed.</exception>
    internal RowReader Read(string sql)
    {
        _prepared = PreparedQuery.Prepare(_duckDb, sql);
        return _prepared.Start();
    }

    /// <exception cref="LakeQueryException">It does not only read.</exception>
    /// <exception cref="DuckDbException">It is wrong or failed.</exception>
    internal void CopyTo(string sql, string file)
    {
        // Prepared alone first: what is one whole SELECT cannot close the parenthesis that it is then put into.
        using PreparedQuery query = PreparedQuery.Prepare(_duckDb, sql);
        _duckDb.Execute($"COPY ({query.Embeddable}\n) TO {DuckDbConnection.Quote(file)} ({ParquetSource.Format})");
    }

    public void Dispose()
    {
        _interrupt.Dispose();
        _prepared?.Dispose();
        _duckDb.Dispose();
        _reading?.Dispose();
    }
}
