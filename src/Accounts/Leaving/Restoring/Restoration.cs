using System.Security.Cryptography;
using Heretix.Accounts.Leaving.Departing;
using Heretix.Accounts.MagicLink;
using Heretix.Accounts.Sessions;
using Heretix.Accounts.Telemetry;
using Heretix.Accounts.Users;
using Heretix.Platform.Cache;
using Heretix.Platform.Database;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;

namespace Heretix.Accounts.Leaving.Restoring;

/// <summary>What a mailed link to restore an account is worth at the moment.</summary>
internal abstract record RestoreState
{
    /// <summary>It can be used.</summary>
    public sealed record Open(string Email, DateTimeOffset Until) : RestoreState;

    /// <summary>It was used just now.</summary>
    public sealed record Restored : RestoreState;

    /// <summary>It cannot be used.</summary>
    /// <param name="Error">One of <see cref="SignInFailure"/>.</param>
    public sealed record Refused(string Error) : RestoreState;
}

/// <summary>Takes departures back. Looking changes nothing.</summary>
internal sealed class Restoration(
    IDbContextFactory<HeretixDb> databases,
    ICacheAnnouncements announcements,
    LeavingMeter meter,
    TimeProvider time,
    ILogger<Restoration> log
)
{
    /// <summary>What a link is worth; only who knows the verifier learns more than that it is invalid.</summary>
    public async Task<RestoreState> LookAsync(LinkToken link, CancellationToken cancellationToken)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        if (await FindAsync(db, link, cancellationToken) is not { } departure)
            return new RestoreState.Refused(SignInFailure.InvalidToken);
        if (Judge(departure, time.GetUtcNow()) is { } error)
            return new RestoreState.Refused(error);
        // A link is mailed, so there was an address.
        var email = await db.Set<User>()
            .Where(user => user.Id == departure.UserId)
            .Select(user => user.Email)
            .SingleOrDefaultAsync(cancellationToken);
        return email is null
            ? new RestoreState.Refused(SignInFailure.InvalidToken)
            : new RestoreState.Open(email, departure.EraseAt);
    }

    /// <summary>
    /// Uses a link. The user's row is locked first, as by the erasure: whichever of the two comes second finds its
    /// condition gone. Of all requests that try, one succeeds.
    /// </summary>
    public async Task<RestoreState> UseAsync(LinkToken link, CancellationToken cancellationToken)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        await using var transaction = await db.Database.BeginTransactionAsync(cancellationToken);
        if (await FindAsync(db, link, cancellationToken) is not { } departure)
            return new RestoreState.Refused(SignInFailure.InvalidToken);
        await db.Database.ExecuteSqlAsync(
            $"select 1 from accounts.users where id = {departure.UserId} for no key update",
            cancellationToken
        );
        // Read when the lock is there: waiting for it may have taken what was left of the time.
        var now = time.GetUtcNow();
        var row = db.Set<Departure>().Where(row => row.Id == departure.Id);
        var used = await row.Where(row =>
                row.RestoredAt == null && row.EraseAt > now && row.VerifierHash == departure.VerifierHash
            )
            .ExecuteUpdateAsync(set => set.SetProperty(row => row.RestoredAt, now), cancellationToken);
        if (used == 0)
        {
            var found = await row.AsNoTracking().SingleOrDefaultAsync(cancellationToken);
            return new RestoreState.Refused(
                found is null ? SignInFailure.InvalidToken : Judge(found, now) ?? SignInFailure.InvalidToken
            );
        }
        await OpenAgainAsync(db, departure.UserId, now, cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        Tell(departure.UserId);
        return new RestoreState.Restored();
    }

    /// <summary>
    /// Takes the departure of a user back who has proven who they are otherwise, in the open transaction of
    /// <paramref name="db"/>; false when there is none, or its time is over. After the commit comes <see cref="Tell"/>.
    /// </summary>
    public async Task<bool> RestoreAsync(HeretixDb db, Guid userId, CancellationToken cancellationToken)
    {
        await db.Database.ExecuteSqlAsync(
            $"select 1 from accounts.users where id = {userId} for no key update",
            cancellationToken
        );
        var now = time.GetUtcNow();
        var used = await db.Set<Departure>()
            .Where(row => row.UserId == userId && row.RestoredAt == null && row.EraseAt > now)
            .ExecuteUpdateAsync(set => set.SetProperty(row => row.RestoredAt, now), cancellationToken);
        if (used == 0)
            return false;
        await OpenAgainAsync(db, userId, now, cancellationToken);
        return true;
    }

    /// <summary>Counts and logs that a user came back.</summary>
    public void Tell(Guid userId)
    {
        meter.Restored();
        Log.UserRestored(log, userId);
    }

    private async Task OpenAgainAsync(
        HeretixDb db,
        Guid userId,
        DateTimeOffset now,
        CancellationToken cancellationToken
    )
    {
        await db.Set<User>()
            .Where(user => user.Id == userId && user.Status == User.Leaving)
            .ExecuteUpdateAsync(
                set => set.SetProperty(user => user.Status, User.Active).SetProperty(user => user.UpdatedAt, now),
                cancellationToken
            );
        // A sign-in that was on its way when the user left may have left a session, which must not come to life now.
        await db.Set<Session>().Where(session => session.UserId == userId).ExecuteDeleteAsync(cancellationToken);
        await announcements.AnnounceAsync(db, CacheKeys.User(userId), cancellationToken);
    }

    private static async Task<Departure?> FindAsync(HeretixDb db, LinkToken link, CancellationToken cancellationToken)
    {
        var departure = await db.Set<Departure>()
            .AsNoTracking()
            .SingleOrDefaultAsync(departure => departure.Selector == link.Selector, cancellationToken);
        var proven = CryptographicOperations.FixedTimeEquals(
            link.Verifier.Hash(),
            departure?.VerifierHash ?? new byte[32]
        );
        return proven ? departure : null;
    }

    /// <summary>Why a departure cannot be taken back; null when it can.</summary>
    private static string? Judge(Departure departure, DateTimeOffset now) =>
        departure switch
        {
            { RestoredAt: not null } => SignInFailure.TokenUsed,
            _ => departure.EraseAt <= now ? SignInFailure.TokenExpired : null,
        };
}
