namespace Heretix.Accounts.Refresh;

/// <summary>What came of showing a refresh token.</summary>
internal abstract record RefreshOutcome
{
    /// <summary>A new pair; the one before has ended.</summary>
    /// <param name="Again">The token was used before, a moment ago: the answer was lost.</param>
    public sealed record Refreshed(Guid SessionId, Guid UserId, string? Email, TokenPair Tokens, bool Again)
        : RefreshOutcome;

    /// <summary>There is no such token, or it or its session has ended, or the account is closed.</summary>
    public sealed record Invalid : RefreshOutcome;

    /// <summary>The token was used before: two hold it, and nobody knows who is the thief. The session was ended.</summary>
    public sealed record Reused(Guid SessionId, Guid UserId) : RefreshOutcome;
}
