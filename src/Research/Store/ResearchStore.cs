using System.Security.Cryptography;
using Heretix.Rpl.Storage;
using Microsoft.Data.Sqlite;

namespace Heretix.Research.Store;

/// <summary>
/// The research store: one SQLite file in WAL mode with every run, every execution and every sample that was paid for.
/// Several processes may use it at once.
/// </summary>
public sealed class ResearchStore : ISampleStore, IAsyncDisposable
{
    private readonly StoreOptions options;
    private readonly TimeProvider time;
    private readonly string connectionString;
    private readonly WriteQueue writes;
    private readonly SubjectLocks locks;
    private readonly SubjectLocks batchLocks;

    private ResearchStore(StoreOptions options, TimeProvider time, string connectionString, SqliteConnection writer)
    {
        this.options = options;
        this.time = time;
        this.connectionString = connectionString;
        writes = new WriteQueue(writer);
        locks = new SubjectLocks(options.Path + ".locks", SharedFile, time);
        batchLocks = new SubjectLocks(System.IO.Path.Combine(options.Path + ".locks", "batches"), key => key, time);
        Runs = new RunHistory(this);
        Cache = new StoredCache(this, time);
        Batches = new BatchHistory(this);
    }

    /// <summary>The SQLite file.</summary>
    public string Path => options.Path;

    /// <summary>Executions and runs as they were recorded.</summary>
    public RunHistory Runs { get; }

    /// <summary>Cached samples and results.</summary>
    public StoredCache Cache { get; }

    /// <summary>Batches, finished and open.</summary>
    public BatchHistory Batches { get; }

    /// <summary>Opens or creates a store and brings its schema up to date.</summary>
    /// <exception cref="StoreException">The file is no store, is newer than this program, or cannot be written.</exception>
    public static ResearchStore Open(StoreOptions options, TimeProvider time)
    {
        SQLitePCL.Batteries_V2.Init();
        var builder = new SqliteConnectionStringBuilder { DataSource = options.Path, DefaultTimeout = 60 };
        var connection = new SqliteConnection(builder.ConnectionString);
        try
        {
            if (System.IO.Path.GetDirectoryName(System.IO.Path.GetFullPath(options.Path)) is { } folder)
                Directory.CreateDirectory(folder);
            connection.Open();
            var synchronous = options.Durable ? "FULL" : "NORMAL";
            Sql.Execute(connection, null, $"PRAGMA journal_mode = WAL; PRAGMA synchronous = {synchronous}");
            Migrations.Apply(connection, options.Path);
        }
        catch (Exception failure) when (failure is SqliteException or IOException or UnauthorizedAccessException)
        {
            connection.Dispose();
            throw new StoreException($"{options.Path} cannot be opened as a store: {failure.Message}", failure);
        }
        catch (StoreException)
        {
            connection.Dispose();
            throw;
        }
        return new ResearchStore(options, time, builder.ConnectionString, connection);
    }

    /// <inheritdoc />
    public async ValueTask<IExecution> BeginAsync(ExecutionStart start, CancellationToken cancellationToken)
    {
        var held = await locks.AcquireAsync(
            start.Subject,
            () =>
                options.OnNotice?.Invoke(
                    "another process is measuring this claim, or one that shares its lock: waiting for that to finish"
                ),
            cancellationToken
        );
        try
        {
            return await SqliteExecution.BeginAsync(this, start, held);
        }
        catch
        {
            held.Dispose();
            throw;
        }
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync() => await writes.DisposeAsync();

    /// <summary>Waits until no other process works on the batch. A batch outlives many subjects, so it has a file of its own.</summary>
    internal ValueTask<IDisposable> LockBatchAsync(string key, CancellationToken cancellationToken) =>
        batchLocks.AcquireAsync(
            key,
            () => options.OnNotice?.Invoke("the same command is running already: waiting for that to finish"),
            cancellationToken
        );

    /// <summary>The subject's lock when nobody measures it; else null.</summary>
    internal IDisposable? TryTake(string subject) => locks.TryTake(subject);

    /// <summary>One of 1024 files: subjects are SHA-256 in hex, so their beginnings spread evenly.</summary>
    private static string SharedFile(string subject) =>
        (Convert.ToInt32(subject[..3], 16) % 1024).ToString("x3", System.Globalization.CultureInfo.InvariantCulture);

    internal ValueTask<T> WriteAsync<T>(Func<SqliteConnection, SqliteTransaction, T> write) => writes.WriteAsync(write);

    /// <summary>A pooled connection for reading.</summary>
    internal SqliteConnection OpenReader()
    {
        var connection = new SqliteConnection(connectionString);
        connection.Open();
        return connection;
    }

    internal DateTimeOffset Now => time.GetUtcNow();

    internal void Notice(string sentence) => options.OnNotice?.Invoke(sentence);

    internal string NewExecutionId() =>
        "exec-" + (options.NewId?.Invoke() ?? Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(6)));
}
