using System.Threading.Channels;
using Microsoft.Data.Sqlite;

namespace Heretix.Research.Store;

/// <summary>
/// The one writer of a store in this process. Work that arrives while a transaction is being committed shares the
/// next one, so a write waits for at most one commit before its own, and a burst costs one sync to disk.
/// </summary>
internal sealed class WriteQueue : IAsyncDisposable
{
    private const int LargestBatch = 512;

    private readonly Channel<Work> channel = Channel.CreateUnbounded<Work>(new() { SingleReader = true });
    private readonly SqliteConnection connection;
    private readonly Task loop;

    public WriteQueue(SqliteConnection connection)
    {
        this.connection = connection;
        loop = Task.Run(RunAsync);
    }

    /// <summary>Runs <paramref name="write"/> in a transaction; completes when that is committed.</summary>
    public async ValueTask<T> WriteAsync<T>(Func<SqliteConnection, SqliteTransaction, T> write)
    {
        var result = default(T);
        var work = new Work((db, transaction) => result = write(db, transaction));
        if (!channel.Writer.TryWrite(work))
            throw new ObjectDisposedException(nameof(WriteQueue), "the store is closed");
        await work.Done.Task;
        return result!;
    }

    private async Task RunAsync()
    {
        var batch = new List<Work>();
        while (await channel.Reader.WaitToReadAsync())
        {
            batch.Clear();
            while (batch.Count < LargestBatch && channel.Reader.TryRead(out var work))
                batch.Add(work);
            Commit(batch);
        }
    }

    private void Commit(List<Work> batch)
    {
        try
        {
            using var transaction = connection.BeginTransaction(deferred: false);
            foreach (var work in batch)
                Run(work, transaction);
            transaction.Commit();
        }
        catch (SqliteException failure)
        {
            var explained = new StoreException($"{connection.DataSource}: {failure.Message}", failure);
            foreach (var work in batch)
                work.Done.TrySetException(explained);
            return;
        }
        foreach (var work in batch)
        {
            if (work.Failure is null)
                work.Done.TrySetResult();
            else
                work.Done.TrySetException(work.Failure);
        }
    }

    /// <summary>A savepoint keeps one caller's mistake from undoing the writes of the others.</summary>
    private static void Run(Work work, SqliteTransaction transaction)
    {
        const string savepoint = "work";
        transaction.Save(savepoint);
        try
        {
            work.Write(transaction.Connection!, transaction);
            transaction.Release(savepoint);
        }
        catch (Exception failure) when (failure is not SqliteException { SqliteErrorCode: 5 or 10 or 13 })
        {
            transaction.Rollback(savepoint);
            transaction.Release(savepoint);
            work.Failure = failure is SqliteException ? new StoreException(failure.Message, failure) : failure;
        }
    }

    public async ValueTask DisposeAsync()
    {
        channel.Writer.TryComplete();
        await loop;
        await connection.DisposeAsync();
    }

    private sealed class Work(Action<SqliteConnection, SqliteTransaction> write)
    {
        public Action<SqliteConnection, SqliteTransaction> Write { get; } = write;

        public TaskCompletionSource Done { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Exception? Failure { get; set; }
    }
}
