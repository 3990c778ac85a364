using Heretix.Accounts.Tokens;
using Heretix.Platform.Database;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace Heretix.Accounts.Sessions;

/// <summary>The browser that signs in.</summary>
/// <param name="UserAgent">What it calls itself; null when it does not say.</param>
/// <param name="Presented">The session token that it brought along; that session ends, whoever's it was.</param>
internal sealed record Visit(string? UserAgent, Secret? Presented);

/// <summary>A session just opened; the only moment at which its token is known.</summary>
internal sealed record OpenedSession(Guid Id, Secret Token);

/// <summary>Opens sessions, each with a token of its own: what a client brought along is never adopted.</summary>
internal sealed class SessionOpening(TimeProvider time, IOptions<AccountsOptions> options)
{
    /// <summary>Opens a session in the open transaction of <paramref name="db"/>.</summary>
    public async Task<OpenedSession> OpenAsync(
        HeretixDb db,
        Guid userId,
        Visit visit,
        CancellationToken cancellationToken
    )
    {
        if (visit.Presented is { } presented)
        {
            var hash = presented.Hash();
            await db.Set<Session>().Where(session => session.TokenHash == hash).ExecuteDeleteAsync(cancellationToken);
        }
        var now = time.GetUtcNow();
        var token = Secret.New();
        var session = new Session
        {
            Id = Guid.CreateVersion7(now),
            UserId = userId,
            TokenHash = token.Hash(),
            CreatedAt = now,
            LastSeenAt = now,
            ExpiresAt = now + options.Value.SessionLifetime,
            UserAgent = Shorten(visit.UserAgent),
        };
        db.Add(session);
        await db.SaveChangesAsync(cancellationToken);
        return new OpenedSession(session.Id, token);
    }

    /// <summary>PostgreSQL takes no NUL, and a half of a surrogate pair is no text.</summary>
    private static string? Shorten(string? userAgent)
    {
        if (string.IsNullOrWhiteSpace(userAgent))
            return null;
        var printable = string.Concat(userAgent.Where(letter => letter is >= ' ' and <= '~'));
        return printable[..Math.Min(printable.Length, Session.LongestUserAgent)];
    }
}
