using Heretix.Accounts.External.Issuers;
using Heretix.Accounts.External.Keys;

namespace Heretix.Accounts.External.Tokens;

/// <summary>What a token is worth.</summary>
internal abstract record TokenOutcome
{
    /// <summary>It says the truth.</summary>
    public sealed record Valid(CompactToken Token) : TokenOutcome;

    /// <summary>It is refused.</summary>
    public sealed record Refused(TokenFault Fault) : TokenOutcome;

    /// <summary>It cannot be said: the issuer's keys are not known, and it does not answer.</summary>
    /// <param name="RetryAfter">When it is asked again.</param>
    public sealed record Unavailable(TimeSpan RetryAfter) : TokenOutcome;
}

/// <summary>Says whether a token is what it claims to be. No database is asked, so a slow issuer holds no connection.</summary>
internal sealed class TokenValidation(KeySets keys, TimeProvider time)
{
    /// <summary>Checks a token.</summary>
    /// <param name="issuer">Whose it must be.</param>
    /// <param name="token">What was read; null for what could not be.</param>
    /// <param name="use">What it is shown for.</param>
    public async Task<TokenOutcome> ValidateAsync(
        Issuer issuer,
        CompactToken? token,
        TokenUse use,
        CancellationToken cancellationToken
    )
    {
        if (token is null)
            return new TokenOutcome.Refused(TokenFault.Unreadable);
        if (TokenRules.Fault(token, issuer, use, time.GetUtcNow()) is { } fault)
            return new TokenOutcome.Refused(fault);
        return await keys.FindAsync(issuer, token.KeyId, token.Algorithm, cancellationToken) switch
        {
            KeyLookup.Found { Key: var key } => key.Verifies(token.SigningInput, token.Signature)
                ? new TokenOutcome.Valid(token)
                : new TokenOutcome.Refused(TokenFault.Signature),
            KeyLookup.Unavailable unavailable => new TokenOutcome.Unavailable(unavailable.RetryAfter),
            _ => new TokenOutcome.Refused(TokenFault.Key),
        };
    }
}
