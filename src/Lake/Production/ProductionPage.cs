using System.Data;
using Npgsql;

namespace Heretix.Lake;

/// <summary>One page of completed checks.</summary>
/// <param name="Executions">With their samples, in the order of creation.</param>
/// <param name="Last">Where the page ends.</param>
internal sealed record ProductionPage(
    IReadOnlyList<(RunRow Run, IReadOnlyList<SampleRow> Samples)> Executions,
    (DateTimeOffset At, Guid Id) Last
)
{
    private const string Runs = """
        SELECT id, env, mock, execution_id, run_id, created_at, claim, model, logical_model, provider, provider_model_id,
            prompt_version, mode, "K", "R", "T", "B", seed::text AS seed, bootstrap_seed::text AS bootstrap_seed,
            prob_true_rpl, ci_lo, ci_hi, ci_width, whole_cluster_ci_lo, whole_cluster_ci_hi, template_iqr_logit,
            stability_score, imbalance_ratio, rpl_compliance_rate, cache_hit_rate, config_json::text AS config_json,
            sampler_json::text AS sampler_json, counts_by_template_json::text AS counts_by_template_json,
            artifact_json_path, prompt_char_len_max, pqs, gate_compliance_ok::int AS gate_compliance_ok,
            gate_stability_ok::int AS gate_stability_ok, gate_precision_ok::int AS gate_precision_ok, pqs_version,
            schema_version, tokens_in, tokens_out, cost_usd::float8 AS cost_usd, was_cached
        FROM checks.checks
        WHERE status = 'completed' AND env = @env AND (created_at, id) > (@at, @id)
        ORDER BY created_at, id
        LIMIT @page
        """;

    // Steps from one value to the next along the index instead of reading it whole.
    private const string Environments = """
        WITH RECURSIVE known AS (
            SELECT min(env) AS env FROM checks.checks
            UNION ALL
            SELECT (SELECT min(env) FROM checks.checks WHERE env > known.env) FROM known WHERE known.env IS NOT NULL
        )
        SELECT env FROM known WHERE env IS NOT NULL
        """;

    private const string Samples = """
        SELECT c.execution_id AS execution, c.env, c.mock, c.run_id, c.model, c.prompt_version,
            s.execution_id <> c.execution_id AS from_cache, s.cache_key, s.created_at, s.prompt_sha256,
            s.paraphrase_idx, s.replicate_idx, s.prob_true, s.logit, s.provider_model_id, s.response_id, s.tokens_in,
            s.tokens_out, s.cost_usd::float8 AS cost_usd, s.latency_ms, s.json_valid,
            to_json(s.warnings)::text AS warnings_json
        FROM checks.checks c
        CROSS JOIN LATERAL unnest(c.sample_ids) WITH ORDINALITY AS u(id, place)
        JOIN checks.check_samples s ON s.id = u.id
        WHERE c.id = ANY(@ids)
        ORDER BY c.created_at, c.id, u.place
        """;

    /// <summary>The environments that have checks, in ordinal order.</summary>
    internal static async Task<IReadOnlyList<string>> EnvironmentsAsync(
        NpgsqlConnection connection,
        CancellationToken cancellationToken
    )
    {
        await using NpgsqlTransaction moment = await MomentAsync(connection, cancellationToken).ConfigureAwait(false);
        List<string> found = [];
        await using (NpgsqlCommand query = new(Environments, connection, moment))
        {
            await using NpgsqlDataReader row = await query.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
            while (await row.ReadAsync(cancellationToken).ConfigureAwait(false))
            {
                found.Add(row.GetString(0));
            }
        }
        await moment.CommitAsync(cancellationToken).ConfigureAwait(false);
        return found;
    }

    internal static async Task<ProductionPage> ReadAsync(
        NpgsqlConnection connection,
        string env,
        (DateTimeOffset At, Guid Id) place,
        int page,
        CancellationToken cancellationToken
    )
    {
        // Runs and samples are of one moment.
        await using NpgsqlTransaction moment = await MomentAsync(connection, cancellationToken).ConfigureAwait(false);
        List<(Guid Id, RunRow Run)> runs = [];
        await using (NpgsqlCommand query = new(Runs, connection, moment))
        {
            query.Parameters.Add(new("env", env));
            query.Parameters.Add(new("at", place.At));
            query.Parameters.Add(new("id", place.Id));
            query.Parameters.Add(new("page", page));
            await using NpgsqlDataReader row = await query.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
            while (await row.ReadAsync(cancellationToken).ConfigureAwait(false))
            {
                runs.Add((row.GetGuid(0), ProductionRows.Run(row)));
            }
        }
        Dictionary<string, List<SampleRow>> samples = runs.ToDictionary(
            r => r.Run.ExecutionId,
            _ => new List<SampleRow>()
        );
        await using (NpgsqlCommand query = new(Samples, connection, moment))
        {
            query.Parameters.Add(new("ids", runs.Select(r => r.Id).ToArray()));
            await using NpgsqlDataReader row = await query.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
            while (await row.ReadAsync(cancellationToken).ConfigureAwait(false))
            {
                SampleRow sample = ProductionRows.Sample(row);
                samples[sample.ExecutionId].Add(sample);
            }
        }
        await moment.CommitAsync(cancellationToken).ConfigureAwait(false);
        return new ProductionPage(
            [.. runs.Select(r => (r.Run, (IReadOnlyList<SampleRow>)samples[r.Run.ExecutionId]))],
            runs.Count == 0 ? place : (runs[^1].Run.CreatedAt, runs[^1].Id)
        );
    }

    /// <summary>A transaction that sees one moment and may write nothing.</summary>
    private static async Task<NpgsqlTransaction> MomentAsync(
        NpgsqlConnection connection,
        CancellationToken cancellationToken
    )
    {
        NpgsqlTransaction moment = await connection
            .BeginTransactionAsync(IsolationLevel.RepeatableRead, cancellationToken)
            .ConfigureAwait(false);
        // For this transaction alone: a setting of the session would outlive it in a pooler and refuse others' writing.
        await using NpgsqlCommand readOnly = new("SET TRANSACTION READ ONLY", connection, moment);
        await readOnly.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
        return moment;
    }
}
