using Microsoft.Data.Sqlite;

namespace Heretix.Research.Store;

/// <summary>
/// The store's schema, one step per version (<c>PRAGMA user_version</c>). Version 0 with tables in it is a store of
/// the earlier system: its tables are completed, and seeds that were numbers become text, since 64 unsigned bits do
/// not fit an SQLite integer.
/// </summary>
internal static class Migrations
{
    private static readonly Action<SqliteConnection, SqliteTransaction>[] Steps =
    [
        SeedTables,
        HistoryTables,
        Resumption,
    ];

    /// <summary>The version that this program writes.</summary>
    public static int Current => Steps.Length;

    /// <summary>Brings a store up to date, all steps in one transaction.</summary>
    /// <exception cref="StoreException">A newer program wrote the store.</exception>
    public static void Apply(SqliteConnection connection, string path)
    {
        if (IsCurrent(connection, null, path))
            return;
        using var transaction = connection.BeginTransaction(deferred: false);
        if (IsCurrent(connection, transaction, path))
            return;
        ApplySteps(connection, transaction, Version(connection, transaction), Current);
        Sql.Execute(connection, transaction, $"PRAGMA user_version = {Current}");
        transaction.Commit();
    }

    /// <summary>Whether there is nothing to be done to a store.</summary>
    /// <exception cref="StoreException">A newer program wrote it.</exception>
    internal static bool IsCurrent(SqliteConnection connection, SqliteTransaction? transaction, string path)
    {
        var version = Version(connection, transaction);
        return version <= Current
            ? version == Current
            : throw new StoreException(
                $"{path} was written by a newer version (schema {version}, this program knows {Current}): update Heretix"
            );
    }

    internal static void ApplySteps(SqliteConnection connection, SqliteTransaction transaction, int from, int to)
    {
        for (var step = from; step < to; step++)
            Steps[step](connection, transaction);
    }

    private static int Version(SqliteConnection connection, SqliteTransaction? transaction) =>
        (int)Sql.Scalar<long>(connection, transaction, "PRAGMA user_version");

    private const string RunColumns = """
        run_id TEXT PRIMARY KEY, created_at INTEGER, claim TEXT, model TEXT, prompt_version TEXT,
        K INTEGER, R INTEGER, T INTEGER, B INTEGER, seed TEXT, bootstrap_seed TEXT,
        prob_true_rpl REAL, ci_lo REAL, ci_hi REAL, ci_width REAL, template_iqr_logit REAL, stability_score REAL,
        imbalance_ratio REAL, rpl_compliance_rate REAL, cache_hit_rate REAL, config_json TEXT, sampler_json TEXT,
        counts_by_template_json TEXT, artifact_json_path TEXT, prompt_char_len_max INTEGER, pqs INTEGER,
        gate_compliance_ok INTEGER, gate_stability_ok INTEGER, gate_precision_ok INTEGER, pqs_version TEXT
        """;

    private static void SeedTables(SqliteConnection connection, SqliteTransaction transaction)
    {
        Columns.RebuildWithTextSeeds(connection, transaction, "runs", RunColumns);
        Sql.Execute(connection, transaction, $"CREATE TABLE IF NOT EXISTS runs ({RunColumns})");
        Sql.Execute(
            connection,
            transaction,
            """
            CREATE TABLE IF NOT EXISTS samples (
                run_id TEXT, cache_key TEXT PRIMARY KEY, prompt_sha256 TEXT, paraphrase_idx INTEGER,
                replicate_idx INTEGER, prob_true REAL, logit REAL, provider_model_id TEXT, response_id TEXT,
                created_at INTEGER, tokens_out INTEGER, latency_ms REAL, json_valid INTEGER)
            """
        );
        Sql.Execute(
            connection,
            transaction,
            """
            CREATE INDEX IF NOT EXISTS idx_runs_prompt_model ON runs (prompt_version, model);
            CREATE INDEX IF NOT EXISTS idx_samples_run ON samples (run_id);
            """
        );
    }

    private static void HistoryTables(SqliteConnection connection, SqliteTransaction transaction)
    {
        Columns.Add(
            connection,
            transaction,
            "runs",
            "provider TEXT",
            "logical_model TEXT",
            "schema_version TEXT",
            "tokens_in INTEGER",
            "tokens_out INTEGER",
            "cost_usd REAL"
        );
        Columns.Add(connection, transaction, "samples", "warnings_json TEXT");
        Columns.RebuildWithTextSeeds(connection, transaction, "executions", ExecutionColumns);
        Sql.Execute(
            connection,
            transaction,
            $"""
            CREATE TABLE IF NOT EXISTS executions ({ExecutionColumns});
            CREATE TABLE IF NOT EXISTS execution_samples (
                execution_id TEXT NOT NULL, cache_key TEXT NOT NULL, PRIMARY KEY (execution_id, cache_key));
            CREATE TABLE IF NOT EXISTS prompts (
                prompt_version TEXT PRIMARY KEY, yaml_hash TEXT, system_text TEXT, user_template TEXT,
                paraphrases_json TEXT, source_path TEXT, created_at INTEGER, author_note TEXT);
            CREATE TABLE IF NOT EXISTS result_cache (
                key TEXT PRIMARY KEY, payload_json TEXT NOT NULL, computed_at INTEGER NOT NULL,
                ttl_seconds INTEGER NOT NULL);
            CREATE INDEX IF NOT EXISTS idx_executions_run ON executions (run_id);
            CREATE INDEX IF NOT EXISTS idx_prompts_hash ON prompts (yaml_hash);
            """
        );
    }

    private static string ExecutionColumns =>
        "execution_id TEXT PRIMARY KEY, "
        + RunColumns.Replace("run_id TEXT PRIMARY KEY", "run_id TEXT", StringComparison.Ordinal);

    private static void Resumption(SqliteConnection connection, SqliteTransaction transaction)
    {
        Columns.Add(
            connection,
            transaction,
            "runs",
            "execution_id TEXT",
            "mock INTEGER",
            "provider_model_id TEXT",
            "whole_cluster_ci_lo REAL",
            "whole_cluster_ci_hi REAL"
        );
        Columns.Add(
            connection,
            transaction,
            "executions",
            "provider TEXT",
            "logical_model TEXT",
            "schema_version TEXT",
            "tokens_in INTEGER",
            "tokens_out INTEGER",
            "cost_usd REAL",
            "mock INTEGER",
            "provider_model_id TEXT",
            "whole_cluster_ci_lo REAL",
            "whole_cluster_ci_hi REAL",
            "status TEXT NOT NULL DEFAULT 'completed'",
            "status_reason TEXT",
            "request_key TEXT",
            "finished_at INTEGER",
            "result_json TEXT",
            "exported_at INTEGER",
            "batch_id TEXT",
            "batch_ordinal INTEGER"
        );
        Columns.Add(
            connection,
            transaction,
            "samples",
            "execution_id TEXT",
            "attempts INTEGER NOT NULL DEFAULT 1",
            "refused INTEGER NOT NULL DEFAULT 0",
            "tokens_in INTEGER",
            "cost_usd REAL",
            "raw_text TEXT"
        );
        Columns.Add(
            connection,
            transaction,
            "execution_samples",
            "from_cache INTEGER NOT NULL DEFAULT 0",
            "ordinal INTEGER"
        );
        Sql.Execute(
            connection,
            transaction,
            """
            CREATE INDEX IF NOT EXISTS idx_executions_open ON executions (request_key) WHERE status <> 'completed';
            CREATE TABLE IF NOT EXISTS batches (
                batch_id TEXT PRIMARY KEY, batch_key TEXT NOT NULL, status TEXT NOT NULL, items INTEGER NOT NULL,
                created_at INTEGER NOT NULL, finished_at INTEGER);
            CREATE INDEX IF NOT EXISTS idx_batches_open ON batches (batch_key) WHERE status = 'running';
            CREATE INDEX IF NOT EXISTS idx_executions_batch ON executions (batch_id, batch_ordinal) WHERE batch_id IS NOT NULL;
            CREATE INDEX IF NOT EXISTS idx_executions_created ON executions (created_at);
            CREATE INDEX IF NOT EXISTS idx_executions_unexported ON executions (created_at) WHERE exported_at IS NULL;
            CREATE INDEX IF NOT EXISTS idx_samples_execution ON samples (execution_id);
            CREATE INDEX IF NOT EXISTS idx_execution_samples_key ON execution_samples (cache_key);
            """
        );
    }
}
