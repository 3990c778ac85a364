using Heretix.Rpl;
using Microsoft.Data.Sqlite;

namespace Heretix.Research.Store;

/// <summary>An open batch: new, or taken up after an interruption.</summary>
/// <param name="BatchId">Unique id.</param>
/// <param name="Resumed">An earlier process began it.</param>
/// <param name="Finished">The places that were finished before, by ordinal.</param>
/// <param name="SpentUsd">US dollars that this batch has spent before.</param>
public sealed record OpenBatch(
    string BatchId,
    bool Resumed,
    IReadOnlyDictionary<int, FinishedPlace> Finished,
    decimal SpentUsd
);

/// <summary>A place that needs no more asking: it has a result, or a failure that going on would not mend.</summary>
public sealed record FinishedPlace(string ExecutionId, MeasurementException? Failure);

/// <summary>Batches, finished and open.</summary>
public sealed class BatchHistory
{
    private readonly ResearchStore store;

    internal BatchHistory(ResearchStore store) => this.store = store;

    /// <summary>Opens a batch, or takes up the unfinished one with the same contents. The caller holds its lock.</summary>
    /// <param name="batchKey">Equal for batches of equal contents.</param>
    /// <param name="items">Places in the batch.</param>
    public async Task<OpenBatch> OpenAsync(string batchKey, int items)
    {
        var fresh = "batch-" + store.NewExecutionId()["exec-".Length..];
        var id = await store.WriteAsync(
            (db, transaction) =>
            {
                var open = Sql.Scalar<string>(
                    db,
                    transaction,
                    "SELECT batch_id FROM batches WHERE batch_key = $key AND status = 'running' ORDER BY created_at LIMIT 1",
                    ("$key", batchKey)
                );
                if (open is not null)
                    return open;
                Sql.Execute(
                    db,
                    transaction,
                    "INSERT INTO batches (batch_id, batch_key, status, items, created_at) VALUES ($id, $key, 'running', $items, $now)",
                    ("$id", fresh),
                    ("$key", batchKey),
                    ("$items", items),
                    ("$now", store.Now.ToUnixTimeSeconds())
                );
                return fresh;
            }
        );
        return id == fresh ? new OpenBatch(id, false, new Dictionary<int, FinishedPlace>(), 0) : Reopen(id);
    }

    /// <summary>Closes a batch: the same contents start a new one next time.</summary>
    public async Task CloseAsync(string batchId) =>
        await store.WriteAsync(
            (db, transaction) =>
                Sql.Execute(
                    db,
                    transaction,
                    "UPDATE batches SET status = 'completed', finished_at = $now WHERE batch_id = $id",
                    ("$now", store.Now.ToUnixTimeSeconds()),
                    ("$id", batchId)
                )
        );

    private OpenBatch Reopen(string batchId)
    {
        using var db = store.OpenReader();
        using var command = Sql.Command(
            db,
            null,
            """
            SELECT batch_ordinal, execution_id, failure, status_reason FROM executions
            WHERE batch_id = $id AND status IN ('completed', 'failed')
            """,
            ("$id", batchId)
        );
        var finished = new Dictionary<int, FinishedPlace>();
        using (var reader = command.ExecuteReader())
        {
            while (reader.Read())
                finished[reader.GetInt32(0)] = new FinishedPlace(reader.GetString(1), Failure(reader));
        }
        var spent = Sql.Scalar<double>(
            db,
            null,
            """
            SELECT COALESCE(SUM(s.cost_usd), 0) FROM samples s JOIN executions e ON e.execution_id = s.execution_id
            WHERE e.batch_id = $id
            """,
            ("$id", batchId)
        );
        return new OpenBatch(batchId, true, finished, (decimal)spent);
    }

    private static MeasurementException? Failure(SqliteDataReader reader) =>
        Enum.TryParse<MeasurementFailure>(reader.Text("failure"), out var failure)
            ? new MeasurementException(failure, reader.Text("status_reason") ?? "")
            : null;
}
