using Heretix.Platform.Database;
using Heretix.Server;

namespace Heretix.Tests.Integration.Servers;

/// <summary>The server's tables, made once in each cluster by the migrations; databases of tests are copies.</summary>
internal static class TemplateDatabase
{
    public const string Name = "template_heretix";

    public static async Task MakeAsync(string connectionString)
    {
        await using var migrator = new DatabaseMigrator(connectionString, HeretixServer.Modules);
        await migrator.MigrateAsync(static _ => { }, CancellationToken.None);
    }
}
