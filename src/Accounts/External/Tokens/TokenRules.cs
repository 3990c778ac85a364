using Heretix.Accounts.External.Issuers;

namespace Heretix.Accounts.External.Tokens;

/// <summary>
/// What a token must claim, before its signature is looked at: a token that is refused anyway fetches no keys. After OpenID
/// Connect Core, section 3.1.3.7, and RFC 7519, section 4.1.
/// </summary>
internal static class TokenRules
{
    /// <summary>By how much clocks may differ.</summary>
    public static TimeSpan Skew { get; } = TimeSpan.FromSeconds(5);

    /// <summary>Longest subject.</summary>
    public const int LongestSubject = 255;

    /// <summary>What is wrong with a token; null when nothing is.</summary>
    public static TokenFault? Fault(CompactToken token, Issuer issuer, TokenUse use, DateTimeOffset now)
    {
        var claims = token.Claims;
        if (!issuer.Algorithms.Contains(token.Algorithm, StringComparer.Ordinal))
            return TokenFault.Algorithm;
        if (!IsKind(token.Type, use) || claims.TellsEvents)
            return TokenFault.Kind;
        if (!issuer.Is(claims.Issuer))
            return TokenFault.Issuer;
        if (claims.Subject.Length is 0 or > LongestSubject || claims.Subject.Any(char.IsControl))
            return TokenFault.Subject;
        return Party(claims, issuer, use) ?? Times(claims, use, now);
    }

    /// <summary>A token that says what it is must be what it is shown for (RFC 8725, section 3.11).</summary>
    private static bool IsKind(string? type, TokenUse use) =>
        type is null
        || type.Equals("JWT", StringComparison.OrdinalIgnoreCase)
        || (
            use == TokenUse.Bearer
            && (
                type.Equals("at+jwt", StringComparison.OrdinalIgnoreCase)
                || type.Equals("application/at+jwt", StringComparison.OrdinalIgnoreCase)
            )
        );

    private static TokenFault? Party(TokenClaims claims, Issuer issuer, TokenUse use)
    {
        if (issuer.Audiences.Count > 0 || use == TokenUse.Identity)
        {
            if (!claims.Audiences.Any(Ours))
                return TokenFault.Audience;
            // Made for several: then it must have been given to us, or another of them could hand it on.
            if (claims.Audiences.Count > 1 && issuer.AuthorizedParties.Count == 0 && !IsOurs(claims.AuthorizedParty))
                return TokenFault.AuthorizedParty;
        }
        return
            issuer.AuthorizedParties.Count == 0
            || (claims.AuthorizedParty is { } party && issuer.AuthorizedParties.Contains(party, StringComparer.Ordinal))
            ? null
            : TokenFault.AuthorizedParty;

        bool Ours(string audience) => issuer.Audiences.Contains(audience, StringComparer.Ordinal);

        bool IsOurs(string? given) => given is not null && Ours(given);
    }

    private static TokenFault? Times(TokenClaims claims, TokenUse use, DateTimeOffset now)
    {
        if (claims.ExpiresAt is not { } ends || ends + Skew <= now)
            return TokenFault.Expired;
        if (claims.NotBefore is { } begins && begins - Skew > now)
            return TokenFault.NotYet;
        if (claims.IssuedAt is { } issued)
            return issued - Skew > now ? TokenFault.NotYet : null;
        return use == TokenUse.Identity ? TokenFault.NotYet : null;
    }
}
