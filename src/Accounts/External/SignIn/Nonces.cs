using System.Security.Cryptography;
using System.Text;
using Heretix.Accounts.Cookies;
using Heretix.Accounts.External.Issuers;
using Heretix.Accounts.Tokens;
using Heretix.Platform.Database;
using Microsoft.AspNetCore.Http;
using Microsoft.EntityFrameworkCore;

namespace Heretix.Accounts.External.SignIn;

/// <summary>A nonce for the flow of an issuer.</summary>
/// <param name="Nonce">43 characters; hand it to the issuer, and back with its ID token.</param>
/// <param name="ExpiresIn">Seconds for which it is good.</param>
internal sealed record NonceAnswer(string Nonce, int ExpiresIn);

/// <summary>What a request says about its nonce, read before the database is asked.</summary>
/// <param name="Hash">SHA-256 of the nonce; null when the token has none and need not have one.</param>
/// <param name="BindingHash">SHA-256 of the cookie that came with the request; null for none.</param>
/// <param name="IsSent">The client sent the nonce itself along.</param>
internal sealed record ShownNonce(byte[]? Hash, byte[]? BindingHash, bool IsSent);

/// <summary>
/// Nonces bind an ID token to the client that began the flow: a token that was made for somebody else's flow, or for none of
/// ours, is refused. A browser is bound by a cookie; a client without cookies keeps the nonce and sends it along.
/// </summary>
internal sealed class Nonces(IDbContextFactory<HeretixDb> databases, HeretixCookies cookies, TimeProvider time)
{
    /// <summary>How long a nonce is good.</summary>
    public static TimeSpan Lifetime { get; } = TimeSpan.FromMinutes(10);

    /// <summary>Gives one out. A browser that asks twice keeps its cookie, so both nonces are good.</summary>
    /// <param name="context">The request.</param>
    /// <param name="keepsItself">A client without cookies.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public async Task<NonceAnswer> IssueAsync(
        HttpContext context,
        bool keepsItself,
        CancellationToken cancellationToken
    )
    {
        var nonce = Secret.New();
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        db.Add(
            new Nonce
            {
                Hash = nonce.Hash(),
                BindingHash = keepsItself ? null : Bind(context),
                ExpiresAt = time.GetUtcNow() + Lifetime,
            }
        );
        await db.SaveChangesAsync(cancellationToken);
        return new NonceAnswer(nonce.Text, (int)Lifetime.TotalSeconds);
    }

    /// <summary>What a request shows; null when token, body and issuer contradict each other.</summary>
    /// <param name="context">The request.</param>
    /// <param name="issuer">Whose token it is.</param>
    /// <param name="claimed">The claim of the token.</param>
    /// <param name="sent">What the client sent beside the token.</param>
    public ShownNonce? Read(HttpContext context, Issuer issuer, string? claimed, string? sent)
    {
        if (claimed is null)
            return sent is null && !issuer.RequireNonce ? new ShownNonce(null, null, false) : null;
        if (!Secret.TryParse(sent ?? claimed, out var nonce))
            return null;
        if (sent is not null && !IsSame(claimed, sent) && !(issuer.HashedNonce && IsSame(claimed, Hex(nonce))))
            return null;
        byte[]? binding = Secret.TryParse(cookies.Read(context, CookieNames.Nonce), out var cookie)
            ? cookie.Hash()
            : null;
        return new ShownNonce(nonce.Hash(), binding, sent is not null);
    }

    /// <summary>
    /// Uses a nonce up in the open transaction of <paramref name="db"/>: false when it was not given out, was used, is too
    /// old, or was given to another client.
    /// </summary>
    public async Task<bool> TakeAsync(HeretixDb db, ShownNonce shown, CancellationToken cancellationToken)
    {
        if (shown.Hash is not { } hash)
            return true;
        // No binding that was shown equals none that is kept: an empty one is the hash of nothing.
        var binding = shown.BindingHash ?? [];
        return await db.Database.ExecuteSqlAsync(
                $"""
                delete from accounts.nonces
                where hash = {hash} and expires_at > {time.GetUtcNow()}
                  and case when binding_hash is null then {shown.IsSent} else binding_hash = {binding} end
                """,
                cancellationToken
            ) == 1;
    }

    private byte[] Bind(HttpContext context)
    {
        if (!Secret.TryParse(cookies.Read(context, CookieNames.Nonce), out var secret))
            secret = Secret.New();
        cookies.Set(context, CookieNames.Nonce, secret.Text, Lifetime);
        return secret.Hash();
    }

    private static string Hex(Secret nonce) => Convert.ToHexStringLower(nonce.Hash());

    private static bool IsSame(string one, string other) =>
        CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(one), Encoding.UTF8.GetBytes(other));
}
