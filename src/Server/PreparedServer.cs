using Heretix.Platform.Database;
using Heretix.Platform.Settings;

namespace Heretix.Server;

/// <summary>The server with its database, put together and not started. The database outlives it.</summary>
internal sealed class PreparedServer : IAsyncDisposable
{
    private readonly PreparedDatabase database;

    private PreparedServer(PreparedDatabase database, WebApplication app) => (this.database, App) = (database, app);

    public WebApplication App { get; }

    /// <summary>Finds or starts the database and puts the server together.</summary>
    /// <exception cref="ConfigurationException">Something in the configuration is wrong; every problem is in it.</exception>
    public static async Task<PreparedServer> CreateAsync(
        SettingsReading reading,
        string urls,
        bool serves,
        CancellationToken stop
    )
    {
        if (reading.Problems.Count > 0)
            await RefuseAsync(reading, urls);
        var database = await DatabaseStart.PrepareAsync(reading.Settings, cancellationToken: stop);
        try
        {
            var app = HeretixServer.Build(database.Settings, urls, serves: serves);
            SettingsValidation.Require(reading, app.Services);
            return new PreparedServer(database, app);
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

    /// <summary>No database is started for a faulty configuration, but the rooms are asked what else is wrong with it.</summary>
    private static async Task RefuseAsync(SettingsReading reading, string urls)
    {
        var nowhere = reading.Settings with { DatabaseUrl = reading.Settings.DatabaseUrl ?? "postgres://nowhere/none" };
        await using var app = HeretixServer.Build(nowhere, urls, serves: false);
        SettingsValidation.Require(reading, app.Services);
    }
}
