using System.Runtime.CompilerServices;
using Npgsql;

namespace Heretix.Lake;

/// <summary>
/// Reads completed checks out of a production database, page by page and without ever changing it: every
/// transaction is read-only, and none is longer than a page.
/// </summary>
public sealed class ProductionReader : IAsyncDisposable
{
    /// <summary>Executions in a page; with their samples some ten thousand rows.</summary>
    private const int Page = 500;

    private readonly NpgsqlConnection _connection;
    private readonly bool _owned;

    private ProductionReader(NpgsqlConnection connection, bool owned) => (_connection, _owned) = (connection, owned);

    /// <summary>Connects, on a connection outside every pool.</summary>
    /// <param name="address"><c>postgres://user:password@host:port/name</c> with its parameters, or <c>Host=...;...</c>.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="LakeException">It is no address, or there is no such database; the message holds no password.</exception>
    public static async Task<ProductionReader> OpenAsync(string address, CancellationToken cancellationToken = default)
    {
        NpgsqlConnectionStringBuilder builder = ProductionAddress.Parse(address);
        builder.Pooling = false;
        builder.ApplicationName = "hx export checks";
        NpgsqlConnection connection = new(builder.ConnectionString);
        try
        {
            await connection.OpenAsync(cancellationToken).ConfigureAwait(false);
            return new ProductionReader(connection, owned: true);
        }
        catch (Exception e) when (e is NpgsqlException or InvalidOperationException)
        {
            await connection.DisposeAsync().ConfigureAwait(false);
            throw new LakeException(
                $"The database {builder.Database} at {builder.Host} cannot be opened: {e.Message}",
                e
            );
        }
    }

    /// <summary>Reads over an open connection, which stays the caller's.</summary>
    public static ProductionReader Over(NpgsqlConnection connection) => new(connection, owned: false);

    /// <summary>Completed checks with their samples, by environment, oldest first, in pages of some hundred.</summary>
    /// <param name="env">Only this environment; null for all.</param>
    /// <param name="since">Only those created at this time or later; null for all.</param>
    /// <param name="cancellationToken">Stops between rows.</param>
    /// <exception cref="LakeException">The database refused, or holds no checks of this program.</exception>
    public async IAsyncEnumerable<IReadOnlyList<(RunRow Run, IReadOnlyList<SampleRow> Samples)>> ReadAsync(
        string? env,
        DateTimeOffset? since,
        [EnumeratorCancellation] CancellationToken cancellationToken = default
    )
    {
        // One environment after the other, because the index by which pages are found begins with it.
        IReadOnlyList<string> environments = env is not null
            ? [env]
            : await AskAsync(() => ProductionPage.EnvironmentsAsync(_connection, cancellationToken))
                .ConfigureAwait(false);
        foreach (string environment in environments)
        {
            (DateTimeOffset At, Guid Id) place = (since?.ToUniversalTime() ?? DateTimeOffset.UnixEpoch, Guid.Empty);
            int read = Page;
            while (read == Page)
            {
                ProductionPage page = await AskAsync(() =>
                        ProductionPage.ReadAsync(_connection, environment, place, Page, cancellationToken)
                    )
                    .ConfigureAwait(false);
                read = page.Executions.Count;
                place = page.Last;
                if (read > 0)
                {
                    yield return page.Executions;
                }
            }
        }
    }

    /// <summary>Writes what <see cref="ReadAsync"/> gives to a lake; each execution once, however often this is done.</summary>
    /// <exception cref="LakeException">The database, DuckDB or the disk refused.</exception>
    public async Task<ExportOutcome> ExportAsync(
        ParquetLake lake,
        string? env,
        DateTimeOffset? since,
        CancellationToken cancellationToken = default
    )
    {
        ExportOutcome total = new();
        await foreach (
            IReadOnlyList<(RunRow Run, IReadOnlyList<SampleRow> Samples)> page in ReadAsync(
                    env,
                    since,
                    cancellationToken
                )
                .ConfigureAwait(false)
        )
        {
            total = total.Plus(lake.AppendMany(page[0].Run.ExecutionId, page, cancellationToken));
            if (total.Missing is not null)
            {
                break;
            }
        }
        return total;
    }

    /// <summary>Closes the connection that was opened here.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_owned)
        {
            await _connection.DisposeAsync().ConfigureAwait(false);
        }
    }

    private async Task<T> AskAsync<T>(Func<Task<T>> question)
    {
        try
        {
            return await question().ConfigureAwait(false);
        }
        catch (PostgresException e)
            when (e.SqlState
                    is PostgresErrorCodes.UndefinedTable
                        or PostgresErrorCodes.UndefinedColumn
                        or PostgresErrorCodes.InvalidSchemaName
            )
        {
            throw new LakeException(
                $"The database {_connection.Database} does not hold the checks of this version: {e.MessageText}. "
                    + "`heretix migrate` brings it up to date.",
                e
            );
        }
        catch (NpgsqlException e)
        {
            throw new LakeException($"The checks in {_connection.Database} cannot be read: {e.Message}", e);
        }
    }
}
