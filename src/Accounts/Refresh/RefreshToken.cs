namespace Heretix.Accounts.Refresh;

/// <summary>
/// The right to a new pair of tokens, once. Used ones stay for a day at least, and the newest as long as their session, because
/// only so a copy that is shown later is recognised. Of the tokens of a session exactly one is unused, and the database holds to that.
/// </summary>
internal sealed class RefreshToken
{
    public Guid Id { get; init; }

    public Guid SessionId { get; init; }

    /// <summary>SHA-256 of the token.</summary>
    public required byte[] TokenHash { get; init; }

    public DateTimeOffset IssuedAt { get; init; }

    public DateTimeOffset ExpiresAt { get; init; }

    /// <summary>
    /// When it was used; null while it can be. One whose answer was lost ends by that of the next: then this is when the
    /// token was used that both were given for, so that the grace of all of them ends together.
    /// </summary>
    public DateTimeOffset? UsedAt { get; set; }

    /// <summary>The token that this one was given for; null for that of the sign-in.</summary>
    public Guid? ReplacesId { get; init; }

    /// <summary>The row of a pair.</summary>
    public static RefreshToken Of(TokenPair pair, Guid sessionId, Guid? replaces, DateTimeOffset now) =>
        new()
        {
            Id = Guid.CreateVersion7(now),
            SessionId = sessionId,
            TokenHash = pair.Refresh.Hash(),
            IssuedAt = now,
            ExpiresAt = pair.RefreshExpiresAt,
            ReplacesId = replaces,
        };
}
