using Microsoft.Extensions.Logging;

namespace Heretix.Platform.Jobs;

internal static partial class Log
{
    [LoggerMessage(Level = LogLevel.Debug, Message = "Job {Kind}/{Name} is queued already")]
    public static partial void AlreadyQueued(ILogger log, string kind, string name);

    [LoggerMessage(
        Level = LogLevel.Warning,
        Message = "Job {Kind}/{Name} failed in attempt {Attempt}, again in {Delay}"
    )]
    public static partial void Retried(
        ILogger log,
        Exception error,
        string kind,
        string name,
        int attempt,
        TimeSpan delay
    );

    [LoggerMessage(Level = LogLevel.Error, Message = "Job {Kind}/{Name} failed in its last attempt, {Attempt}")]
    public static partial void Failed(ILogger log, Exception error, string kind, string name, int attempt);

    [LoggerMessage(
        Level = LogLevel.Warning,
        Message = "Worker died with job {Kind}/{Name} ({Deaths} so far), run again"
    )]
    public static partial void TakenOver(ILogger log, string kind, string name, int deaths);

    [LoggerMessage(Level = LogLevel.Error, Message = "Job {Kind}/{Name} is given up: {Deaths} workers died with it")]
    public static partial void Poisonous(ILogger log, string kind, string name, int deaths);

    [LoggerMessage(
        Level = LogLevel.Information,
        Message = "Job {Kind}/{Name} goes back to the queue: the worker stops"
    )]
    public static partial void HandedBack(ILogger log, string kind, string name);

    [LoggerMessage(Level = LogLevel.Information, Message = "Job {Kind}/{Name} was cancelled")]
    public static partial void Cancelled(ILogger log, string kind, string name);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The outcome of a job could not be written")]
    public static partial void NotSettled(ILogger log, Exception error);

    [LoggerMessage(
        Level = LogLevel.Error,
        Message = "Job {Kind}/{Name} failed for good, and the list of failed jobs does not take it"
    )]
    public static partial void NotRecorded(ILogger log, Exception error, string kind, string name);

    [LoggerMessage(Level = LogLevel.Information, Message = "Sweep {Name} put {Count} right")]
    public static partial void Swept(ILogger log, string name, int count);

    [LoggerMessage(Level = LogLevel.Information, Message = "Job {Kind} recurs {Recurrence}")]
    public static partial void Recurring(ILogger log, string kind, string recurrence);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Waiting jobs could not be counted")]
    public static partial void NotCounted(ILogger log, Exception error);

    [LoggerMessage(
        Level = LogLevel.Warning,
        Message = "The queue could not be warmed up; the first job will be slower"
    )]
    public static partial void NotWarm(ILogger log, Exception error);

    [LoggerMessage(Level = LogLevel.Information, Message = "Worker {Worker} takes jobs")]
    public static partial void WorkerStarted(ILogger log, string worker);

    [LoggerMessage(Level = LogLevel.Information, Message = "Worker lets its jobs finish, for at most {Timeout}")]
    public static partial void Draining(ILogger log, TimeSpan timeout);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Jobs still ran after {Timeout} and were cancelled")]
    public static partial void DrainTimedOut(ILogger log, TimeSpan timeout);

    [LoggerMessage(
        Level = LogLevel.Error,
        Message = "Jobs ignored their cancellation; another worker will repeat them"
    )]
    public static partial void Abandoned(ILogger log);

    [LoggerMessage(
        Level = LogLevel.Warning,
        Message = "Job {Kind}/{Name} was broken in the queue and was mended: {What}"
    )]
    public static partial void Mended(ILogger log, string kind, string name, string what);
}
