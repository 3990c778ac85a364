using Heretix.Accounts.MagicLink;
using Heretix.Accounts.Sessions;
using Heretix.Accounts.Users;
using Heretix.Platform.Modules;
using Microsoft.EntityFrameworkCore;

namespace Heretix.Accounts.Leaving;

/// <summary>What accounts hold on a user, for the user to take along.</summary>
internal sealed record AccountRecord(
    Guid Id,
    string Email,
    string Status,
    bool HasPassword,
    DateTimeOffset CreatedAt,
    DateTimeOffset UpdatedAt,
    IReadOnlyList<SessionRecord> Sessions
)
{
    /// <summary>Everything but the hashes of tokens and of the password, which are of no use to anybody; null when there is no such user.</summary>
    public static async Task<object?> ReadAsync(AccountEvent export, CancellationToken cancellationToken)
    {
        var sessions = await export
            .Db.Set<Session>()
            .Where(session => session.UserId == export.UserId)
            .OrderBy(session => session.Id)
            .Select(session => new SessionRecord(
                session.Id,
                session.Kind,
                session.CreatedAt,
                session.LastSeenAt,
                session.ExpiresAt,
                session.UserAgent
            ))
            .ToListAsync(cancellationToken);
        var user = await export
            .Db.Set<User>()
            .AsNoTracking()
            .SingleOrDefaultAsync(user => user.Id == export.UserId, cancellationToken);
        return user is null
            ? null
            : new AccountRecord(
                user.Id,
                user.Email,
                user.Status,
                user.PasswordHash is not null,
                user.CreatedAt,
                user.UpdatedAt,
                sessions
            );
    }

    /// <summary>Erases the user, the sessions and their tokens (by the foreign keys) and the links of the address.</summary>
    public static async Task EraseAsync(AccountEvent erase, CancellationToken cancellationToken)
    {
        var db = erase.Db;
        await db.Set<EmailToken>()
            .Where(token => db.Set<User>().Any(user => user.Id == erase.UserId && user.Email == token.Email))
            .ExecuteDeleteAsync(cancellationToken);
        await db.Set<User>().Where(user => user.Id == erase.UserId).ExecuteDeleteAsync(cancellationToken);
    }
}

/// <summary>A session as it is stored.</summary>
internal sealed record SessionRecord(
    Guid Id,
    string Kind,
    DateTimeOffset CreatedAt,
    DateTimeOffset LastSeenAt,
    DateTimeOffset ExpiresAt,
    string? UserAgent
);
