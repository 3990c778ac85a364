using Heretix.Accounts.Devices;
using Heretix.Accounts.Sessions;
using Heretix.Accounts.Tokens;
using Heretix.Accounts.Users;
using Heretix.Platform.Database;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace Heretix.Accounts.Refresh;

/// <summary>
/// Gives a new pair of tokens for a refresh token, which is used up by that (RFC 9700, section 4.14.2). Requests for one
/// session wait for each other at its row, so whatever is shown at once, to however many processes, one pair lives.
/// </summary>
internal sealed class TokenRefresh(
    IDbContextFactory<HeretixDb> databases,
    TimeProvider time,
    IOptions<AccountsOptions> options
)
{
    private static readonly TimeSpan Day = TimeSpan.FromDays(1);

    /// <summary>Uses a refresh token.</summary>
    public async Task<RefreshOutcome> UseAsync(Secret token, CancellationToken cancellationToken)
    {
        var hash = token.Hash();
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        await using var transaction = await db.Database.BeginTransactionAsync(cancellationToken);
        // A statement of its own: what is read after the wait must be what the others left.
        await db.Database.ExecuteSqlAsync(
            $"""
            select 1 from accounts.sessions
            where id = (select session_id from accounts.refresh_tokens where token_hash = {hash}) for update
            """,
            cancellationToken
        );
        var now = time.GetUtcNow();
        var idleSince = now - options.Value.IdleLifetime;
        var found = await (
            from shown in db.Set<RefreshToken>().AsNoTracking()
            join session in db.Set<Session>() on shown.SessionId equals session.Id
            join user in db.Set<User>() on session.UserId equals user.Id
            where
                shown.TokenHash == hash
                && session.ExpiresAt > now
                && session.LastSeenAt > idleSince
                && user.Status == User.Active
            select new
            {
                Shown = shown,
                session.ExpiresAt,
                session.DeviceId,
                User = user.Id,
                user.Email,
            }
        ).SingleOrDefaultAsync(cancellationToken);
        if (found is null)
            return new RefreshOutcome.Invalid();

        var shownToken = found.Shown;
        var (replaces, since) = (shownToken.Id, now);
        if (shownToken.UsedAt is { } usedAt)
        {
            if (await LostAsync(db, shownToken, now - usedAt, cancellationToken) is not { } lost)
            {
                await db.Set<Session>()
                    .Where(session => session.Id == shownToken.SessionId)
                    .ExecuteDeleteAsync(cancellationToken);
                await transaction.CommitAsync(cancellationToken);
                return new RefreshOutcome.Reused(shownToken.SessionId, found.User);
            }
            (replaces, since) = (lost, usedAt);
        }
        else if (shownToken.ExpiresAt <= now)
            return new RefreshOutcome.Invalid();

        if (await WaitAsync(db, shownToken.SessionId, now, cancellationToken) is { } wait)
            return new RefreshOutcome.TooMany(wait);
        var pair = TokenPair.New(now, found.ExpiresAt, options.Value);
        await StoreAsync(
            db,
            pair,
            RefreshToken.Of(pair, shownToken.SessionId, replaces, now),
            since,
            cancellationToken
        );
        if (found.DeviceId is { } device)
            await DeviceSeen.NoteAsync(db, device, now, cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return new RefreshOutcome.Refreshed(
            shownToken.SessionId,
            found.User,
            found.Email,
            found.DeviceId,
            pair,
            Again: shownToken.UsedAt is not null
        );
    }

    /// <summary>
    /// A new pair for a session whose rights change, in the open transaction of <paramref name="db"/>, which holds the session's
    /// row. The pair before ends as by a refresh: when the answer is lost, its refresh token works again for the grace.
    /// </summary>
    public async Task<TokenPair> RenewAsync(HeretixDb db, Session session, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var newest = await db.Set<RefreshToken>()
            .Where(token => token.SessionId == session.Id && token.UsedAt == null)
            .Select(token => token.Id)
            .SingleAsync(cancellationToken);
        var pair = TokenPair.New(now, session.ExpiresAt, options.Value);
        await StoreAsync(db, pair, RefreshToken.Of(pair, session.Id, newest, now), now, cancellationToken);
        return pair;
    }

    /// <summary>
    /// Forgets tokens that were used long ago, and says how long to wait when a session was refreshed more often within a day
    /// than any client needs. Those of the last day are all kept: a thief who refreshes again and again must not be able to
    /// have the owner's token forgotten, by which he would be found out.
    /// </summary>
    private async Task<TimeSpan?> WaitAsync(
        HeretixDb db,
        Guid sessionId,
        DateTimeOffset now,
        CancellationToken cancellationToken
    )
    {
        var dayAgo = now - Day;
        await db.Database.ExecuteSqlAsync(
            $"""
            delete from accounts.refresh_tokens where session_id = {sessionId} and used_at <= {dayAgo} and id not in (
              select id from accounts.refresh_tokens where session_id = {sessionId} and used_at is not null
              order by issued_at desc, id desc limit {options.Value.RefreshHistory})
            """,
            cancellationToken
        );
        var used = db.Set<RefreshToken>().Where(token => token.SessionId == sessionId && token.UsedAt > dayAgo);
        if (await used.CountAsync(cancellationToken) < options.Value.RefreshesPerDay)
            return null;
        return await used.MinAsync(token => token.UsedAt, cancellationToken) + Day - now;
    }

    /// <summary>
    /// Whether a token is shown again because its answer was lost: within the grace, and as long as nobody has used what
    /// was given for it. Gives the token whose answer that was: the one shown, or the one that it was given for itself,
    /// when it ended without being used because that one was shown again.
    /// </summary>
    private async Task<Guid?> LostAsync(
        HeretixDb db,
        RefreshToken shown,
        TimeSpan ago,
        CancellationToken cancellationToken
    )
    {
        if (ago > options.Value.RefreshGrace)
            return null;
        var replaced = await db.Set<RefreshToken>()
            .Where(token => token.SessionId == shown.SessionId && token.UsedAt == null)
            .Select(token => token.ReplacesId)
            .SingleAsync(cancellationToken);
        return replaced == shown.Id || replaced == shown.ReplacesId ? replaced : null;
    }

    private static async Task StoreAsync(
        HeretixDb db,
        TokenPair pair,
        RefreshToken row,
        DateTimeOffset since,
        CancellationToken cancellationToken
    )
    {
        var accessHash = pair.Access.Hash();
        await db.Set<RefreshToken>()
            .Where(token => token.SessionId == row.SessionId && token.UsedAt == null)
            .ExecuteUpdateAsync(set => set.SetProperty(token => token.UsedAt, since), cancellationToken);
        await db.Set<Session>()
            .Where(session => session.Id == row.SessionId)
            .ExecuteUpdateAsync(
                set =>
                    set.SetProperty(session => session.TokenHash, accessHash)
                        .SetProperty(session => session.TokenExpiresAt, pair.AccessExpiresAt)
                        .SetProperty(session => session.LastSeenAt, row.IssuedAt),
                cancellationToken
            );
        db.Add(row);
        await db.SaveChangesAsync(cancellationToken);
    }
}
