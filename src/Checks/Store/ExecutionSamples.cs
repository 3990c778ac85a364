using Heretix.Platform.Database;
using Heretix.Rpl;
using Heretix.Rpl.Results;
using Heretix.Rpl.Storage;
using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace Heretix.Checks.Store;

/// <summary>
/// The samples of one execution in PostgreSQL. It is opened when the lease of its subject has been taken; its result is
/// stored by whoever closes the check, together with what the check costs its caller.
/// </summary>
internal sealed class ExecutionSamples(
    string id,
    DateTimeOffset createdAt,
    SampleWriter writer,
    IDbContextFactory<HeretixDb> databases,
    TimeProvider time
) : ISampleStore, IExecution
{
    private readonly Dictionary<string, long> rows = [];
    private readonly Lock gate = new();

    public string Id => id;

    public DateTimeOffset CreatedAt => createdAt;

    public bool Resumed => false;

    /// <summary>Rows of the samples, in their order.</summary>
    public long[] RowsOf(IEnumerable<Sample> samples)
    {
        lock (gate)
            return [.. samples.Select(sample => rows[sample.CacheKey])];
    }

    public ValueTask<IExecution> BeginAsync(ExecutionStart start, CancellationToken cancellationToken) =>
        ValueTask.FromResult<IExecution>(this);

    public async ValueTask<IReadOnlyDictionary<string, Sample>> FindAsync(
        IReadOnlyCollection<string> cacheKeys,
        CancellationToken cancellationToken
    ) => await Patience.WithDatabaseAsync(time, () => ReadAsync(cacheKeys, cancellationToken));

    private async Task<IReadOnlyDictionary<string, Sample>> ReadAsync(
        IReadOnlyCollection<string> cacheKeys,
        CancellationToken cancellationToken
    )
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        await db.Database.OpenConnectionAsync(cancellationToken);
        // What this execution has paid for itself comes last and wins.
        await using var query = new NpgsqlCommand(
            $"""
            SELECT {SampleColumns.All} FROM checks.check_samples s
            WHERE s.cache_key = ANY(@keys) AND s.shared
            UNION ALL
            SELECT {SampleColumns.All} FROM checks.check_samples s
            WHERE s.cache_key = ANY(@keys) AND s.execution_id = @id
            """,
            (NpgsqlConnection)db.Database.GetDbConnection()
        )
        {
            Parameters = { new("keys", cacheKeys.ToArray()), new("id", id) },
        };
        var found = new Dictionary<string, Sample>();
        await using var reader = await query.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
        {
            var sample = SampleColumns.Read(reader);
            found[sample.CacheKey] = sample;
            Remember(sample, reader.GetInt64(0));
        }
        return found;
    }

    public async ValueTask SaveAsync(Sample sample, CancellationToken cancellationToken) =>
        Remember(sample, await writer.SaveAsync(sample));

    public ValueTask CompleteAsync(Measurement measurement, CancellationToken cancellationToken) =>
        ValueTask.CompletedTask;

    public ValueTask StopAsync(string reason, MeasurementFailure? final, CancellationToken cancellationToken) =>
        ValueTask.CompletedTask;

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private void Remember(Sample sample, long row)
    {
        lock (gate)
            rows[sample.CacheKey] = row;
    }
}
