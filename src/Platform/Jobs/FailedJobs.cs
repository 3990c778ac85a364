using Heretix.Platform.Database;
using Microsoft.EntityFrameworkCore;

namespace Heretix.Platform.Jobs;

/// <summary>The table of jobs that failed for good.</summary>
internal static class FailedJobs
{
    /// <summary>Adds one, or renews what is known about it.</summary>
    public static Task RecordAsync(HeretixDb db, FailedJob job, CancellationToken cancellationToken)
    {
        var type = Shortened(job.ErrorType, 300);
        var error = Shortened(job.Error, FailedJobMapping.LongestError);
        return db.Database.ExecuteSqlAsync(
            $"""
            insert into jobs.failed_jobs (kind, name, arguments, attempts, error_type, error, worker, failed_at)
            values ({job.Kind}, {job.Name}, {job.Arguments}::jsonb, {job.Attempts}, {type}, {error}, {job.Worker},
                {job.FailedAt})
            on conflict (kind, name) do update set arguments = excluded.arguments, attempts = excluded.attempts,
                error_type = excluded.error_type, error = excluded.error, worker = excluded.worker,
                failed_at = excluded.failed_at
            """,
            cancellationToken
        );
    }

    public static Task<int> ForgetAsync(HeretixDb db, string kind, string name, CancellationToken cancellationToken) =>
        db.Set<FailedJob>().Where(job => job.Kind == kind && job.Name == name).ExecuteDeleteAsync(cancellationToken);

    public static Task<int> PurgeAsync(HeretixDb db, DateTimeOffset before, CancellationToken cancellationToken) =>
        db.Set<FailedJob>().Where(job => job.FailedAt < before).ExecuteDeleteAsync(cancellationToken);

    /// <summary>Without what PostgreSQL cannot store and without half a surrogate at the cut.</summary>
    private static string Shortened(string text, int length)
    {
        text = text.Replace('\0', ' ');
        if (text.Length <= length)
            return text;
        return text[..(char.IsHighSurrogate(text[length - 1]) ? length - 1 : length)];
    }
}
