using Heretix.Accounts.Refresh;
using Heretix.Accounts.Tokens;
using Heretix.Accounts.Totp.Challenges;
using Heretix.Platform.Database;
using Microsoft.EntityFrameworkCore;

namespace Heretix.Accounts.Sessions;

/// <summary>
/// What a change of rights does to sessions: the one that made it goes on under new tokens, and all others of the user end,
/// as does whatever is half signed in.
/// </summary>
internal sealed class SessionRenewal(TokenRefresh refresh)
{
    /// <summary>Renews a session in the open transaction of <paramref name="db"/>, which holds the user's row.</summary>
    /// <returns>The session with its new tokens; null when it has ended meanwhile.</returns>
    public async Task<OpenedSession?> RenewAsync(
        HeretixDb db,
        Guid userId,
        Guid sessionId,
        CancellationToken cancellationToken
    )
    {
        await SignInChallenges.EndAllAsync(db, userId, cancellationToken);
        await db.Set<Session>()
            .Where(session => session.UserId == userId && session.Id != sessionId)
            .ExecuteDeleteAsync(cancellationToken);
        // A statement of its own: a refresh that was quicker has changed what is read next.
        await db.Database.ExecuteSqlAsync(
            $"select 1 from accounts.sessions where id = {sessionId} for update",
            cancellationToken
        );
        var session = await db.Set<Session>()
            .AsNoTracking()
            .SingleOrDefaultAsync(session => session.Id == sessionId && session.UserId == userId, cancellationToken);
        switch (session?.Kind)
        {
            case null:
                return null;
            case SessionKind.Api:
                return new OpenedSession.Api(sessionId, await refresh.RenewAsync(db, session, cancellationToken));
            default:
                var token = Secret.New();
                var hash = token.Hash();
                await db.Set<Session>()
                    .Where(row => row.Id == sessionId)
                    .ExecuteUpdateAsync(set => set.SetProperty(row => row.TokenHash, hash), cancellationToken);
                return new OpenedSession.Browser(sessionId, token);
        }
    }
}
