using Heretix.Rpl.Storage;
using Microsoft.Data.Sqlite;

namespace Heretix.Research.Store;

/// <summary>What a store holds already for a measurement, looked up without creating or changing anything.</summary>
public sealed class StoredSamples : IDisposable
{
    private readonly SqliteConnection db;

    private StoredSamples(SqliteConnection db) => this.db = db;

    /// <summary>Opens a store for looking; null when there is none.</summary>
    /// <exception cref="StoreException">The file is no store, or newer than this program.</exception>
    public static StoredSamples? Open(string path)
    {
        if (!File.Exists(path))
            return null;
        SQLitePCL.Batteries_V2.Init();
        var connection = new SqliteConnection(ConnectionString(path));
        try
        {
            connection.Open();
            Sql.Execute(connection, null, "PRAGMA query_only = 1");
            return new StoredSamples(
                Migrations.IsCurrent(connection, null, path) ? connection : UpToDateCopy(connection, path)
            );
        }
        catch (Exception failure)
        {
            connection.Dispose();
            throw failure is SqliteException
                ? new StoreException($"{path} cannot be opened as a store: {failure.Message}", failure)
                : failure;
        }
    }

    /// <summary>The interrupted execution that an equal request would take up.</summary>
    public string? UnfinishedExecution(string requestKey) =>
        Sql.Scalar<string>(
            db,
            null,
            """
            SELECT execution_id FROM executions
            WHERE request_key = $key AND status IN ('running', 'stopped')
            ORDER BY created_at, execution_id LIMIT 1
            """,
            ("$key", requestKey)
        );

    /// <summary>As <see cref="IExecution.FindAsync"/>, for the execution named or, with null, for a new one.</summary>
    public IReadOnlyDictionary<string, Sample> Find(string? executionId, IReadOnlyCollection<string> cacheKeys) =>
        SampleRows.Find(db, executionId ?? "", cacheKeys);

    /// <inheritdoc />
    public void Dispose() => db.Dispose();

    /// <summary>
    /// Not SQLite's read-only mode, which leaves its two side files behind. Without pooling, since the last connection
    /// to close takes them away.
    /// </summary>
    private static string ConnectionString(string path) =>
        new SqliteConnectionStringBuilder
        {
            DataSource = path,
            Mode = SqliteOpenMode.ReadWrite,
            Pooling = false,
        }.ConnectionString;

    /// <summary>A store of an older version is brought up to date in memory and stays as it is on disk.</summary>
    private static SqliteConnection UpToDateCopy(SqliteConnection old, string path)
    {
        var copy = new SqliteConnection("Data Source=:memory:");
        try
        {
            copy.Open();
            old.BackupDatabase(copy);
            old.Dispose();
            Migrations.Apply(copy, path);
            return copy;
        }
        catch
        {
            copy.Dispose();
            throw;
        }
    }
}
