using Heretix.Platform.Database;
using Heretix.Platform.Settings;

namespace Heretix.Server;

/// <summary>The server with its database, put together and not started. The database outlives it.</summary>
internal sealed class PreparedServer : IAsyncDisposable
{
    /// <summary>Stands in the place of the database while nothing may be started yet.</summary>
    private const string Nowhere = "postgres://nowhere/none";

    private readonly PreparedDatabase database;

    private PreparedServer(PreparedDatabase database, WebApplication app) => (this.database, App) = (database, app);

    public WebApplication App { get; }

    /// <summary>Finds or starts the database and puts the server together.</summary>
    /// <param name="makes">Whether a private database is made where there is none.</param>
    /// <exception cref="ConfigurationException">Something in the configuration is wrong; every problem is in it.</exception>
    public static async Task<PreparedServer> CreateAsync(
        SettingsReading reading,
        string urls,
        bool serves,
        CancellationToken stop,
        bool makes = true
    )
    {
        await SettingsValidation.RequireAsync(reading, Register, serves);
        var settings = reading.Settings;
        if (!makes && settings.DatabaseUrl is null && !DatabaseStart.HasPrivate(settings))
            throw new UserErrorException(
                $"there is no database in {settings.DataFolder}: name the server's data folder with --data, or its database with DATABASE_URL"
            );
        var database = await DatabaseStart.PrepareAsync(settings, cancellationToken: stop);
        try
        {
            return new PreparedServer(database, HeretixServer.Build(database.Settings, urls, serves: serves));
        }
        catch
        {
            await database.DisposeAsync();
            throw;
        }
    }

    /// <summary>What brings the tables of the database up.</summary>
    public DatabaseMigrator Migrator() => new(database.Settings.DatabaseUrl!, HeretixServer.Modules);

    public async ValueTask DisposeAsync()
    {
        await App.DisposeAsync();
        await database.DisposeAsync();
    }

    private static void Register(IServiceCollection services, ServerSettings settings) =>
        services.AddModules(HeretixServer.Modules, settings with { DatabaseUrl = settings.DatabaseUrl ?? Nowhere });
}
