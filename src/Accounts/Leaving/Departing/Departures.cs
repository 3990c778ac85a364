using Heretix.Accounts.Leaving.Export;
using Heretix.Accounts.MagicLink;
using Heretix.Accounts.Sessions;
using Heretix.Accounts.Totp.Challenges;
using Heretix.Accounts.Users;
using Heretix.Platform.Cache;
using Heretix.Platform.Database;
using Heretix.Platform.Jobs;
using Heretix.Platform.Modules;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Heretix.Accounts.Leaving.Departing;

/// <summary>Lets users leave: at once for everybody who looks, and for good only when the time to come back is over.</summary>
internal sealed class Departures(
    IDbContextFactory<HeretixDb> databases,
    ModelParts parts,
    IServiceProvider services,
    IJobQueue jobs,
    ICacheAnnouncements announcements,
    LeavingMeter meter,
    IOptions<AccountsOptions> options,
    TimeProvider time,
    ILogger<Departures> log
)
{
    /// <summary>
    /// In one transaction the account is closed, every session ends, what runs ends uncounted, and the mail that tells how
    /// to come back is queued, when there is an address. However many ask at once, it happens once.
    /// </summary>
    public async Task LeaveAsync(Guid userId, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var departure = new Departure
        {
            Id = Guid.CreateVersion7(now),
            UserId = userId,
            LeftAt = now,
            EraseAt = now.AddDays(options.Value.RestoreDays),
            Selector = LinkToken.NewSelector(),
        };
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        await using var transaction = await db.Database.BeginTransactionAsync(cancellationToken);
        // The row's lock has a second request wait here, and then find nothing left to do.
        var closed = await db.Set<User>()
            .Where(user => user.Id == userId && user.Status == User.Active)
            .ExecuteUpdateAsync(
                set => set.SetProperty(user => user.Status, User.Leaving).SetProperty(user => user.UpdatedAt, now),
                cancellationToken
            );
        if (closed == 0)
            return;
        await SignInChallenges.EndAllAsync(db, userId, cancellationToken);
        await db.Set<Session>().Where(session => session.UserId == userId).ExecuteDeleteAsync(cancellationToken);
        // Nobody can fetch them any more, and a build that is going on finds nothing to fill.
        await db.Set<AccountExport>().Where(export => export.UserId == userId).ExecuteDeleteAsync(cancellationToken);
        db.Add(departure);
        foreach (var module in parts.Modules)
            await module.OnUserLeavingAsync(new AccountEvent(db, userId, services), cancellationToken);
        await db.SaveChangesAsync(cancellationToken);
        await announcements.AnnounceAsync(db, CacheKeys.User(userId), cancellationToken);
        await announcements.AnnounceAsync(db, CacheKeys.Sessions(userId), cancellationToken);
        // Who has no address restores by proving the identity again.
        if (await db.Set<User>().AnyAsync(user => user.Id == userId && user.Email != null, cancellationToken))
            await jobs.EnqueueAsync(
                db,
                DepartureMailJob.Kind,
                departure.Id.ToString("N"),
                new DepartureMail(departure.Id),
                cancellationToken: cancellationToken
            );
        await transaction.CommitAsync(cancellationToken);
        meter.Left();
        Log.UserLeft(log, userId, departure.EraseAt);
    }

    /// <summary>
    /// For whoever has proven the address of a closed account: until when it can be restored, null when it cannot. The mail
    /// that restores is sent again, with a new link, in the open transaction of <paramref name="db"/>; the first may be lost.
    /// </summary>
    public async Task<DateTimeOffset?> RemindAsync(HeretixDb db, Guid userId, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var found = await Open(db, userId, now).AsNoTracking().SingleOrDefaultAsync(cancellationToken);
        if (found is null)
            return null;
        var sent = await db.Set<Departure>()
            .Where(departure => departure.Id == found.Id && departure.SentAt != null)
            .ExecuteUpdateAsync(
                set => set.SetProperty(departure => departure.SentAt, (DateTimeOffset?)null),
                cancellationToken
            );
        // One that was not sent yet is on its way.
        if (sent > 0)
            await jobs.EnqueueAsync(
                db,
                DepartureMailJob.Kind,
                $"{found.Id:N}-{Guid.CreateVersion7(now):N}",
                new DepartureMail(found.Id),
                cancellationToken: cancellationToken
            );
        return found.EraseAt;
    }

    /// <summary>Until when the closed account of a user can be restored; null when it cannot.</summary>
    public Task<DateTimeOffset?> RestorableUntilAsync(HeretixDb db, Guid userId, CancellationToken cancellationToken) =>
        Open(db, userId, time.GetUtcNow())
            .Select(departure => (DateTimeOffset?)departure.EraseAt)
            .SingleOrDefaultAsync(cancellationToken);

    private static IQueryable<Departure> Open(HeretixDb db, Guid userId, DateTimeOffset now) =>
        db.Set<Departure>()
            .Where(departure => departure.UserId == userId && departure.RestoredAt == null && departure.EraseAt > now);
}
