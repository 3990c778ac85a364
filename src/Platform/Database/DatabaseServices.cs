using Heretix.Platform.Modules;
using Heretix.Platform.Settings;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace Heretix.Platform.Database;

/// <summary>The database, its connections and its migrations.</summary>
public static class DatabaseServices
{
    internal static IServiceCollection AddDatabase(this IServiceCollection services, ServerSettings settings)
    {
        services.AddSingleton(_ => NpgsqlDataSource.Create(DatabaseAddress.Parse(settings.DatabaseUrl!)));
        services.AddPooledDbContextFactory<HeretixDb>(
            (provider, options) =>
                options
                    .UseNpgsql(provider.GetRequiredService<NpgsqlDataSource>())
                    .ReplaceService<IModelCacheKeyFactory, ModelPartsCacheKeyFactory>()
        );
        return services;
    }

    /// <summary>The modules whose parts make up the model.</summary>
    public static IServiceCollection AddModules(
        this IServiceCollection services,
        IReadOnlyList<IModule> modules,
        ServerSettings settings
    )
    {
        services.AddSingleton(new ModelParts(modules));
        foreach (var module in modules)
            module.AddServices(services, settings);
        return services;
    }
}
