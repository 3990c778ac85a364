using Heretix.Accounts.Leaving.Departing;
using Heretix.Accounts.Users;
using Heretix.Platform.Cache;
using Heretix.Platform.Database;
using Heretix.Platform.Jobs;
using Heretix.Platform.Mail;
using Heretix.Platform.Modules;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;

namespace Heretix.Accounts.Leaving.Erasing;

/// <summary>
/// Erases the accounts whose time to come back is over, each in a transaction of its own: one that fails stops no other,
/// and is tried again with the next run.
/// </summary>
internal sealed class Erasure(
    ModelParts parts,
    IServiceProvider services,
    IMailer mailer,
    ICacheAnnouncements announcements,
    LeavingMeter meter,
    TimeProvider time,
    ILogger<Erasure> log
) : IRecurringJobHandler
{
    /// <summary>The kind of these jobs.</summary>
    public const string Kind = "accounts.erase";

    /// <summary>How often it runs.</summary>
    public static TimeSpan Interval { get; } = TimeSpan.FromHours(1);

    /// <inheritdoc />
    public async Task RunAsync(JobRun run, CancellationToken stop)
    {
        var failed = 0;
        foreach (var user in await DueAsync(run, stop))
        {
            try
            {
                if (!await EraseAsync(user, run, stop))
                    continue;
                meter.Erased();
                Log.UserErased(log, user);
            }
            catch (Exception failure) when (!stop.IsCancellationRequested)
            {
                failed++;
                meter.ErasureFailed();
                Log.NotErased(log, user, failure);
            }
        }
        // Listed among the failed jobs until a run succeeds, so that an operator sees it.
        if (failed > 0)
            throw new InvalidOperationException($"{failed} accounts could not be erased; the log says which and why");
    }

    private async Task<List<Guid>> DueAsync(JobRun run, CancellationToken stop)
    {
        var now = time.GetUtcNow();
        await using var db = run.OpenDb();
        return await db.Set<Departure>()
            .Where(departure => departure.RestoredAt == null && departure.EraseAt <= now)
            .OrderBy(departure => departure.EraseAt)
            .Select(departure => departure.UserId)
            .ToListAsync(stop);
    }

    /// <summary>False when the user came back, or somebody else was quicker.</summary>
    private async Task<bool> EraseAsync(Guid user, JobRun run, CancellationToken stop)
    {
        await using var db = run.OpenDb();
        await using var transaction = await db.Database.BeginTransactionAsync(stop);
        // The lock is a statement of its own: what is asked after it sees what it was waited for.
        await db.Database.ExecuteSqlAsync($"select 1 from accounts.users where id = {user} for update", stop);
        var now = time.GetUtcNow();
        var due = await db.Set<User>()
            .Where(row =>
                row.Id == user
                && row.Status == User.Leaving
                && db.Set<Departure>().Any(d => d.UserId == user && d.RestoredAt == null && d.EraseAt <= now)
            )
            .Select(row => new { row.Email })
            .SingleOrDefaultAsync(stop);
        if (due is null)
            return false;
        // The last to register is the first to go, and the user last of all: the others find their rows by it.
        foreach (var module in parts.Modules.Reverse().OrderBy(module => module.Name == AccountsModule.Schema))
            await module.EraseAccountAsync(new AccountEvent(db, user, services), stop);
        await db.SaveChangesAsync(stop);
        await announcements.AnnounceAsync(db, CacheKeys.User(user), stop);
        await announcements.AnnounceAsync(db, CacheKeys.Sessions(user), stop);
        // Before the commit: afterwards nobody would know the address any more.
        if (due.Email is { } address)
            await mailer.ForgetAsync(address, stop);
        await transaction.CommitAsync(stop);
        return true;
    }
}
