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
    KnownSamples? known,
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
    )
    {
        var there =
            known is not null && known.Keys.IsSupersetOf(cacheKeys)
                ? known
                : await Patience.WithDatabaseAsync(time, () => ReadAsync(cacheKeys, cancellationToken));
        var found = new Dictionary<string, Sample>();
        foreach (var (sample, row) in there.Found)
        {
            found[sample.CacheKey] = sample;
            Remember(sample, row);
        }
        return found;
    }

    private async Task<KnownSamples> ReadAsync(
        IReadOnlyCollection<string> cacheKeys,
        CancellationToken cancellationToken
    )
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        await db.Database.OpenConnectionAsync(cancellationToken);
        await using var batch = new NpgsqlBatch((NpgsqlConnection)db.Database.GetDbConnection())
        {
            BatchCommands = { KnownSamples.Find(cacheKeys, id) },
        };
        await using var rows = await batch.ExecuteReaderAsync(cancellationToken);
        return await KnownSamples.ReadAsync(cacheKeys, rows, cancellationToken);
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
