using Heretix.Platform.Database;
using Heretix.Server;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Design;

namespace Heretix.Design;

/// <summary>Makes the context for <c>dotnet ef</c>, which never connects.</summary>
public sealed class DesignTimeDb : IDesignTimeDbContextFactory<HeretixDb>
{
    /// <inheritdoc />
    public HeretixDb CreateDbContext(string[] args) =>
        new(
            new DbContextOptionsBuilder<HeretixDb>()
                .UseNpgsql("Host=/nowhere", npgsql => npgsql.MigrationsAssembly("heretix"))
                .Options,
            new ModelParts(HeretixServer.Modules)
        );

    private static void Main() { }
}
