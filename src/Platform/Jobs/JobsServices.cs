using System.Globalization;
using Heretix.Platform.Settings;
using Heretix.Platform.Telemetry.Health;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using Quartz;

namespace Heretix.Platform.Jobs;

internal static class JobsServices
{
    private const string Section = "Heretix:Platform";

    public static IServiceCollection AddJobs(this IServiceCollection services, ServerSettings settings)
    {
        services.AddMetrics();
        services
            .AddKnownOptions<JobsOptions>(Section)
            .AddOptions<JobsOptions>()
            .Bind(settings.Configuration.GetSection(Section))
            .ValidateDataAnnotations()
            .ValidateOnStart();
        QuartzSetup.AddScheduler(services, settings, Concurrency(settings));
        services.AddSingleton<JobConnections>();
        services.AddSingleton<JobKinds>();
        services.AddSingleton<JobQueue>();
        services.AddSingleton<IJobQueue>(provider => provider.GetRequiredService<JobQueue>());
        services.AddSingleton<JobSettlement>();
        services.AddSingleton<JobBacklog>();
        services.AddSingleton<JobMetrics>();
        services.AddSingleton<WorkerState>();
        services.AddSingleton<RecurringTicks>();
        services.AddSingleton<StuckJobs>();
        services.AddSingleton(provider => new JobsAdmin(
            provider.GetRequiredService<ISchedulerFactory>(),
            provider.GetRequiredService<JobQueue>(),
            provider.GetRequiredService<JobConnections>()
        ));
        services.AddScoped<JobRunner>();
        services.AddScoped<RecurringTick>();
        services.AddSweep(
            StuckJobs.Kind,
            StuckJobs.Interval,
            static (db, scope, stop) => scope.GetRequiredService<StuckJobs>().SweepAsync(db, stop)
        );
        services.AddHostedService<JobWorker>();
        services
            .AddHealthChecks()
            .AddCheck<JobsHealth>(
                "jobs",
                tags: [settings.Role == ServerRole.Worker ? HealthTags.Required : HealthTags.Optional]
            );
        // The host waits for everything together; the drain must fit into it.
        services
            .AddOptions<HostOptions>()
            .PostConfigure<IOptions<JobsOptions>>(
                static (host, jobs) =>
                {
                    var needed = jobs.Value.DrainTimeout + (2 * JobWorker.Grace) + TimeSpan.FromSeconds(5);
                    host.ShutdownTimeout = host.ShutdownTimeout > needed ? host.ShutdownTimeout : needed;
                }
            );
        return services;
    }

    /// <summary>
    /// Quartz wants the number while services are still being registered. One that is wrong is told by the validation of
    /// the options; until then the default stands for it.
    /// </summary>
    private static int Concurrency(ServerSettings settings)
    {
        var given = settings.Configuration[$"{Section}:{nameof(JobsOptions.JobConcurrency)}"];
        return int.TryParse(given, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number > 0
            ? number
            : new JobsOptions().JobConcurrency;
    }

    /// <summary>The part of the model that is ours; Quartz's tables are no entities.</summary>
    public static void BuildModel(ModelBuilder model) => model.ApplyConfiguration(new FailedJobMapping());
}
