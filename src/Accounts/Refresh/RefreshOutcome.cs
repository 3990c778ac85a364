namespace Heretix.Accounts.Refresh;

/// <summary>What came of showing a refresh token.</summary>
internal abstract record RefreshOutcome
{
    /// <summary>A new pair; the one before has ended.</summary>
    /// <param name="SessionId">The session.</param>
    /// <param name="UserId">Its user.</param>
    /// <param name="Email">The user's address.</param>
    /// <param name="DeviceId">Its device; null when it is older than devices.</param>
    /// <param name="Tokens">The new pair.</param>
    /// <param name="Again">The token was used before, a moment ago: the answer was lost.</param>
    public sealed record Refreshed(
        Guid SessionId,
        Guid UserId,
        string? Email,
        Guid? DeviceId,
        TokenPair Tokens,
        bool Again
    ) : RefreshOutcome;

    /// <summary>There is no such token, or it or its session has ended, or the account is closed.</summary>
    public sealed record Invalid : RefreshOutcome;

    /// <summary>The session was refreshed more often within a day than any client needs; nothing was used up.</summary>
    public sealed record TooMany(TimeSpan Wait) : RefreshOutcome;

    /// <summary>The token was used before: two hold it, and nobody knows who is the thief. The session was ended.</summary>
    public sealed record Reused(Guid SessionId, Guid UserId) : RefreshOutcome;
}
