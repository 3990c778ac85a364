using System.Data.Common;
using Heretix.Platform.Database;
using Heretix.Platform.Settings;
using Npgsql;

namespace Heretix.Platform.Jobs;

/// <summary>
/// The connections of the jobs: two for the scheduler, and one outside every pool for each running job. A process that
/// only queues does so on its callers' connections, so its scheduler keeps none.
/// </summary>
internal sealed class JobConnections : IAsyncDisposable
{
    private readonly DatabaseConnections connections;
    private readonly NpgsqlDataSource scheduler;

    public JobConnections(ServerSettings settings, DatabaseConnections connections)
    {
        this.connections = connections;
        scheduler = NpgsqlDataSource.Create(
            new NpgsqlConnectionStringBuilder(connections.ForScheduler) { Pooling = settings.Role != ServerRole.Api }
        );
    }

    /// <summary>What the scheduler itself reads and writes with.</summary>
    public DbDataSource Scheduler => scheduler;

    /// <summary>A context on a connection of its own.</summary>
    public HeretixDb OpenUnpooled() => connections.OpenUnpooled();

    public ValueTask DisposeAsync() => scheduler.DisposeAsync();
}
