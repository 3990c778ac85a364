using Heretix.Rpl.Storage;
using Npgsql;

namespace Heretix.Checks.Store;

/// <summary>Samples of an execution that were looked for before it asked for them, while nobody else could add any.</summary>
/// <param name="Keys">What was looked for.</param>
/// <param name="Found">What was there, with its rows.</param>
internal sealed record KnownSamples(IReadOnlySet<string> Keys, IReadOnlyList<(Sample Sample, long Row)> Found)
{
    /// <summary>
    /// The statement that finds samples by their cache keys: those that all share, then those that the execution has paid
    /// for itself, which win. The first column is the row.
    /// </summary>
    public static NpgsqlBatchCommand Find(IReadOnlyCollection<string> cacheKeys, string executionId) =>
        new(
            $"""
            SELECT {SampleColumns.All} FROM checks.check_samples s
            WHERE s.cache_key = ANY($1) AND s.shared
            UNION ALL
            SELECT {SampleColumns.All} FROM checks.check_samples s
            WHERE s.cache_key = ANY($1) AND s.execution_id = $2
            """
        )
        {
            Parameters =
            {
                new() { Value = cacheKeys.ToArray() },
                new() { Value = executionId },
            },
        };

    /// <summary>What <see cref="Find"/> gave.</summary>
    public static async Task<KnownSamples> ReadAsync(
        IReadOnlyCollection<string> cacheKeys,
        NpgsqlDataReader rows,
        CancellationToken cancellationToken
    )
    {
        var found = new List<(Sample, long)>();
        while (await rows.ReadAsync(cancellationToken))
            found.Add((SampleColumns.Read(rows), rows.GetInt64(0)));
        return new KnownSamples(cacheKeys.ToHashSet(StringComparer.Ordinal), found);
    }
}
