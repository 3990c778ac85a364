using System.Text.Json;
using Heretix.Rpl;
using Heretix.Rpl.Results;
using Heretix.Rpl.Storage;
using Microsoft.Data.Sqlite;

namespace Heretix.Research.Store;

/// <summary>One open execution in the research store. It holds its subject's lock until it is disposed.</summary>
internal sealed class SqliteExecution : IExecution
{
    private readonly ResearchStore store;
    private readonly IDisposable subject;

    private SqliteExecution(ResearchStore store, IDisposable subject, string id, DateTimeOffset createdAt, bool resumed)
    {
        this.store = store;
        this.subject = subject;
        Id = id;
        CreatedAt = createdAt;
        Resumed = resumed;
    }

    public string Id { get; }

    public DateTimeOffset CreatedAt { get; }

    public bool Resumed { get; }

    public static async ValueTask<SqliteExecution> BeginAsync(
        ResearchStore store,
        ExecutionStart start,
        IDisposable subject
    )
    {
        var now = DateTimeOffset.FromUnixTimeSeconds(store.Now.ToUnixTimeSeconds());
        var (execution, bankChanged) = await store.WriteAsync(
            (db, transaction) =>
            {
                var changed = PromptRows.Record(db, transaction, start.Bank, now);
                return (Unfinished(db, transaction) ?? Insert(db, transaction), changed);
            }
        );
        if (bankChanged)
            store.Notice(
                $"prompt bank {start.Bank.Version} has changed without a new version: give it one, or old and new runs cannot be told apart"
            );
        if (execution.Resumed && start.Batch is null)
            store.Notice($"resuming {execution.Id}");
        return execution;

        // Whoever began it is gone: it would still hold the subject's lock.
        SqliteExecution? Unfinished(SqliteConnection db, SqliteTransaction transaction)
        {
            using var command = Sql.Command(
                db,
                transaction,
                """
                SELECT execution_id, created_at FROM executions
                WHERE request_key = $key AND status IN ('running', 'stopped') AND batch_id IS $batch AND batch_ordinal IS $ordinal
                ORDER BY created_at, execution_id LIMIT 1
                """,
                ("$key", start.RequestKey),
                ("$batch", start.Batch?.BatchId),
                ("$ordinal", start.Batch?.Ordinal)
            );
            using var reader = command.ExecuteReader();
            if (!reader.Read())
                return null;
            var id = reader.GetString(0);
            var createdAt = DateTimeOffset.FromUnixTimeSeconds(reader.GetInt64(1));
            reader.Close();
            Sql.Execute(
                db,
                transaction,
                "UPDATE executions SET status = 'running', status_reason = NULL WHERE execution_id = $id",
                ("$id", id)
            );
            return new SqliteExecution(store, subject, id, createdAt, resumed: true);
        }

        SqliteExecution Insert(SqliteConnection db, SqliteTransaction transaction)
        {
            var id = store.NewExecutionId();
            RunRows.InsertRunning(db, transaction, id, now, start);
            return new SqliteExecution(store, subject, id, now, resumed: false);
        }
    }

    public ValueTask<IReadOnlyDictionary<string, Sample>> FindAsync(
        IReadOnlyCollection<string> cacheKeys,
        CancellationToken cancellationToken
    )
    {
        using var reader = store.OpenReader();
        return ValueTask.FromResult(SampleRows.Find(reader, Id, cacheKeys));
    }

    public async ValueTask SaveAsync(Sample sample, CancellationToken cancellationToken) =>
        await store.WriteAsync((db, transaction) => SampleRows.Save(db, transaction, sample));

    public async ValueTask CompleteAsync(Measurement measurement, CancellationToken cancellationToken)
    {
        var payload = JsonSerializer.Serialize(measurement.Result, ResultJson.Compact.RunResult);
        await store.WriteAsync(
            (db, transaction) =>
            {
                SampleRows.Link(db, transaction, measurement);
                RunRows.Complete(db, transaction, measurement, payload, store.Now);
                return true;
            }
        );
    }

    public async ValueTask StopAsync(string reason, MeasurementFailure? final, CancellationToken cancellationToken) =>
        await store.WriteAsync(
            (db, transaction) =>
                Sql.Execute(
                    db,
                    transaction,
                    """
                    UPDATE executions SET status = $status, status_reason = $reason, failure = $failure, finished_at = $now,
                        tokens_in = (SELECT SUM(tokens_in) FROM samples WHERE execution_id = $id),
                        tokens_out = (SELECT SUM(tokens_out) FROM samples WHERE execution_id = $id),
                        cost_usd = (SELECT SUM(cost_usd) FROM samples WHERE execution_id = $id)
                    WHERE execution_id = $id
                    """,
                    ("$status", final is null ? "stopped" : "failed"),
                    ("$failure", final?.ToString()),
                    ("$reason", reason),
                    ("$now", store.Now.ToUnixTimeSeconds()),
                    ("$id", Id)
                )
        );

    public ValueTask DisposeAsync()
    {
        subject.Dispose();
        return ValueTask.CompletedTask;
    }
}
