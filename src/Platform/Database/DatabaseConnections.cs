using Heretix.Platform.Settings;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Npgsql;

namespace Heretix.Platform.Database;

/// <summary>
/// Which connections a process has. Requests share a small pool and wait for it; the scheduler of the jobs has two of its
/// own; one hears notifications; every running job body opens and closes its own, outside the pools. See docs/database.md
/// for the sum over processes.
/// </summary>
public sealed class DatabaseConnections : IAsyncDisposable
{
    private const int SchedulerConnections = 2;

    /// <summary>Statements that a connection keeps prepared: more than requests have.</summary>
    private const int PreparedStatements = 200;

    /// <summary>
    /// A plan that was made while a table was still empty, and is kept, would read the whole table when it is full. Requests
    /// find their rows by keys, so indexes are always the right plan for them.
    /// </summary>
    private const string PlansForPrepared = "set enable_seqscan = off; set jit = off";

    private readonly DbContextOptions<HeretixDb> unpooled;
    private readonly ModelParts parts;
    private readonly NpgsqlDataSource jobs;

    /// <summary>Reads the address and opens nothing.</summary>
    /// <exception cref="FormatException">The address cannot be read.</exception>
    internal DatabaseConnections(
        ServerSettings settings,
        IOptions<DatabaseOptions> options,
        ModelParts parts,
        DatabaseInterceptors interceptors,
        ILoggerFactory loggers
    )
    {
        var address = DatabaseAddress.ToConnectionString(
            settings.DatabaseUrl
                ?? throw new InvalidOperationException(
                    "no database: DatabaseStart.PrepareAsync starts the private one and gives its address"
                )
        );
        this.parts = parts;
        var name = address.ApplicationName ?? "heretix";
        // A worker has no requests: what asks for their connections there (health, say) opens one and closes it again.
        ForRequests = With(
            address,
            builder =>
            {
                builder.ApplicationName = $"{name} requests";
                builder.Pooling = settings.Role != ServerRole.Worker;
                builder.MaxPoolSize = options.Value.RequestConnections;
                builder.Timeout = (int)Math.Ceiling(options.Value.ConnectionWait.TotalSeconds);
                // Nothing here changes the state of a session, so there is nothing to undo when a connection goes back.
                builder.NoResetOnClose = true;
                if (options.Value.PrepareStatements ?? !DatabaseAddress.HasPooler(address))
                    builder.MaxAutoPrepare = PreparedStatements;
            }
        );
        var direct = DatabaseAddress.WithoutPooler(address);
        ForScheduler = With(
            direct,
            builder => (builder.ApplicationName, builder.MaxPoolSize) = ($"{name} scheduler", SchedulerConnections)
        );
        ForListener = With(
            direct,
            builder => (builder.ApplicationName, builder.Pooling, builder.KeepAlive) = ($"{name} listener", false, 30)
        );
        ForJobs = With(direct, builder => (builder.ApplicationName, builder.Pooling) = ($"{name} jobs", false));
        Requests = ForRequestsOf(new NpgsqlDataSourceBuilder(ForRequests));
        jobs = NpgsqlDataSource.Create(ForJobs);
        unpooled = DatabaseServices
            .Configure(new DbContextOptionsBuilder<HeretixDb>(), jobs)
            .AddInterceptors(interceptors.ForJobs)
            .UseLoggerFactory(loggers)
            .Options;
    }

    /// <summary>Connection string of the pool that requests share.</summary>
    public string ForRequests { get; }

    /// <summary>Connection string for the scheduler of the jobs: a pool of two.</summary>
    public string ForScheduler { get; }

    /// <summary>Connection string for the one connection that hears notifications; unpooled, kept alive.</summary>
    public string ForListener { get; }

    /// <summary>Connection string for job bodies and operator verbs: unpooled.</summary>
    public string ForJobs { get; }

    /// <summary>The pool that requests share.</summary>
    public NpgsqlDataSource Requests { get; }

    /// <summary>Opens a context on a connection of its own, outside every pool: for job bodies.</summary>
    public HeretixDb OpenUnpooled() => new(unpooled, parts);

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        await Requests.DisposeAsync();
        await jobs.DisposeAsync();
    }

    /// <summary>Settled once for each connection, and not in its address: poolers refuse options there.</summary>
    private static NpgsqlDataSource ForRequestsOf(NpgsqlDataSourceBuilder requests)
    {
        if (requests.ConnectionStringBuilder.MaxAutoPrepare > 0)
            requests.UsePhysicalConnectionInitializer(
                connection =>
                {
                    using var command = new NpgsqlCommand(PlansForPrepared, connection);
                    command.ExecuteNonQuery();
                },
                async connection =>
                {
                    await using var command = new NpgsqlCommand(PlansForPrepared, connection);
                    await command.ExecuteNonQueryAsync();
                }
            );
        return requests.Build();
    }

    private static string With(NpgsqlConnectionStringBuilder address, Action<NpgsqlConnectionStringBuilder> change)
    {
        var builder = new NpgsqlConnectionStringBuilder(address.ConnectionString);
        change(builder);
        return builder.ConnectionString;
    }
}
