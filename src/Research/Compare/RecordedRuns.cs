using Heretix.Estimation;
using Heretix.Research.Store;
using Heretix.Rpl.Results;
using Microsoft.Data.Sqlite;

namespace Heretix.Research.Compare;

/// <summary>Reads completed executions out of a store. Values that the earlier system did not record are worked out anew.</summary>
public static class RecordedRuns
{
    /// <summary>Completed executions begun since <paramref name="since"/>, oldest first.</summary>
    /// <param name="claim">Only this claim; all when null.</param>
    /// <param name="names">Prompt versions (beginnings are enough) or models, of which one has to match.</param>
    public static IReadOnlyList<RecordedRun> Read(
        ResearchStore store,
        ComparedBy by,
        IReadOnlyList<string> names,
        DateTimeOffset since,
        string? claim
    )
    {
        using var db = store.OpenReader();
        using var command = Sql.Command(
            db,
            null,
            $"""
            SELECT execution_id, created_at, claim, model, logical_model, provider, prompt_version, K, R, T, B, mock,
                prob_true_rpl, ci_lo, ci_hi, stability_score, rpl_compliance_rate, pqs, gate_compliance_ok,
                gate_stability_ok, gate_precision_ok, config_json,
                CASE WHEN json_valid(config_json) THEN json_extract(config_json, '$.max_output_tokens') END
                    AS max_output_tokens,
                CASE WHEN json_valid(config_json) THEN json_extract(config_json, '$.base_url') END AS base_url
            FROM executions
            WHERE status = 'completed' AND prob_true_rpl IS NOT NULL AND created_at >= $since
              AND ($claim IS NULL OR claim = $claim)
              AND ({(by == ComparedBy.PromptVersion ? VersionMatches : ModelMatches)})
            ORDER BY created_at, rowid
            """,
            ("$since", since.ToUnixTimeSeconds()),
            ("$claim", claim),
            ("$a", names[0]),
            ("$b", names[1])
        );
        var runs = new List<RecordedRun>();
        using var reader = command.ExecuteReader();
        while (reader.Read())
            runs.Add(Run(reader));
        return runs;
    }

    private const string VersionMatches =
        "substr(prompt_version, 1, length($a)) = $a OR substr(prompt_version, 1, length($b)) = $b";

    private const string ModelMatches = "model COLLATE NOCASE IN ($a, $b) OR logical_model COLLATE NOCASE IN ($a, $b)";

    private static RecordedRun Run(SqliteDataReader reader)
    {
        var p = reader.Real("prob_true_rpl") ?? double.NaN;
        var low = reader.Real("ci_lo") ?? p;
        var high = reader.Real("ci_hi") ?? p;
        var stability = reader.Real("stability_score") ?? 0;
        var compliance = reader.Real("rpl_compliance_rate") ?? 0;
        var model = reader.Text("model") ?? "";
        return new RecordedRun
        {
            ExecutionId = reader.Text("execution_id")!,
            CreatedAt = DateTimeOffset.FromUnixTimeSeconds(reader.Integer("created_at") ?? 0),
            Claim = reader.Text("claim") ?? "",
            LogicalModel = reader.Text("logical_model") ?? model,
            Model = model,
            Provider = reader.Text("provider") ?? "",
            BaseUrl = reader.Text("base_url"),
            PromptVersion = reader.Text("prompt_version") ?? "",
            Shape = new SamplingShape(
                Whole("K") ?? 0,
                Whole("R") ?? 0,
                Whole("T"),
                Whole("B") ?? 0,
                Whole("max_output_tokens"),
                reader.Integer("mock") == 1
            ),
            ProbTrueRpl = p,
            Ci95 = [low, high],
            StabilityScore = stability,
            Pqs = Whole("pqs") ?? QualityScore.V1(stability, high - low, compliance),
            RplComplianceRate = compliance,
            Gates = new GatesBlock(
                Flag("gate_compliance_ok") ?? Gates.ComplianceOk(compliance),
                Flag("gate_stability_ok") ?? Gates.StabilityOk(stability),
                Flag("gate_precision_ok") ?? Gates.PrecisionOk(high - low)
            ),
            Config = reader.Text("config_json") is { } config && config.StartsWith('{') ? config : null,
        };

        int? Whole(string column) => (int?)reader.Integer(column);

        bool? Flag(string column) => reader.Integer(column) is { } value ? value == 1 : null;
    }
}
