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

    /// <summary>Takes one out of the list; null when it is not there any more.</summary>
    public static async Task<FailedJob?> TakeAsync(
        HeretixDb db,
        string kind,
        string name,
        CancellationToken cancellationToken
    )
    {
        var taken = await db.Set<FailedJob>()
            .FromSql($"delete from jobs.failed_jobs where kind = {kind} and name = {name} returning *")
            .AsNoTracking()
            .ToListAsync(cancellationToken);
        return taken.SingleOrDefault();
    }

    /// <summary>Forgets old ones. A row that somebody queues anew goes with that, and is not waited for.</summary>
    public static Task<int> PurgeAsync(HeretixDb db, DateTimeOffset before, CancellationToken cancellationToken) =>
        db.Database.ExecuteSqlAsync(
            $"""
            delete from jobs.failed_jobs where (kind, name) in (
                select kind, name from jobs.failed_jobs where failed_at < {before} for update skip locked)
            """,
            cancellationToken
        );

    /// <summary>Without what PostgreSQL cannot store and without half a surrogate at the cut.</summary>
    private static string Shortened(string text, int length)
    {
        text = text.Replace('\0', ' ');
        if (text.Length <= length)
            return text;
        return text[..(char.IsHighSurrogate(text[length - 1]) ? length - 1 : length)];
    }
}
