using System.Text.Json;
using Heretix.Lake;
using Heretix.Rpl.Results;
using Heretix.Rpl.Storage;
using Microsoft.Data.Sqlite;

namespace Heretix.Research.Store;

/// <summary>One line of the list of executions.</summary>
/// <param name="Status"><c>running</c>, <c>stopped</c>, <c>failed</c> or <c>completed</c>.</param>
public sealed record ExecutionLine(
    string ExecutionId,
    string? RunId,
    DateTimeOffset CreatedAt,
    string Status,
    string? StatusReason,
    string Claim,
    string Model,
    string PromptVersion,
    bool Mock,
    int K,
    int R,
    int B,
    double? ProbTrueRpl,
    double? CiLo,
    double? CiHi,
    double? StabilityScore,
    int? Pqs,
    double? CostUsd
);

/// <summary>Which executions are asked for; null members do not restrict.</summary>
public sealed record ExecutionFilter(
    string? ClaimContains = null,
    string? Claim = null,
    string? Model = null,
    string? PromptVersionPrefix = null,
    string? Status = null,
    DateTimeOffset? Since = null,
    int? Limit = null
);

/// <summary>Executions and runs as they were recorded.</summary>
public sealed class RunHistory
{
    private readonly ResearchStore store;

    internal RunHistory(ResearchStore store) => this.store = store;

    /// <summary>Executions, newest first.</summary>
    public IReadOnlyList<ExecutionLine> List(ExecutionFilter filter)
    {
        using var db = store.OpenReader();
        using var command = Sql.Command(
            db,
            null,
            """
            SELECT * FROM executions
            WHERE ($contains IS NULL OR instr(lower(claim), lower($contains)) > 0)
              AND ($claim IS NULL OR claim = $claim)
              AND ($model IS NULL OR model = $model OR logical_model = $model)
              AND ($version IS NULL OR substr(prompt_version, 1, length($version)) = $version)
              AND ($status IS NULL OR status = $status)
              AND ($since IS NULL OR created_at >= $since)
            ORDER BY created_at DESC, rowid DESC LIMIT $limit
            """,
            ("$contains", filter.ClaimContains),
            ("$claim", filter.Claim),
            ("$model", filter.Model),
            ("$version", filter.PromptVersionPrefix),
            ("$status", filter.Status),
            ("$since", filter.Since?.ToUnixTimeSeconds()),
            ("$limit", filter.Limit ?? -1)
        );
        var lines = new List<ExecutionLine>();
        using var reader = command.ExecuteReader();
        while (reader.Read())
            lines.Add(Line(reader));
        return lines;
    }

    /// <summary>
    /// Finds executions by execution id, run id (then its latest execution) or an unambiguous beginning of either,
    /// with or without the <c>exec-</c> or <c>heretix-rpl-</c> in front.
    /// </summary>
    /// <exception cref="StoreException">Nothing matches, or several do.</exception>
    public ExecutionLine Find(string id)
    {
        using var db = store.OpenReader();
        using var command = Sql.Command(
            db,
            null,
            """
            SELECT * FROM executions
            WHERE substr(execution_id, 1, length($id)) = $id OR substr(execution_id, 6, length($id)) = $id
               OR substr(run_id, 1, length($id)) = $id OR substr(run_id, 13, length($id)) = $id
            ORDER BY created_at DESC, rowid DESC
            """,
            ("$id", id)
        );
        var lines = new List<ExecutionLine>();
        using var reader = command.ExecuteReader();
        while (reader.Read())
            lines.Add(Line(reader));
        if (id.Length == 0 || lines.Count == 0)
            throw new StoreException($"no execution or run '{id}' in {store.Path}; `hx runs list` shows them");
        if (lines.FirstOrDefault(line => line.ExecutionId == id || line.RunId == id) is { } exact)
            return exact;
        // An id cut short may mean one execution, or one run and with it the latest of its executions.
        var executions = lines.Where(line => Begins(line.ExecutionId, "exec-")).Select(line => line.ExecutionId);
        var runs = lines.Where(line => Begins(line.RunId, "heretix-rpl-")).Select(line => line.RunId!);
        string[] meanings = [.. executions.Concat(runs).Distinct()];
        if (meanings.Length > 1)
            throw new StoreException(
                $"'{id}' is ambiguous: {string.Join(", ", meanings.Take(5))}" + (meanings.Length > 5 ? ", ..." : "")
            );
        return lines[0];

        bool Begins(string? whole, string prefix) =>
            whole is not null
            && (
                whole.StartsWith(id, StringComparison.Ordinal)
                || (
                    whole.StartsWith(prefix, StringComparison.Ordinal)
                    && whole.AsSpan(prefix.Length).StartsWith(id, StringComparison.Ordinal)
                )
            );
    }

    /// <summary>The result of a completed execution; null when it is not complete or was made by the earlier system.</summary>
    public RunResult? Result(string executionId)
    {
        using var db = store.OpenReader();
        var json = Sql.Scalar<string>(
            db,
            null,
            "SELECT result_json FROM executions WHERE execution_id = $id",
            ("$id", executionId)
        );
        return json is null ? null : JsonSerializer.Deserialize(json, ResultJson.Compact.RunResult);
    }

    /// <summary>
    /// The settings that an execution was asked for, under the keys of a config file; those without a value are left
    /// out, and there are none when the earlier system made it.
    /// </summary>
    public IReadOnlyList<KeyValuePair<string, string>> Config(string executionId)
    {
        using var db = store.OpenReader();
        var json = Sql.Scalar<string>(
            db,
            null,
            "SELECT config_json FROM executions WHERE execution_id = $id AND json_valid(config_json)",
            ("$id", executionId)
        );
        if (json is null)
            return [];
        using var document = JsonDocument.Parse(json);
        return document.RootElement.ValueKind != JsonValueKind.Object
            ? []
            :
            [
                .. document
                    .RootElement.EnumerateObject()
                    .Where(member => member.Value.ValueKind != JsonValueKind.Null)
                    .Select(member =>
                        KeyValuePair.Create(
                            member.Name,
                            member.Value.ValueKind == JsonValueKind.String
                                ? member.Value.GetString()!
                                : member.Value.GetRawText()
                        )
                    ),
            ];
    }

    /// <summary>Samples of a completed execution in plan order, or what an unfinished one has so far.</summary>
    public IReadOnlyList<Sample> Samples(string executionId)
    {
        using var db = store.OpenReader();
        return SampleRows.OfExecution(db, executionId);
    }

    /// <summary>The text of a bank as it was when its version was first used; null when it was never used.</summary>
    public IReadOnlyList<string>? Paraphrases(string promptVersion)
    {
        using var db = store.OpenReader();
        var json = Sql.Scalar<string>(
            db,
            null,
            "SELECT paraphrases_json FROM prompts WHERE prompt_version = $version",
            ("$version", promptVersion)
        );
        return json is null ? null : JsonSerializer.Deserialize(json, ResultJson.Compact.IReadOnlyListString);
    }

    /// <summary>
    /// Deletes an execution and the samples that no other execution uses; its run shows the next older execution, or
    /// goes too.
    /// </summary>
    /// <returns>Samples deleted.</returns>
    /// <exception cref="StoreException">There is no such execution.</exception>
    public async Task<int> DeleteAsync(string executionId)
    {
        using var quiet = TakeSubject(executionId);
        return await store.WriteAsync((db, transaction) => ExecutionRemoval.Delete(db, transaction, executionId));
    }

    /// <summary>An unfinished execution may only go when nobody holds its subject, that is when its process is gone.</summary>
    private IDisposable? TakeSubject(string executionId)
    {
        using var db = store.OpenReader();
        var subject = Sql.Scalar<string>(
            db,
            null,
            "SELECT subject FROM executions WHERE execution_id = $id AND status = 'running'",
            ("$id", executionId)
        );
        return subject is null
            ? null
            : store.TryTake(subject)
                ?? throw new StoreException($"{executionId} is running now: stop it, or wait for it to end");
    }

    /// <summary>Completed executions whose Parquet files were not written yet.</summary>
    public IReadOnlyList<string> NotExported() => [.. Ids("status = 'completed' AND exported_at IS NULL")];

    /// <summary>Completed executions, oldest first, read as the caller goes on.</summary>
    public IEnumerable<string> Completed() => Ids("status = 'completed'");

    /// <summary>Number of completed executions.</summary>
    public long CompletedCount()
    {
        using var db = store.OpenReader();
        return Sql.Scalar<long>(db, null, "SELECT COUNT(*) FROM executions WHERE status = 'completed'");
    }

    /// <summary>Every completed execution in the columns of the lake, oldest first, read as the caller goes on.</summary>
    public IEnumerable<RunRow> AllRunRows(string environment)
    {
        using var db = store.OpenReader();
        foreach (var run in ExportRows.AllRuns(db, environment))
            yield return run;
    }

    /// <summary>
    /// The samples of every completed execution in the columns of the lake, in the order of executions and plans, read
    /// as the caller goes on.
    /// </summary>
    public IEnumerable<SampleRow> AllSampleRows(string environment)
    {
        using var db = store.OpenReader();
        foreach (var sample in ExportRows.AllSamples(db, environment))
            yield return sample;
    }

    /// <summary>Completed executions with their samples in the columns of the lake, in the order given.</summary>
    public IReadOnlyList<(RunRow Run, IReadOnlyList<SampleRow> Samples)> RowsForExport(
        string environment,
        IReadOnlyList<string> executionIds
    )
    {
        using var db = store.OpenReader();
        return ExportRows.Read(db, environment, executionIds);
    }

    /// <summary>Records that executions were exported.</summary>
    public async Task MarkExportedAsync(IReadOnlyCollection<string> executionIds) =>
        await store.WriteAsync(
            (db, transaction) =>
                Sql.Execute(
                    db,
                    transaction,
                    "UPDATE executions SET exported_at = $now WHERE execution_id IN (SELECT value FROM json_each($ids))",
                    ("$now", store.Now.ToUnixTimeSeconds()),
                    ("$ids", JsonSerializer.Serialize([.. executionIds], ResultJson.Compact.IReadOnlyListString))
                )
        );

    private IEnumerable<string> Ids(string condition)
    {
        using var db = store.OpenReader();
        using var command = Sql.Command(
            db,
            null,
            $"SELECT execution_id FROM executions WHERE {condition} ORDER BY created_at, rowid"
        );
        using var reader = command.ExecuteReader();
        while (reader.Read())
            yield return reader.GetString(0);
    }

    private static ExecutionLine Line(SqliteDataReader reader) =>
        new(
            reader.Text("execution_id")!,
            reader.Text("run_id"),
            DateTimeOffset.FromUnixTimeSeconds(reader.Integer("created_at") ?? 0),
            reader.Text("status") ?? "completed",
            reader.Text("status_reason"),
            reader.Text("claim") ?? "",
            reader.Text("model") ?? "",
            reader.Text("prompt_version") ?? "",
            reader.Integer("mock") == 1,
            (int)(reader.Integer("K") ?? 0),
            (int)(reader.Integer("R") ?? 0),
            (int)(reader.Integer("B") ?? 0),
            reader.Real("prob_true_rpl"),
            reader.Real("ci_lo"),
            reader.Real("ci_hi"),
            reader.Real("stability_score"),
            (int?)reader.Integer("pqs"),
            reader.Real("cost_usd")
        );
}
