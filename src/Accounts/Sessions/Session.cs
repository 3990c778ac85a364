namespace Heretix.Accounts.Sessions;

/// <summary>A browser that is signed in. Ending it deletes the row: what is not there is not valid.</summary>
internal sealed class Session
{
    /// <summary>Longest <see cref="UserAgent"/>.</summary>
    public const int LongestUserAgent = 256;

    public Guid Id { get; init; }

    public Guid UserId { get; init; }

    /// <summary>SHA-256 of the token in the cookie.</summary>
    public required byte[] TokenHash { get; init; }

    public DateTimeOffset CreatedAt { get; init; }

    /// <summary>Last request, exact to a few minutes.</summary>
    public DateTimeOffset LastSeenAt { get; set; }

    /// <summary>When it ends, however much it is used.</summary>
    public DateTimeOffset ExpiresAt { get; init; }

    /// <summary>What the browser called itself, shortened, so that people recognise their sessions; null when it did not.</summary>
    public string? UserAgent { get; init; }
}
