using Heretix.Platform.Database;

namespace Heretix.Platform.Jobs;

/// <summary>Puts work into the queue of the database.</summary>
public interface IJobQueue
{
    /// <summary>
    /// Queues a job in the open transaction of <paramref name="db"/>: it runs after the commit, in any worker, or never.
    /// It should be the last statement before the commit.
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
/// a change happens only when a row changed, in the same transaction. An exception is retried as the kind's policy says.
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

/// <summary>One attempt at a job.</summary>
/// <param name="Kind">Its kind.</param>
/// <param name="Name">Its name within the kind.</param>
/// <param name="Attempt">1 for the first.</param>
/// <param name="OpenDb">Opens a context on a connection of its own, outside every pool.</param>
public sealed record JobRun(string Kind, string Name, int Attempt, Func<HeretixDb> OpenDb);

/// <summary>What happens when a handler throws.</summary>
/// <param name="Attempts">Attempts in all, at least 1.</param>
/// <param name="FirstDelay">Wait before the second attempt; doubled after each.</param>
/// <param name="LargestDelay">No wait is longer.</param>
public sealed record JobRetry(int Attempts, TimeSpan FirstDelay, TimeSpan LargestDelay)
{
    /// <summary>Five attempts, the second after a second, none more than five minutes after the last.</summary>
    public static JobRetry Default { get; } = new(5, TimeSpan.FromSeconds(1), TimeSpan.FromMinutes(5));
}
