namespace Heretix.Platform.Http.Idempotency;

/// <summary>A request that was made under an <c>Idempotency-Key</c>, and its answer once there is one.</summary>
public sealed class IdempotencyKey
{
    /// <summary>Who made it: <c>user:</c> and the id, or <c>browser:</c> or <c>address:</c> and a SHA-256 in hex.</summary>
    public required string Caller { get; init; }

    /// <summary>The key as the caller gave it, 1 to 255 printable ASCII characters.</summary>
    public required string Key { get; init; }

    /// <summary>Method and route template: <c>POST /api/checks/run</c>.</summary>
    public required string Route { get; init; }

    /// <summary>SHA-256 of path, query, body and whether events are accepted (32 bytes): what must be the same in a repetition.</summary>
    public required byte[] BodySha256 { get; init; }

    /// <summary>The attempt that may write the answer.</summary>
    public Guid Attempt { get; init; }

    /// <summary>Until when the attempt is taken to be alive; null once it is answered.</summary>
    public DateTimeOffset? LockedUntil { get; init; }

    /// <summary>The answer's status; null while there is none.</summary>
    public int? Status { get; init; }

    /// <summary>The answer's media type, if it has a body.</summary>
    public string? ContentType { get; init; }

    /// <summary>The answer's <c>Location</c>.</summary>
    public string? Location { get; init; }

    /// <summary>
    /// The answer's body, encrypted: it may hold what is encrypted elsewhere, or tokens. Null beside a status: the request was
    /// carried out, but its answer was a stream or too large to keep; or, without a media type, it is not kept yet.
    /// </summary>
    public byte[]? Body { get; init; }

    /// <summary>When the key was first seen (UTC).</summary>
    public DateTimeOffset CreatedAt { get; init; }

    /// <summary>When it is forgotten (UTC).</summary>
    public DateTimeOffset ExpiresAt { get; init; }
}
