using System.Text.Json;
using Heretix.Lake;
using Heretix.Rpl.Results;
using Microsoft.Data.Sqlite;

namespace Heretix.Research.Store;

/// <summary>Completed executions in the columns of the lake.</summary>
internal static class ExportRows
{
    /// <summary>Executions and their samples, in the order of <paramref name="executionIds"/>.</summary>
    public static IReadOnlyList<(RunRow Run, IReadOnlyList<SampleRow> Samples)> Read(
        SqliteConnection db,
        string environment,
        IReadOnlyList<string> executionIds
    )
    {
        var ids = JsonSerializer.Serialize(executionIds, ResultJson.Compact.IReadOnlyListString);
        var samples = Samples(db, environment, ids).ToLookup(sample => sample.ExecutionId);
        using var command = Sql.Command(
            db,
            null,
            "SELECT e.* FROM json_each($ids) i JOIN executions e ON e.execution_id = i.value ORDER BY i.key",
            ("$ids", ids)
        );
        var rows = new List<(RunRow, IReadOnlyList<SampleRow>)>();
        using var reader = command.ExecuteReader();
        while (reader.Read())
        {
            var run = Run(reader, environment);
            rows.Add((run, [.. samples[run.ExecutionId]]));
        }
        return rows;
    }

    /// <summary>Every completed execution, oldest first, read as the caller goes on.</summary>
    public static IEnumerable<RunRow> AllRuns(SqliteConnection db, string environment)
    {
        using var command = Sql.Command(
            db,
            null,
            "SELECT * FROM executions WHERE status = 'completed' ORDER BY created_at, rowid"
        );
        using var reader = command.ExecuteReader();
        while (reader.Read())
            yield return Run(reader, environment);
    }

    /// <summary>The samples of every completed execution, in the order of executions and plans.</summary>
    public static IEnumerable<SampleRow> AllSamples(SqliteConnection db, string environment)
    {
        using var command = Sql.Command(
            db,
            null,
            $"""
            {SampleColumns}
            FROM executions e
            {SampleJoins}
            WHERE e.status = 'completed'
            ORDER BY e.created_at, e.rowid, l.ordinal
            """
        );
        using var reader = command.ExecuteReader();
        while (reader.Read())
            yield return Sample(reader, environment);
    }

    private const string SampleColumns = """
        SELECT e.execution_id AS execution, e.run_id AS run, e.model AS model, e.prompt_version AS version,
            e.mock AS mock, l.from_cache AS from_cache, s.*
        """;

    private const string SampleJoins = """
        JOIN execution_samples l ON l.execution_id = e.execution_id
        JOIN samples s ON s.cache_key = l.cache_key
        """;

    private static RunRow Run(SqliteDataReader row, string environment) =>
        new()
        {
            Env = environment,
            Mock = row.Integer("mock") == 1,
            ExecutionId = row.Text("execution_id")!,
            RunId = row.Text("run_id") ?? "",
            CreatedAt = DateTimeOffset.FromUnixTimeSeconds(row.Integer("created_at") ?? 0),
            Claim = row.Text("claim"),
            Model = row.Text("model"),
            LogicalModel = row.Text("logical_model"),
            Provider = row.Text("provider"),
            ProviderModelId = row.Text("provider_model_id"),
            PromptVersion = row.Text("prompt_version"),
            Mode = "baseline",
            K = (int?)row.Integer("K"),
            R = (int?)row.Integer("R"),
            T = (int?)row.Integer("T"),
            B = (int?)row.Integer("B"),
            Seed = row.Text("seed"),
            BootstrapSeed = row.Text("bootstrap_seed"),
            ProbTrueRpl = row.Real("prob_true_rpl"),
            CiLo = row.Real("ci_lo"),
            CiHi = row.Real("ci_hi"),
            CiWidth = row.Real("ci_width"),
            WholeClusterCiLo = row.Real("whole_cluster_ci_lo"),
            WholeClusterCiHi = row.Real("whole_cluster_ci_hi"),
            TemplateIqrLogit = row.Real("template_iqr_logit"),
            StabilityScore = row.Real("stability_score"),
            ImbalanceRatio = row.Real("imbalance_ratio"),
            RplComplianceRate = row.Real("rpl_compliance_rate"),
            CacheHitRate = row.Real("cache_hit_rate"),
            ConfigJson = row.Text("config_json"),
            SamplerJson = row.Text("sampler_json"),
            CountsByTemplateJson = row.Text("counts_by_template_json"),
            ArtifactJsonPath = row.Text("artifact_json_path"),
            PromptCharLenMax = (int?)row.Integer("prompt_char_len_max"),
            Pqs = (int?)row.Integer("pqs"),
            GateComplianceOk = (int?)row.Integer("gate_compliance_ok"),
            GateStabilityOk = (int?)row.Integer("gate_stability_ok"),
            GatePrecisionOk = (int?)row.Integer("gate_precision_ok"),
            PqsVersion = row.Text("pqs_version"),
            SchemaVersion = row.Text("schema_version"),
            TokensIn = row.Integer("tokens_in"),
            TokensOut = row.Integer("tokens_out"),
            CostUsd = row.Real("cost_usd"),
            WasCached = row.Real("cache_hit_rate") >= 0.999,
        };

    private static List<SampleRow> Samples(SqliteConnection db, string environment, string ids)
    {
        using var command = Sql.Command(
            db,
            null,
            $"""
            {SampleColumns}
            FROM json_each($ids) i
            JOIN executions e ON e.execution_id = i.value
            {SampleJoins}
            ORDER BY i.key, l.ordinal
            """,
            ("$ids", ids)
        );
        var samples = new List<SampleRow>();
        using var row = command.ExecuteReader();
        while (row.Read())
            samples.Add(Sample(row, environment));
        return samples;
    }

    private static SampleRow Sample(SqliteDataReader row, string environment) =>
        new()
        {
            Env = environment,
            Mock = row.Integer("mock") == 1,
            ExecutionId = row.Text("execution")!,
            RunId = row.Text("run") ?? "",
            CacheKey = row.Text("cache_key")!,
            CreatedAt = DateTimeOffset.FromUnixTimeSeconds(row.Integer("created_at") ?? 0),
            Model = row.Text("model"),
            PromptVersion = row.Text("version"),
            PromptSha256 = row.Text("prompt_sha256"),
            ParaphraseIdx = (int?)row.Integer("paraphrase_idx"),
            ReplicateIdx = (int?)row.Integer("replicate_idx"),
            ProbTrue = row.Real("prob_true"),
            Logit = row.Real("logit"),
            ProviderModelId = row.Text("provider_model_id"),
            ResponseId = row.Text("response_id"),
            TokensIn = row.Integer("tokens_in"),
            TokensOut = row.Integer("tokens_out"),
            CostUsd = row.Real("cost_usd"),
            LatencyMs = row.Real("latency_ms"),
            JsonValid = row.Integer("json_valid") == 1,
            FromCache = row.Integer("from_cache") == 1,
            WarningsJson = row.Text("warnings_json"),
        };
}
