using Heretix.Platform.Database;
using Heretix.Server;
using Heretix.Server.History;
using Microsoft.EntityFrameworkCore;

namespace Heretix.Tests.Integration.Servers;

/// <summary>The server's tables, made once in each cluster; databases of tests are copies.</summary>
internal static class TemplateDatabase
{
    public const string Name = "template_heretix";

    /// <summary>
    /// Whether the migrations make the tables, as in earnest. Without, they come from the model, which is for the time in
    /// which the model has entities that no migration makes yet.
    /// </summary>
    private static readonly bool ByMigrations = true;

    public static async Task MakeAsync(string connectionString)
    {
        await using var migrator = new DatabaseMigrator(connectionString, HeretixServer.Modules);
        if (ByMigrations)
        {
            await migrator.MigrateAsync(static _ => { }, CancellationToken.None);
            return;
        }
        await migrator.Db.Database.EnsureCreatedAsync();
        await migrator.Db.Database.ExecuteSqlRawAsync(QuartzTables.Sql);
    }
}
