using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Heretix.Platform.Database;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;

namespace Heretix.Platform.Jobs;

/// <summary>How rooms say which jobs they have.</summary>
public static class JobRegistration
{
    private const int LongestKind = 100;

    /// <summary>Registers the handler of a kind. Each attempt gets a handler out of a scope of its own.</summary>
    /// <param name="services">The services.</param>
    /// <param name="kind">
    /// Name of the kind in snake_case, with its room in front: <c>checks.export</c>. It stands in the queue, so it is kept
    /// as long as jobs of it may be there.
    /// </param>
    /// <param name="retry">What happens when the handler throws; <see cref="JobRetry.Default"/> when null.</param>
    /// <param name="json">How the arguments are written, for a source-generated context; by reflection when null.</param>
    public static IServiceCollection AddJob<THandler, TArguments>(
        this IServiceCollection services,
        string kind,
        JobRetry? retry = null,
        JsonTypeInfo<TArguments>? json = null
    )
        where THandler : class, IJobHandler<TArguments>
    {
        services.TryAddScoped<THandler>();
        return services.AddKind(
            new JobKind(
                kind,
                Checked(retry),
                typeof(TArguments),
                arguments =>
                    json is null
                        ? JsonSerializer.Serialize((TArguments)arguments!)
                        : JsonSerializer.Serialize((TArguments)arguments!, json),
                (scope, text, run, stop) =>
                    scope
                        .GetRequiredService<THandler>()
                        .RunAsync(
                            (
                                json is null
                                    ? JsonSerializer.Deserialize<TArguments>(text)
                                    : JsonSerializer.Deserialize(text, json)
                            )!,
                            run,
                            stop
                        )
            )
        );
    }

    /// <summary>
    /// Registers a job that queues itself at an interval, first as soon as a worker runs. Over all workers there is one at
    /// a time: an occurrence whose predecessor still waits, runs or is retried is left out.
    /// </summary>
    /// <param name="services">The services.</param>
    /// <param name="kind">Name of the kind, as for <see cref="AddJob{THandler,TArguments}"/>.</param>
    /// <param name="interval">At least a second.</param>
    /// <param name="retry">What happens when the handler throws; <see cref="JobRetry.Default"/> when null.</param>
    public static IServiceCollection AddRecurringJob<THandler>(
        this IServiceCollection services,
        string kind,
        TimeSpan interval,
        JobRetry? retry = null
    )
        where THandler : class, IRecurringJobHandler
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(interval, TimeSpan.FromSeconds(1));
        return services.AddRecurring<THandler>(kind, new Recurrence(interval, null), retry);
    }

    /// <summary>Registers a job that queues itself once a day; a time that nobody was there for is made up for once.</summary>
    /// <param name="services">The services.</param>
    /// <param name="kind">Name of the kind, as for <see cref="AddJob{THandler,TArguments}"/>.</param>
    /// <param name="dailyAt">Time of day in UTC, to the second.</param>
    /// <param name="retry">What happens when the handler throws; <see cref="JobRetry.Default"/> when null.</param>
    public static IServiceCollection AddRecurringJob<THandler>(
        this IServiceCollection services,
        string kind,
        TimeOnly dailyAt,
        JobRetry? retry = null
    )
        where THandler : class, IRecurringJobHandler =>
        services.AddRecurring<THandler>(kind, new Recurrence(null, dailyAt), retry);

    /// <summary>
    /// Registers a sweep: a recurring statement or two that finds stuck work (a reservation that nobody renewed, a lease
    /// that ran out) and puts it right. It is not retried: the next sweep is the retry.
    /// </summary>
    /// <param name="services">The services.</param>
    /// <param name="name">What is swept, with its room in front: <c>billing.reservations</c>.</param>
    /// <param name="interval">At least a second.</param>
    /// <param name="sweep">
    /// Does it, with a context on a connection of its own and the services of a scope; gives how many were put right.
    /// </param>
    public static IServiceCollection AddSweep(
        this IServiceCollection services,
        string name,
        TimeSpan interval,
        Func<HeretixDb, IServiceProvider, CancellationToken, Task<int>> sweep
    )
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(interval, TimeSpan.FromSeconds(1));
        return services.AddKind(
            Recurring(
                name,
                new Recurrence(interval, null),
                new JobRetry(1, TimeSpan.Zero, TimeSpan.Zero),
                async (scope, run, stop) =>
                {
                    await using var db = run.OpenDb();
                    var swept = await sweep(db, scope, stop);
                    var log = scope.GetRequiredService<ILogger<JobRunner>>();
                    if (swept > 0)
                        Log.Swept(log, name, swept);
                }
            )
        );
    }

    private static IServiceCollection AddRecurring<THandler>(
        this IServiceCollection services,
        string kind,
        Recurrence recurrence,
        JobRetry? retry
    )
        where THandler : class, IRecurringJobHandler
    {
        services.TryAddScoped<THandler>();
        return services.AddKind(
            Recurring(
                kind,
                recurrence,
                Checked(retry),
                (scope, run, stop) => scope.GetRequiredService<THandler>().RunAsync(run, stop)
            )
        );
    }

    private static JobKind Recurring(
        string kind,
        Recurrence recurrence,
        JobRetry retry,
        Func<IServiceProvider, JobRun, CancellationToken, Task> run
    ) =>
        new(kind, retry, typeof(void), _ => "null", (scope, _, attempt, stop) => run(scope, attempt, stop))
        {
            Recurrence = recurrence,
        };

    private static IServiceCollection AddKind(this IServiceCollection services, JobKind kind)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(kind.Name);
        if (kind.Name == RecurringTick.Group)
            throw new ArgumentException(
                $"'{kind.Name}' is kept for the schedules; put the room in front",
                nameof(kind)
            );
        ArgumentOutOfRangeException.ThrowIfGreaterThan(kind.Name.Length, LongestKind, nameof(kind));
        return services.AddSingleton(kind);
    }

    private static JobRetry Checked(JobRetry? retry)
    {
        retry ??= JobRetry.Default;
        ArgumentOutOfRangeException.ThrowIfLessThan(retry.Attempts, 1, nameof(retry));
        ArgumentOutOfRangeException.ThrowIfLessThan(retry.FirstDelay, TimeSpan.Zero, nameof(retry));
        ArgumentOutOfRangeException.ThrowIfLessThan(retry.LargestDelay, retry.FirstDelay, nameof(retry));
        return retry;
    }
}
