using Heretix.Platform.Database;
using Heretix.Server;

namespace Heretix.Tests.Unit.Server;

/// <summary>The migrations make what the model has.</summary>
public sealed class MigrationsTests
{
    [Fact]
    public async Task No_change_of_the_model_lacks_its_migration()
    {
        await using var migrator = new DatabaseMigrator("Host=/nowhere", HeretixServer.Modules);
        migrator.ModelIsAhead().ShouldBeFalse("scripts/add-migration NAME writes what is lacking");
    }
}
