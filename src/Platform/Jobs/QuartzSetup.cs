using Heretix.Platform.Settings;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Quartz;

namespace Heretix.Platform.Jobs;

/// <summary>Quartz as this server uses it: clustered on PostgreSQL, in the schema <c>jobs</c>.</summary>
internal static class QuartzSetup
{
    /// <summary>Name of the one scheduler, in every row of its tables.</summary>
    public const string SchedulerName = "heretix";

    /// <summary>Schema and prefix of its tables; qualified, because callers' connections have other search paths.</summary>
    public const string Tables = "jobs.qrtz_";

    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    public static void AddScheduler(IServiceCollection services, ServerSettings settings, int concurrency)
    {
        services.AddSingleton<IPostConfigureOptions<QuartzSchedulerOptions>, ServedKinds>();
        services.AddQuartz(quartz =>
        {
            quartz.ConfigureScheduler(scheduler =>
            {
                scheduler.InstanceName = SchedulerName;
                // Workers are woken by notifications; this is how long a job waits when one is lost.
                scheduler.IdleWaitTime = Second;
                scheduler.ShutdownJobInterruption = ShutdownJobInterruption.Always;
                // The trace goes with the job itself and becomes the parent of its run.
                scheduler.PropagateTraceContext = false;
            });
            quartz.UseDefaultThreadPool(concurrency);
            quartz.UsePersistentStore(store =>
            {
                store.UsePostgres(source =>
                    source.DataSourceFactory = provider => provider.GetRequiredService<JobConnections>().Scheduler
                );
                store.UseSystemTextJsonSerializer();
                store.UseClustering(cluster =>
                {
                    // A dead worker is noticed after four seconds.
                    cluster.CheckinInterval = Second;
                    cluster.CheckinMisfireThreshold = TimeSpan.FromSeconds(3);
                });
                store.ConfigureStore(options =>
                {
                    options.TablePrefix = Tables;
                    options.StoreJobDataAsStrings = true;
                    options.AcceptEnlistedTransactions = true;
                    options.LockOnInsert = false;
                    options.RecoverFiringsCancelledByShutdown = true;
                    options.DbRetryInterval = Second;
                    // A job that had run for a minute when its worker died is due since then, which Quartz takes for a
                    // misfire and would look for once a minute only.
                    options.MisfireHandlerFrequency = 2 * Second;
                    // Migrations make the tables; a process that only queues asks nothing on a connection of its own.
                    options.SchemaProvisioning =
                        settings.Role == ServerRole.Api ? SchemaProvisioning.None : SchemaProvisioning.Validate;
                });
            });
        });
    }

    /// <summary>A worker takes the kinds that it has handlers for, and leaves others to newer workers.</summary>
    private sealed class ServedKinds(JobKinds kinds) : IPostConfigureOptions<QuartzSchedulerOptions>
    {
        public void PostConfigure(string? name, QuartzSchedulerOptions options) =>
            options.ServedExecutionGroups.AddRange(kinds.All.Select(kind => kind.Name));
    }
}
