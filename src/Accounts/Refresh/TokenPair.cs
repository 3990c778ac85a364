using Heretix.Accounts.Tokens;

namespace Heretix.Accounts.Refresh;

/// <summary>What an API client has: a token to call with, and one to get the next pair by. Neither outlives the session.</summary>
internal sealed record TokenPair(
    Secret Access,
    DateTimeOffset AccessExpiresAt,
    Secret Refresh,
    DateTimeOffset RefreshExpiresAt
)
{
    /// <summary>A new one.</summary>
    /// <param name="now">When it is made.</param>
    /// <param name="sessionEnds">When its session ends.</param>
    public static TokenPair New(DateTimeOffset now, DateTimeOffset sessionEnds, AccountsOptions options) =>
        new(
            Secret.New(),
            Earlier(now + options.AccessLifetime, sessionEnds),
            Secret.New(),
            Earlier(now + options.RefreshLifetime, sessionEnds)
        );

    private static DateTimeOffset Earlier(DateTimeOffset one, DateTimeOffset other) => one < other ? one : other;
}
