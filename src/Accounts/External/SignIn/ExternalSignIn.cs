using Heretix.Accounts.External.Identities;
using Heretix.Accounts.External.Issuers;
using Heretix.Accounts.Leaving.Departing;
using Heretix.Accounts.Sessions;
using Heretix.Accounts.SignIn;
using Heretix.Accounts.Users;
using Heretix.Platform.Database;
using Heretix.Platform.Http;
using Microsoft.AspNetCore.Http;
using Microsoft.EntityFrameworkCore;

namespace Heretix.Accounts.External.SignIn;

/// <summary>
/// Signs in by the ID token of an issuer. In one transaction the token and its nonce are used up, the user is found or made
/// (<see cref="IdentityArrival"/>), and the session is opened, or the second factor asked for; when any of it is refused, nothing is
/// used up.
/// </summary>
internal sealed class ExternalSignIn(
    IDbContextFactory<HeretixDb> databases,
    IssuerList issuers,
    IdentityProofs proofs,
    IdentityArrival arrival,
    IdentityNotices notices,
    SignInCompletion signIns,
    Departures departures,
    ExternalAnswers answers
)
{
    private sealed record Proven(SignInStep Step, User User, bool IsNew);

    public async Task<IResult> HandleAsync(
        string issuerName,
        IdTokenBody body,
        bool tokens,
        HttpContext context,
        CancellationToken cancellationToken
    )
    {
        if (issuers.Named(issuerName) is not { SignIn: true } issuer)
            return ExternalAnswers.NoIssuer();
        if (string.IsNullOrEmpty(body.IdToken))
            return Problem.Invalid("id_token", "must be an ID token");
        var (proof, refusal) = await proofs.ReadAsync(context, issuer, body, cancellationToken);
        if (proof is null)
            return refusal!;
        var method = ExternalAnswers.MethodOf(issuer);
        var (proven, refused) = await OpenAsync(proof, signIns.VisitOf(context, tokens, method), cancellationToken);
        if (proven is null)
            return refused!;
        return signIns.Answer(
            context,
            proven.Step,
            method,
            proven.IsNew,
            () => TypedResults.Ok(new SignedInUser(proven.User.Id, proven.User.Email))
        );
    }

    private async Task<(Proven?, IResult?)> OpenAsync(
        IdentityProof proof,
        Visit visit,
        CancellationToken cancellationToken
    )
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        await using var transaction = await db.Database.BeginTransactionAsync(cancellationToken);
        if (await proofs.TakeAsync(db, proof, cancellationToken) is var use && use != ProofUse.Taken)
            return (null, proofs.Refuse(proof, use));
        switch (await arrival.FindOrCreateAsync(db, proof.Issuer, proof.Claims, needsAddress: true, cancellationToken))
        {
            case IdentityOwner.Known { User: { Status: not User.Active } user }:
                return (null, await CloseAsync(db, proof, user, cancellationToken));
            case IdentityOwner.Known known:
                var step = await signIns.OpenAsync(db, known.User, visit, cancellationToken);
                if (step.Commits)
                {
                    if (known.Linked is { } linked)
                        await notices.QueueAsync(db, linked, unlinked: false, cancellationToken);
                    await transaction.CommitAsync(cancellationToken);
                }
                return (new Proven(step, known.User, known.IsNew), null);
            case IdentityOwner.Unproven:
                return (null, answers.EmailNotVerified(proof.Issuer));
            case IdentityOwner.Unlinked or IdentityOwner.WithoutAddress:
                return (null, answers.NotLinked(proof.Issuer));
            case var other:
                throw new InvalidOperationException($"no answer for {other}");
        }
    }

    /// <summary>
    /// Whoever has proven the identity is told that the account was left. The token is used up by that only when a mail is
    /// sent for it; without an address the next step is to restore, for which it is still good.
    /// </summary>
    private async Task<IResult> CloseAsync(
        HeretixDb db,
        IdentityProof proof,
        User user,
        CancellationToken cancellationToken
    )
    {
        if (user.Email is null)
            return answers.Closed(
                proof.Issuer,
                await departures.RestorableUntilAsync(db, user.Id, cancellationToken),
                byMail: false
            );
        var until = await departures.RemindAsync(db, user.Id, cancellationToken);
        await db.Database.CurrentTransaction!.CommitAsync(cancellationToken);
        return answers.Closed(proof.Issuer, until, byMail: true);
    }
}
