namespace Heretix.Accounts.Sessions;

/// <summary>A browser or an API client that is signed in. Ending it deletes the row: what is not there is not valid.</summary>
internal sealed class Session
{
    /// <summary>Longest <see cref="UserAgent"/>.</summary>
    public const int LongestUserAgent = 256;

    public Guid Id { get; init; }

    public Guid UserId { get; init; }

    /// <summary>The device that signed in; null for sessions older than devices.</summary>
    public Guid? DeviceId { get; init; }

    /// <summary>One of <see cref="SessionKind"/>.</summary>
    public required string Kind { get; init; }

    /// <summary>SHA-256 of the token in the cookie, or of the newest access token.</summary>
    public required byte[] TokenHash { get; init; }

    /// <summary>When the access token ends; null for browsers, whose token lives as long as the session.</summary>
    public DateTimeOffset? TokenExpiresAt { get; init; }

    public DateTimeOffset CreatedAt { get; init; }

    /// <summary>Last request, exact to a few minutes.</summary>
    public DateTimeOffset LastSeenAt { get; set; }

    /// <summary>When it ends, however much it is used.</summary>
    public DateTimeOffset ExpiresAt { get; init; }

    /// <summary>What the client called itself, shortened, so that people recognise their sessions; null when it did not.</summary>
    public string? UserAgent { get; init; }
}
