using Microsoft.Data.Sqlite;

namespace Heretix.Research.Store;

/// <summary>Takes an execution out of the store, with what only it used.</summary>
internal static class ExecutionRemoval
{
    /// <summary>Number of samples deleted.</summary>
    /// <exception cref="StoreException">The execution does not exist.</exception>
    public static int Delete(SqliteConnection db, SqliteTransaction transaction, string executionId)
    {
        var status = Sql.Scalar<string>(
            db,
            transaction,
            "SELECT status FROM executions WHERE execution_id = $id",
            ("$id", executionId)
        );
        if (status is null)
            throw new StoreException($"there is no execution {executionId}");
        var run = Sql.Scalar<string>(
            db,
            transaction,
            "SELECT run_id FROM executions WHERE execution_id = $id",
            ("$id", executionId)
        );
        var samples = Sql.Execute(
            db,
            transaction,
            """
            DELETE FROM samples WHERE cache_key IN (
                SELECT cache_key FROM samples WHERE execution_id = $id
                UNION SELECT cache_key FROM execution_samples WHERE execution_id = $id)
              AND cache_key NOT IN (SELECT cache_key FROM execution_samples WHERE execution_id <> $id)
            """,
            ("$id", executionId)
        );
        Sql.Execute(
            db,
            transaction,
            """
            DELETE FROM execution_samples WHERE execution_id = $id;
            DELETE FROM executions WHERE execution_id = $id;
            DELETE FROM runs WHERE execution_id = $id;
            """,
            ("$id", executionId)
        );
        if (run is not null)
            Restore(db, transaction, run);
        return samples;
    }

    private static void Restore(SqliteConnection db, SqliteTransaction transaction, string runId)
    {
        var columns = string.Join(", ", RunRows.Columns);
        Sql.Execute(
            db,
            transaction,
            $"""
            INSERT INTO runs ({columns}) SELECT {columns} FROM executions
            WHERE run_id = $run AND status = 'completed' AND NOT EXISTS (SELECT 1 FROM runs WHERE run_id = $run)
            ORDER BY created_at DESC, rowid DESC LIMIT 1
            """,
            ("$run", runId)
        );
    }
}
