using System.Security.Cryptography;
using Heretix.Platform.Database;
using Heretix.Platform.Encryption;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace Heretix.Platform.Http.Idempotency;

/// <summary>What stands in the database under the keys. Every call is one short statement on a connection of its own.</summary>
internal sealed class IdempotencyStore(
    IDbContextFactory<HeretixDb> database,
    IFieldCipher cipher,
    IOptions<HttpRulesOptions> options,
    TimeProvider time
)
{
    /// <summary>What the bodies are encrypted for.</summary>
    public const string Purpose = "jobs.idempotency_keys.body";

    public TimeSpan Lease { get; } = TimeSpan.FromSeconds(options.Value.IdempotencyLeaseSeconds);

    /// <summary>
    /// Makes this attempt the owner of the key, if nobody has used it, or its time is over, or its owner died over the same
    /// request. Gives what stands there otherwise, and null when this attempt owns it. What stands there under the earlier
    /// name of the caller counts when it is the very same request.
    /// </summary>
    public async Task<IdempotencyKey?> ClaimAsync(KeyedRequest request, CancellationToken cancellationToken)
    {
        while (true)
        {
            var now = time.GetUtcNow();
            await using var db = await database.CreateDbContextAsync(cancellationToken);
            var claimed = await db.Database.ExecuteSqlAsync(
                $"""
                insert into jobs.idempotency_keys as k
                  (caller, key, route, body_sha256, attempt, locked_until, created_at, expires_at)
                select {request.Caller}, {request.Key}, {request.Route}, {request.BodySha256}, {request.Attempt},
                  {now + Lease}, {now}, {now.AddHours(options.Value.IdempotencyHours)}
                where not exists (
                  select from jobs.idempotency_keys as earlier
                  where earlier.caller = {request.EarlierCaller ?? ""} and earlier.key = {request.Key}
                    and earlier.route = {request.Route} and earlier.body_sha256 = {request.BodySha256}
                    and (earlier.status is not null and earlier.expires_at > {now} or earlier.locked_until > {now}))
                on conflict (caller, key, route) do update
                  set body_sha256 = excluded.body_sha256, attempt = excluded.attempt,
                    locked_until = excluded.locked_until, created_at = excluded.created_at, expires_at = excluded.expires_at,
                    status = null, content_type = null, location = null, body = null
                  where k.expires_at <= {now} and (k.status is not null or k.locked_until <= {now})
                    or k.status is null and k.locked_until <= {now} and k.body_sha256 = excluded.body_sha256
                """,
                cancellationToken
            );
            if (claimed > 0)
                return null;
            var there =
                await EarlierAsync(db, request, now, cancellationToken)
                ?? await Rows(db, request).AsNoTracking().SingleOrDefaultAsync(cancellationToken);
            if (there is not null)
                return there;
            // It was freed between the two statements: try again.
        }
    }

    /// <summary>Says that the attempt is alive; false when it no longer owns the key.</summary>
    public async Task<bool> RenewAsync(KeyedRequest request, CancellationToken cancellationToken)
    {
        await using var db = await database.CreateDbContextAsync(cancellationToken);
        var until = time.GetUtcNow() + Lease;
        return await Owned(db, request)
                .ExecuteUpdateAsync(row => row.SetProperty(k => k.LockedUntil, until), cancellationToken) > 0;
    }

    /// <summary>Keeps the answer, or that there was one; false when the attempt no longer owns the key.</summary>
    public async Task<bool> KeepAsync(KeyedRequest request, KeptAnswer answer, CancellationToken cancellationToken)
    {
        await using var db = await database.CreateDbContextAsync(cancellationToken);
        var body = answer.Body is { } given ? cipher.Encrypt(given.Span, Purpose) : null;
        // It may stand there already that the work was done.
        return await Rows(db, request)
                .Where(k => k.Attempt == request.Attempt && k.Body == null)
                .ExecuteUpdateAsync(
                    row =>
                        row.SetProperty(k => k.LockedUntil, (DateTimeOffset?)null)
                            .SetProperty(k => k.Status, answer.Status)
                            .SetProperty(k => k.ContentType, answer.ContentType)
                            .SetProperty(k => k.Location, answer.Location)
                            .SetProperty(k => k.Body, body),
                    cancellationToken
                ) > 0;
    }

    /// <summary>Holds the key until it expires: what was asked for was done, and more could not be kept.</summary>
    public async Task HoldAsync(KeyedRequest request, CancellationToken cancellationToken)
    {
        await using var db = await database.CreateDbContextAsync(cancellationToken);
        await Owned(db, request)
            .ExecuteUpdateAsync(
                row => row.SetProperty(k => k.LockedUntil, k => (DateTimeOffset?)k.ExpiresAt),
                cancellationToken
            );
    }

    /// <summary>Frees the key: what was asked for was not done.</summary>
    public async Task ReleaseAsync(KeyedRequest request, CancellationToken cancellationToken)
    {
        await using var db = await database.CreateDbContextAsync(cancellationToken);
        await Owned(db, request).ExecuteDeleteAsync(cancellationToken);
    }

    /// <summary>The answer that stands in a row; its body is null when it was not kept or no key reads it any more.</summary>
    public KeptAnswer Answer(IdempotencyKey row) => new(row.Status!.Value, row.ContentType, row.Location, Body(row));

    private ReadOnlyMemory<byte>? Body(IdempotencyKey row)
    {
        if (row.Body is null)
            return null;
        try
        {
            return cipher.Decrypt(row.Body, Purpose);
        }
        catch (CryptographicException)
        {
            return null;
        }
    }

    private static async Task<IdempotencyKey?> EarlierAsync(
        HeretixDb db,
        KeyedRequest request,
        DateTimeOffset now,
        CancellationToken cancellationToken
    ) =>
        request.EarlierCaller is null
            ? null
            : await Rows(db, request with { Caller = request.EarlierCaller })
                .AsNoTracking()
                .SingleOrDefaultAsync(
                    k =>
                        k.BodySha256 == request.BodySha256
                        && ((k.Status != null && k.ExpiresAt > now) || k.LockedUntil > now),
                    cancellationToken
                );

    private static IQueryable<IdempotencyKey> Rows(HeretixDb db, KeyedRequest request) =>
        db.Set<IdempotencyKey>()
            .Where(k => k.Caller == request.Caller && k.Key == request.Key && k.Route == request.Route);

    private static IQueryable<IdempotencyKey> Owned(HeretixDb db, KeyedRequest request) =>
        Rows(db, request).Where(k => k.Attempt == request.Attempt && k.Status == null);
}

/// <summary>A request with a key.</summary>
internal sealed record KeyedRequest(string Caller, string Key, string Route, byte[] BodySha256, Guid Attempt)
{
    /// <summary>What the caller was called before the first answer; null when that is the same.</summary>
    public string? EarlierCaller { get; init; }
}

/// <summary>An answer that a repetition gets.</summary>
/// <param name="Status">Its HTTP status.</param>
/// <param name="ContentType">Its media type.</param>
/// <param name="Location">Its <c>Location</c>.</param>
/// <param name="Body">Its body; null when it was a stream or too large to keep.</param>
internal sealed record KeptAnswer(int Status, string? ContentType, string? Location, ReadOnlyMemory<byte>? Body);
