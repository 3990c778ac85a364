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
    /// Makes the tables as migrations do. While the model has something that no migration makes yet, which a unit test
    /// reports, they come from the model.
    /// </summary>
    public static async Task MakeAsync(string connectionString)
    {
        await using var migrator = new DatabaseMigrator(connectionString, HeretixServer.Modules);
        if (migrator.ModelIsAhead())
        {
            await migrator.Db.Database.EnsureCreatedAsync();
            await migrator.Db.Database.ExecuteSqlRawAsync(QuartzTables.Sql);
        }
        else
        {
            await migrator.MigrateAsync(static _ => { }, CancellationToken.None);
        }
    }
}
