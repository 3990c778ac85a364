using System.Globalization;
using System.Text.Json;
using Heretix.Rpl.Planning;
using Heretix.Rpl.Results;
using Heretix.Rpl.Storage;
using Microsoft.Data.Sqlite;

namespace Heretix.Research.Store;

/// <summary>Writes rows of <c>executions</c> (one each, for ever) and <c>runs</c> (the latest of each measurement).</summary>
internal static class RunRows
{
    /// <summary>Columns that <c>executions</c> and <c>runs</c> share.</summary>
    public static IReadOnlyList<string> Columns => Names;

    private static readonly string[] Names =
    [
        "run_id",
        "execution_id",
        "created_at",
        "claim",
        "model",
        "logical_model",
        "provider",
        "provider_model_id",
        "prompt_version",
        "schema_version",
        "mock",
        "K",
        "R",
        "T",
        "B",
        "seed",
        "bootstrap_seed",
        "prob_true_rpl",
        "ci_lo",
        "ci_hi",
        "ci_width",
        "whole_cluster_ci_lo",
        "whole_cluster_ci_hi",
        "template_iqr_logit",
        "stability_score",
        "imbalance_ratio",
        "rpl_compliance_rate",
        "cache_hit_rate",
        "config_json",
        "sampler_json",
        "counts_by_template_json",
        "artifact_json_path",
        "prompt_char_len_max",
        "pqs",
        "gate_compliance_ok",
        "gate_stability_ok",
        "gate_precision_ok",
        "pqs_version",
        "tokens_in",
        "tokens_out",
        "cost_usd",
    ];

    /// <summary>Opens an execution.</summary>
    public static void InsertRunning(
        SqliteConnection db,
        SqliteTransaction transaction,
        string executionId,
        DateTimeOffset createdAt,
        ExecutionStart start
    ) =>
        Sql.Execute(
            db,
            transaction,
            """
            INSERT INTO executions (execution_id, request_key, status, created_at, claim, model, logical_model, provider,
                prompt_version, mock, K, R, T, B, seed, config_json, batch_id, batch_ordinal, subject)
            VALUES ($id, $key, 'running', $at, $claim, $model, $logical, $provider, $version, $mock, $K, $R, $T, $B, $seed, $config, $batch, $ordinal, $subject)
            """,
            ("$id", executionId),
            ("$key", start.RequestKey),
            ("$at", createdAt.ToUnixTimeSeconds()),
            ("$claim", start.Request.Claim),
            ("$model", start.Model.ApiModel),
            ("$logical", start.Request.Model),
            ("$provider", start.Model.Provider),
            ("$version", start.Bank.Version),
            ("$mock", start.Request.Mock ? 1 : 0),
            ("$K", start.Request.K),
            ("$R", start.Request.R),
            ("$T", start.Request.T),
            ("$B", start.Request.B),
            ("$seed", start.Request.Seed?.Value.ToString(CultureInfo.InvariantCulture)),
            ("$config", RequestJson.Of(start.Request)),
            ("$batch", start.Batch?.BatchId),
            ("$ordinal", start.Batch?.Ordinal),
            ("$subject", start.Subject)
        );

    /// <summary>Closes an execution with its result.</summary>
    public static void Complete(
        SqliteConnection db,
        SqliteTransaction transaction,
        Measurement measurement,
        string payload,
        DateTimeOffset now
    )
    {
        var values = Values(measurement);
        var assignments = string.Join(", ", Names.Select(name => $"{name} = ${name}"));
        var closed = Sql.Execute(
            db,
            transaction,
            $"""
            UPDATE executions SET {assignments}, status = 'completed', status_reason = NULL, finished_at = $now,
                result_json = $payload WHERE execution_id = $execution_id
            """,
            [.. values, ("$now", now.ToUnixTimeSeconds()), ("$payload", payload)]
        );
        if (closed == 0)
            throw new StoreException($"{measurement.Result.ExecutionId} was deleted while it was running");
        Sql.Execute(
            db,
            transaction,
            $"INSERT OR REPLACE INTO runs ({string.Join(", ", Names)}) VALUES ({string.Join(", ", Names.Select(name => "$" + name))})",
            [.. values]
        );
    }

    private static IReadOnlyList<(string, object?)> Values(Measurement measurement)
    {
        var run = measurement.Result;
        var gates = run.Aggregates.Gates;
        object?[] values =
        [
            run.RunId,
            run.ExecutionId,
            run.CreatedAt.ToUnixTimeSeconds(),
            run.Claim,
            run.Model,
            run.LogicalModel,
            run.Provider,
            run.ProviderModelId,
            run.PromptVersion,
            run.SchemaVersion,
            run.Mock ? 1 : 0,
            run.Sampling.K,
            run.Sampling.R,
            run.Sampling.T,
            run.Aggregation.B,
            run.Seed,
            run.Aggregation.BootstrapSeed,
            run.Aggregates.ProbTrueRpl,
            run.Aggregates.Ci95[0],
            run.Aggregates.Ci95[1],
            run.Aggregates.CiWidth,
            run.Aggregates.WholeClusterCi95[0],
            run.Aggregates.WholeClusterCi95[1],
            run.Aggregation.TemplateIqrLogit,
            run.Aggregates.StabilityScore,
            run.Aggregation.ImbalanceRatio,
            run.Aggregates.RplComplianceRate,
            run.Aggregates.CacheHitRate,
            RequestJson.Of(measurement.Request),
            SamplerJson(measurement.Plan, run),
            JsonSerializer.Serialize(
                run.Aggregation.CountsByTemplate,
                ResultJson.Compact.IReadOnlyDictionaryStringInt32
            ),
            null,
            run.Aggregation.PromptCharLenMax,
            run.Aggregates.Pqs,
            gates.ComplianceOk ? 1 : 0,
            gates.StabilityOk ? 1 : 0,
            gates.PrecisionOk ? 1 : 0,
            run.Aggregates.PqsVersion,
            run.TokensIn,
            run.TokensOut,
            (double?)run.CostUsd,
        ];
        return [.. Names.Select((name, index) => ("$" + name, values[index]))];
    }

    private static string SamplerJson(MeasurementPlan plan, RunResult run) =>
        JsonSerializer.Serialize(
            new SamplerRecord(
                plan.Sampler.BankSize,
                plan.Sampler.Templates,
                plan.Sampler.Sequence,
                plan.Sampler.TemplateIndices,
                run.WarningCounts,
                run.Sampling.WarningTotal
            ),
            StoreJson.Default.SamplerRecord
        );
}
