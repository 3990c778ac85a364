using System.Data.Common;
using Heretix.Platform.Database;
using Heretix.Platform.Settings;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Npgsql;

namespace Heretix.Platform.Jobs;

/// <summary>
/// The connections of the jobs: two for the scheduler, and one outside every pool for each running job. A process that
/// only queues does so on its callers' connections, so its scheduler keeps none.
/// </summary>
internal sealed class JobConnections : IAsyncDisposable
{
    private const int SchedulerConnections = 2;
    private readonly ModelParts parts;
    private readonly NpgsqlDataSource scheduler;
    private readonly NpgsqlDataSource bodies;
    private readonly DbContextOptions<HeretixDb> unpooled;

    public JobConnections(ServerSettings settings, ModelParts parts)
    {
        this.parts = parts;
        var address = DatabaseAddress.Parse(
            settings.DatabaseUrl ?? throw new InvalidOperationException("jobs need a database: DATABASE_URL is not set")
        );
        scheduler = NpgsqlDataSource.Create(
            new NpgsqlConnectionStringBuilder(address)
            {
                Pooling = settings.Role != ServerRole.Api,
                MaxPoolSize = SchedulerConnections,
                ApplicationName = "heretix scheduler",
            }
        );
        bodies = NpgsqlDataSource.Create(
            new NpgsqlConnectionStringBuilder(address) { Pooling = false, ApplicationName = "heretix jobs" }
        );
        unpooled = new DbContextOptionsBuilder<HeretixDb>()
            .UseNpgsql(bodies)
            .ReplaceService<IModelCacheKeyFactory, ModelPartsCacheKeyFactory>()
            .Options;
    }

    /// <summary>What the scheduler itself reads and writes with.</summary>
    public DbDataSource Scheduler => scheduler;

    /// <summary>A context on a connection of its own.</summary>
    public HeretixDb OpenUnpooled() => new(unpooled, parts);

    public async ValueTask DisposeAsync()
    {
        await scheduler.DisposeAsync();
        await bodies.DisposeAsync();
    }
}
