using Heretix.Checks.Run;
using Heretix.Checks.Store;
using Heretix.Estimation;
using Heretix.Platform.Database;
using Heretix.Rpl.Storage;
using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace Heretix.Checks.History;

/// <summary>The answers that belong to a check.</summary>
internal static class StoredAnswers
{
    /// <summary>In the order of the plan when it is completed; otherwise those that it has paid for so far.</summary>
    public static async Task<IReadOnlyList<Sample>> OfAsync(
        HeretixDb db,
        Check row,
        CancellationToken cancellationToken
    )
    {
        await db.Database.OpenConnectionAsync(cancellationToken);
        await using var query = new NpgsqlCommand
        {
            Connection = (NpgsqlConnection)db.Database.GetDbConnection(),
            CommandText = row.SampleIds is null
                ? $"""
                    SELECT {SampleColumns.All} FROM checks.check_samples s WHERE s.execution_id = $1
                    ORDER BY s.paraphrase_idx, s.replicate_idx
                    """
                : $"""
                    SELECT {SampleColumns.All} FROM unnest($1) WITH ORDINALITY AS u(id, place)
                    JOIN checks.check_samples s ON s.id = u.id ORDER BY u.place
                    """,
            Parameters = { new() { Value = row.SampleIds ?? (object)row.ExecutionId } },
        };
        var samples = new List<Sample>();
        await using var reader = await query.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
            samples.Add(SampleColumns.Read(reader));
        return samples;
    }

    /// <summary>By template, templates and answers in the order in which they come.</summary>
    public static IReadOnlyList<TemplatePart> ByTemplate(IReadOnlyList<Sample> samples, string executionId) =>
        [
            .. samples
                .GroupBy(sample => sample.PromptSha256)
                .Select(template => new TemplatePart(
                    template.Key,
                    template.First().ParaphraseIndex,
                    template.Count(sample => sample.Valid),
                    Mean([.. template.Where(sample => sample.Valid).Select(sample => sample.LogOdds ?? 0)]),
                    [.. template.Select(sample => Part(sample, executionId))]
                )),
        ];

    private static double? Mean(double[] logOdds) =>
        logOdds.Length == 0 ? null : LogOdds.ToProbability(logOdds.Average());

    private static SamplePart Part(Sample sample, string executionId)
    {
        var own = sample.ExecutionId == executionId;
        return new(
            sample.ReplicateIndex,
            sample.ProbTrue,
            sample.LogOdds,
            sample.Valid,
            sample.Refused,
            !own,
            sample.Attempts,
            sample.Warnings,
            sample.ProviderModelId,
            own ? sample.ResponseId : null,
            own ? sample.TokensIn : null,
            own ? sample.TokensOut : null,
            own ? sample.LatencyMs : null,
            own ? sample.CreatedAt : null
        );
    }
}
