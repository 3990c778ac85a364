using Heretix.Platform.Modules;
using Heretix.Platform.Settings;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Storage;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Npgsql;
using Npgsql.EntityFrameworkCore.PostgreSQL.Infrastructure;

namespace Heretix.Platform.Database;

/// <summary>The database, its connections and its migrations.</summary>
public static class DatabaseServices
{
    internal static IServiceCollection AddDatabase(this IServiceCollection services, ServerSettings settings)
    {
        services
            .AddKnownOptions<DatabaseOptions>(DatabaseOptions.Section)
            .AddOptions<DatabaseOptions>()
            .Bind(settings.Configuration.GetSection(DatabaseOptions.Section))
            .ValidateDataAnnotations()
            .ValidateOnStart();
        services.AddSingleton<DatabaseMeters>();
        services.AddSingleton<DatabaseInterceptors>();
        services.AddSingleton(provider => new DatabaseConnections(
            settings,
            provider.GetRequiredService<IOptions<DatabaseOptions>>(),
            provider.GetRequiredService<ModelParts>(),
            provider.GetRequiredService<DatabaseInterceptors>(),
            provider.GetRequiredService<ILoggerFactory>()
        ));
        services.AddSingleton(provider => provider.GetRequiredService<DatabaseConnections>().Requests);
        services.AddPooledDbContextFactory<HeretixDb>(
            (provider, options) =>
                Configure(options, provider.GetRequiredService<NpgsqlDataSource>())
                    .AddInterceptors(provider.GetRequiredService<DatabaseInterceptors>().ForRequests)
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

    /// <summary>What every context of the server has in common, wherever its connection comes from.</summary>
    internal static TBuilder Configure<TBuilder>(TBuilder options, NpgsqlDataSource source)
        where TBuilder : DbContextOptionsBuilder
    {
        options
            .UseNpgsql(source, Migrations)
            .ReplaceService<IModelCacheKeyFactory, ModelPartsCacheKeyFactory>()
            // What fails arrives as an exception where it was asked, and a conflict is often an answer.
            .ConfigureWarnings(events =>
                events.Log(
                    (RelationalEventId.CommandExecuted, LogLevel.Debug),
                    (RelationalEventId.CommandError, LogLevel.Debug),
                    (CoreEventId.SaveChangesFailed, LogLevel.Debug),
                    (CoreEventId.QueryIterationFailed, LogLevel.Debug)
                )
            );
        return options;
    }

    private static void Migrations(NpgsqlDbContextOptionsBuilder npgsql) =>
        npgsql
            .MigrationsAssembly("heretix")
            .MigrationsHistoryTable("migrations", "jobs")
            // Npgsql's own would hide what failed for the moment (a deadlock, say) in an exception of another kind.
            .ExecutionStrategy(static dependencies => new NonRetryingExecutionStrategy(dependencies));
}
