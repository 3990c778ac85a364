using Heretix.Accounts.External.Issuers;
using Heretix.Accounts.External.Tokens;
using Heretix.Platform.Database;
using Microsoft.AspNetCore.Http;

namespace Heretix.Accounts.External.SignIn;

/// <summary>An identity that was proven by a token, which is not used up yet.</summary>
internal sealed record IdentityProof(Issuer Issuer, CompactToken Token, ShownNonce Nonce)
{
    public TokenClaims Claims => Token.Claims;
}

/// <summary>What came of using a proof.</summary>
internal enum ProofUse
{
    Taken,
    TokenUsed,
    NonceRefused,
}

/// <summary>Reads the proof of an identity out of a request, and uses it up, once.</summary>
internal sealed class IdentityProofs(TokenValidation tokens, Nonces nonces, ExternalAnswers answers)
{
    /// <summary>The proof, or the answer that refuses it. No database is asked.</summary>
    /// <param name="context">The request.</param>
    /// <param name="issuer">Whose the token must be.</param>
    /// <param name="body">What was sent.</param>
    /// <param name="cancellationToken">Ends the wait for the issuer's keys.</param>
    public async Task<(IdentityProof? Proof, IResult? Refusal)> ReadAsync(
        HttpContext context,
        Issuer issuer,
        IdTokenBody body,
        CancellationToken cancellationToken
    )
    {
        // Clerk and its like have no ID tokens: there the token that comes with requests proves who somebody is.
        var use = issuer.SignIn ? TokenUse.Identity : TokenUse.Bearer;
        switch (await tokens.ValidateAsync(issuer, CompactToken.TryRead(body.IdToken), use, cancellationToken))
        {
            case TokenOutcome.Valid { Token: var token }:
                return nonces.Read(context, issuer, token.Claims.Nonce, body.Nonce) is { } nonce
                    ? (new IdentityProof(issuer, token, nonce), null)
                    : (null, answers.NonceRefused(issuer));
            case TokenOutcome.Refused { Fault: var fault }:
                return (null, answers.TokenRefused(issuer, fault));
            case TokenOutcome.Unavailable { RetryAfter: var wait }:
                return (null, answers.Unavailable(context, issuer, wait));
            case var other:
                throw new InvalidOperationException($"no answer for {other}");
        }
    }

    /// <summary>Uses a proof up in the open transaction of <paramref name="db"/>.</summary>
    public async Task<ProofUse> TakeAsync(HeretixDb db, IdentityProof proof, CancellationToken cancellationToken)
    {
        var ends = proof.Claims.ExpiresAt!.Value + TokenRules.Skew;
        if (!await UsedToken.TakeAsync(db, proof.Token.Hash(), ends, cancellationToken))
            return ProofUse.TokenUsed;
        return await nonces.TakeAsync(db, proof.Nonce, cancellationToken) ? ProofUse.Taken : ProofUse.NonceRefused;
    }

    /// <summary>The answer to a proof that could not be used up.</summary>
    public IResult Refuse(IdentityProof proof, ProofUse use) =>
        use == ProofUse.TokenUsed ? answers.TokenUsed(proof.Issuer) : answers.NonceRefused(proof.Issuer);
}
