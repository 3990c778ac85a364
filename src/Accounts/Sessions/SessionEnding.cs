using Heretix.Platform.Database;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;

namespace Heretix.Accounts.Sessions;

/// <summary>Ends sessions from outside, for operators.</summary>
public sealed class SessionEnding(ILogger<SessionEnding> log)
{
    /// <summary>Ends every session of a user, of browsers and of API clients with their tokens, at once and in every process.</summary>
    /// <param name="userId">The user; null for everybody.</param>
    /// <returns>How many sessions ended.</returns>
    public async Task<int> EndAllAsync(HeretixDb db, Guid? userId, CancellationToken cancellationToken)
    {
        var sessions = db.Set<Session>().Where(session => userId == null || session.UserId == userId);
        var ended = await sessions.ExecuteDeleteAsync(cancellationToken);
        Log.EndedByOperator(log, ended, userId);
        return ended;
    }

    /// <summary>How many sessions a user has that are not over.</summary>
    /// <param name="userId">The user; null for everybody.</param>
    public static Task<int> CountAsync(
        HeretixDb db,
        Guid? userId,
        DateTimeOffset now,
        CancellationToken cancellationToken
    ) =>
        db.Set<Session>()
            .CountAsync(
                session => (userId == null || session.UserId == userId) && session.ExpiresAt > now,
                cancellationToken
            );
}
