using Heretix.Accounts.External.Identities;
using Heretix.Accounts.External.Issuers;
using Heretix.Accounts.External.SignIn;
using Heretix.Accounts.Telemetry;
using Heretix.Platform.Database;
using Heretix.Platform.Http;
using Microsoft.AspNetCore.Http;
using Microsoft.EntityFrameworkCore;

namespace Heretix.Accounts.Leaving.Restoring;

/// <summary>
/// Restores an account by an identity that is linked to it: whoever could have signed in by it can take the departure back.
/// Who has no address has no other way. The token is used up as for signing in; no session is opened.
/// </summary>
internal sealed class IdentityRestoration(
    IDbContextFactory<HeretixDb> databases,
    IssuerList issuers,
    IdentityProofs proofs,
    Restoration restoration
)
{
    public async Task<IResult> HandleAsync(RestoreBody body, HttpContext context, CancellationToken cancellationToken)
    {
        if (issuers.Named(body.Issuer) is not { } issuer)
            return Problem.Invalid("issuer", "must be the name of an issuer that is configured here");
        var shown = new IdTokenBody(body.IdToken, body.Nonce);
        var (proof, refusal) = await proofs.ReadAsync(context, issuer, shown, cancellationToken);
        return proof is null ? refusal! : await UseAsync(proof, cancellationToken);
    }

    private async Task<IResult> UseAsync(IdentityProof proof, CancellationToken cancellationToken)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        await using var transaction = await db.Database.BeginTransactionAsync(cancellationToken);
        if (await proofs.TakeAsync(db, proof, cancellationToken) is var use && use != ProofUse.Taken)
            return proofs.Refuse(proof, use);
        var identity = await IdentityArrival.FindAsync(db, proof.Issuer, proof.Claims.Subject, cancellationToken);
        if (
            identity is not { UnlinkedAt: null, UserId: var user }
            || !await restoration.RestoreAsync(db, user, cancellationToken)
        )
            return Problem.Of(
                StatusCodes.Status400BadRequest,
                SignInFailure.InvalidToken,
                "This identity belongs to no account that could be restored."
            );
        await transaction.CommitAsync(cancellationToken);
        restoration.Tell(user);
        return TypedResults.NoContent();
    }
}
