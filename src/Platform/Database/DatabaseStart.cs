using Heretix.Platform.PrivatePostgres;
using Heretix.Platform.Settings;

namespace Heretix.Platform.Database;

/// <summary>What happens to the database before the server is put together.</summary>
public static class DatabaseStart
{
    /// <summary>
    /// Sees to it that there is a database: the one whose address is set, or the private one, which is started or joined.
    /// </summary>
    /// <param name="settings">What the server is told.</param>
    /// <param name="say">Hears in sentences what takes time or deserves notice; null for standard error.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="PrivatePostgresException">The private one cannot be started; the message says why.</exception>
    /// <exception cref="FormatException">The address that is set cannot be read.</exception>
    public static async Task<PreparedDatabase> PrepareAsync(
        ServerSettings settings,
        Action<string>? say = null,
        CancellationToken cancellationToken = default
    )
    {
        if (settings.DatabaseUrl is { } address)
        {
            _ = DatabaseAddress.ToConnectionString(address);
            return new PreparedDatabase(settings, null);
        }
        try
        {
            var cluster = await PrivateCluster.StartAsync(
                new PrivateClusterOptions(settings.DataFolder, say ?? Console.Error.WriteLine),
                cancellationToken
            );
            return new PreparedDatabase(settings with { DatabaseUrl = cluster.ConnectionString }, cluster);
        }
        catch (Exception refused) when (refused is IOException or UnauthorizedAccessException)
        {
            throw new PrivatePostgresException(
                $"the data folder {settings.DataFolder} cannot be used ({refused.Message.TrimEnd('.')}): choose another with --data, or give it to the user who runs the server"
            );
        }
    }

    /// <summary>Whether the private database of a data folder has been made.</summary>
    public static bool HasPrivate(ServerSettings settings) => PrivateCluster.Exists(settings.DataFolder);
}

/// <summary>A database that is there until this is disposed, which comes after the host has stopped.</summary>
/// <param name="Settings">The settings with the address of the database.</param>
/// <param name="Private">The private PostgreSQL; null when an address was set.</param>
public sealed record PreparedDatabase(ServerSettings Settings, PrivateCluster? Private) : IAsyncDisposable
{
    /// <inheritdoc />
    public ValueTask DisposeAsync() => Private?.DisposeAsync() ?? ValueTask.CompletedTask;
}
