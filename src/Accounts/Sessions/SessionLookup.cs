using Heretix.Accounts.Devices;
using Heretix.Accounts.Tokens;
using Heretix.Accounts.Totp;
using Heretix.Accounts.Users;
using Heretix.Platform.Database;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace Heretix.Accounts.Sessions;

/// <summary>A valid session and its user.</summary>
internal sealed record LiveSession(
    Guid Id,
    Guid UserId,
    string? Email,
    DateTimeOffset CreatedAt,
    DateTimeOffset LastSeenAt,
    bool HasSecondFactor
);

/// <summary>
/// Finds the session of a token: one query by key, on every request that carries one. It is never cached, so a session
/// that ended in one process has ended in all.
/// </summary>
internal sealed class SessionLookup(
    IDbContextFactory<HeretixDb> databases,
    TimeProvider time,
    IOptions<AccountsOptions> options
)
{
    // Kept by the instance and not by the class: a compiled query belongs to the model of one server.
    private readonly Func<
        HeretixDb,
        byte[],
        string,
        DateTimeOffset,
        DateTimeOffset,
        CancellationToken,
        Task<LiveSession?>
    > byToken = EF.CompileAsyncQuery(
        (
            HeretixDb db,
            byte[] hash,
            string kind,
            DateTimeOffset now,
            DateTimeOffset idleSince,
            CancellationToken cancellationToken
        ) =>
            db.Set<Session>()
                .Where(session =>
                    session.TokenHash == hash
                    && session.Kind == kind
                    && (session.TokenExpiresAt == null || session.TokenExpiresAt > now)
                    && session.ExpiresAt > now
                    && session.LastSeenAt > idleSince
                )
                .Join(
                    db.Set<User>().Where(user => user.Status == User.Active),
                    session => session.UserId,
                    user => user.Id,
                    (session, user) =>
                        new LiveSession(
                            session.Id,
                            user.Id,
                            user.Email,
                            session.CreatedAt,
                            session.LastSeenAt,
                            db.Set<TotpFactor>().Any(factor => factor.UserId == user.Id && factor.EnabledAt != null)
                        )
                )
                .SingleOrDefault()
    );

    /// <summary>The session of a token; null when there is none, or it has ended, or its account is closed.</summary>
    /// <param name="token">What was shown.</param>
    /// <param name="kind">The one of <see cref="SessionKind"/> whose tokens are shown in this place.</param>
    public async Task<LiveSession?> FindAsync(Secret token, string kind, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        var found = await byToken(db, token.Hash(), kind, now, now - options.Value.IdleLifetime, cancellationToken);
        if (found is not null && now - found.LastSeenAt >= TimeSpan.FromMinutes(options.Value.LastSeenMinutes))
            await DeviceSeen.NoteAsync(db, found.Id, found.LastSeenAt, now, cancellationToken);
        return found;
    }
}
