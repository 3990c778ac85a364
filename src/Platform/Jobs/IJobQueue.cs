using Heretix.Platform.Database;

namespace Heretix.Platform.Jobs;

/// <summary>Puts work into the queue of the database.</summary>
public interface IJobQueue
{
    /// <summary>
    /// Queues a job in the open transaction of <paramref name="db"/>: it runs after the commit, in any worker, or never.
    /// It should be the last statement before the commit. A name that is already queued or running is left as it is, so
    /// that a repeated request queues once; parallel transactions that queue the same name wait for one another. What has
    /// to run again although it may be running needs a name of its own.
    /// </summary>
    /// <param name="db">A context with an open transaction.</param>
    /// <param name="kind">The kind under which a handler was registered with <c>AddJob</c>.</param>
    /// <param name="name">Unique among the jobs of the kind that are queued or running.</param>
    /// <param name="arguments">Ids and small values; stored as JSON in clear, so no text of users.</param>
    /// <param name="delay">How long to wait first; null for at once.</param>
    /// <exception cref="InvalidOperationException">No transaction is open, or the kind is unknown.</exception>
    Task EnqueueAsync<TArguments>(
        HeretixDb db,
        string kind,
        string name,
        TArguments arguments,
        TimeSpan? delay = null,
        CancellationToken cancellationToken = default
    );
}

/// <summary>
/// Does one kind of job. It is delivered at least once: state changes only by conditional updates, and what follows from
/// a change happens only when a row changed, in the same transaction. An exception is retried as the kind's policy says;
/// after the last attempt its type and message are recorded, so no message carries text of users. A job whose worker died
/// is repeated under the same attempt number.
/// </summary>
/// <typeparam name="TArguments">What was queued.</typeparam>
public interface IJobHandler<TArguments>
{
    /// <summary>Does the job.</summary>
    /// <param name="arguments">What was queued.</param>
    /// <param name="run">This attempt.</param>
    /// <param name="stop">The worker is about to stop, or the job was cancelled.</param>
    Task RunAsync(TArguments arguments, JobRun run, CancellationToken stop);
}

/// <summary>Does a job that queues itself at an interval or a time of day; the rules of <see cref="IJobHandler{T}"/> hold.</summary>
public interface IRecurringJobHandler
{
    /// <summary>Does the job.</summary>
    /// <param name="run">This attempt.</param>
    /// <param name="stop">The worker is about to stop, or the job was cancelled.</param>
    Task RunAsync(JobRun run, CancellationToken stop);
}

/// <summary>One attempt at a job.</summary>
/// <param name="Kind">Its kind.</param>
/// <param name="Name">Its name within the kind.</param>
/// <param name="Attempt">1 for the first.</param>
/// <param name="OpenDb">Opens a context on a connection of its own, outside every pool.</param>
public sealed record JobRun(string Kind, string Name, int Attempt, Func<HeretixDb> OpenDb)
{
    /// <summary>Whether the job is recorded as failed when this attempt throws.</summary>
    public bool IsLastAttempt { get; init; }
}

/// <summary>What happens when a handler throws.</summary>
/// <param name="Attempts">Attempts in all, at least 1.</param>
/// <param name="FirstDelay">Wait before the second attempt; doubled after each.</param>
/// <param name="LargestDelay">No wait is longer.</param>
public sealed record JobRetry(int Attempts, TimeSpan FirstDelay, TimeSpan LargestDelay)
{
    /// <summary>How long to wait after the attempt of that number, 1 for the first.</summary>
    public TimeSpan DelayAfter(int attempt) =>
        TimeSpan.FromSeconds(
            Math.Min(FirstDelay.TotalSeconds * Math.Pow(2, Math.Clamp(attempt - 1, 0, 60)), LargestDelay.TotalSeconds)
        );

    /// <summary>Five attempts, the second after a second, none more than five minutes after the last.</summary>
    public static JobRetry Default { get; } = new(5, TimeSpan.FromSeconds(1), TimeSpan.FromMinutes(5));
}
