using Heretix.Accounts.Devices;
using Heretix.Accounts.Refresh;
using Heretix.Accounts.Tokens;
using Heretix.Platform.Database;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace Heretix.Accounts.Sessions;

/// <summary>The client that signs in.</summary>
/// <param name="UserAgent">What it calls itself; null when it does not say.</param>
/// <param name="Presented">The token of a session that it brought along; that session ends, whoever's it was.</param>
/// <param name="WantsTokens">It is an API client and asks for tokens; a browser gets a cookie.</param>
/// <param name="Device">The device that it is.</param>
/// <param name="Method">How it signs in: one of <see cref="Telemetry.SignInMethod"/>.</param>
internal sealed record Visit(
    string? UserAgent,
    Secret? Presented,
    bool WantsTokens,
    PresentedDevice Device,
    string Method
);

/// <summary>A session just opened; the only moment at which its tokens are known.</summary>
internal abstract record OpenedSession(Guid Id)
{
    /// <summary>Of a browser.</summary>
    public sealed record Browser(Guid Id, Secret Token) : OpenedSession(Id);

    /// <summary>Of an API client.</summary>
    public sealed record Api(Guid Id, TokenPair Tokens) : OpenedSession(Id);
}

/// <summary>Opens sessions, each with tokens of its own: what a client brought along is never adopted.</summary>
internal sealed class SessionOpening(TimeProvider time, IOptions<AccountsOptions> options)
{
    /// <summary>Opens a session in the open transaction of <paramref name="db"/>.</summary>
    public async Task<OpenedSession> OpenAsync(
        HeretixDb db,
        Guid userId,
        Guid deviceId,
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
        var id = Guid.CreateVersion7(now);
        var ends = now + options.Value.SessionLifetime;
        var tokens = visit.WantsTokens ? TokenPair.New(now, ends, options.Value) : null;
        var token = tokens?.Access ?? Secret.New();
        db.Add(
            new Session
            {
                Id = id,
                UserId = userId,
                DeviceId = deviceId,
                Kind = tokens is null ? SessionKind.Browser : SessionKind.Api,
                TokenHash = token.Hash(),
                TokenExpiresAt = tokens?.AccessExpiresAt,
                CreatedAt = now,
                LastSeenAt = now,
                ExpiresAt = ends,
                UserAgent = Shorten(visit.UserAgent),
            }
        );
        if (tokens is not null)
            db.Add(RefreshToken.Of(tokens, id, replaces: null, now));
        await db.SaveChangesAsync(cancellationToken);
        return tokens is null ? new OpenedSession.Browser(id, token) : new OpenedSession.Api(id, tokens);
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
