using Heretix.Accounts.External.Issuers;
using Heretix.Accounts.External.SignIn;
using Heretix.Accounts.Sessions;
using Heretix.Platform.Database;
using Heretix.Platform.Http;
using Heretix.Platform.Http.Paging;
using Heretix.Platform.Limits;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;

namespace Heretix.Accounts.External.Identities;

/// <summary>Who the signed-in user is elsewhere: the list, linking and unlinking.</summary>
internal static class IdentityEndpoints
{
    public static void MapIdentities(this IEndpointRouteBuilder auth)
    {
        auth.MapGet("/identities", ListAsync)
            .WithName("list_identities")
            .WithSummary("The identities elsewhere by which the signed-in user can sign in, the newest first.")
            .Produces<Page<IdentityView>>()
            .ProducesProblem(StatusCodes.Status422UnprocessableEntity)
            .RequireUser();
        auth.MapPost("/identities", LinkAsync)
            .WithName("link_identity")
            .WithSummary("Links an identity to the signed-in user; repeating it changes nothing.")
            .Produces<IdentityView>()
            .Produces<IdentityView>(StatusCodes.Status201Created)
            .ProducesProblem(StatusCodes.Status400BadRequest)
            .ProducesProblem(StatusCodes.Status403Forbidden)
            .ProducesProblem(StatusCodes.Status404NotFound)
            .ProducesProblem(StatusCodes.Status409Conflict)
            .ProducesProblem(StatusCodes.Status422UnprocessableEntity)
            .ProducesProblem(StatusCodes.Status429TooManyRequests)
            .ProducesProblem(StatusCodes.Status503ServiceUnavailable)
            .RequireUser()
            .Limit(LimitNames.SignIn);
        auth.MapDelete("/identities/{id:guid}", UnlinkAsync)
            .WithName("unlink_identity")
            .WithSummary("Unlinks an identity and ends every other session of the user.")
            .Produces(StatusCodes.Status204NoContent)
            .ProducesProblem(StatusCodes.Status403Forbidden)
            .ProducesProblem(StatusCodes.Status404NotFound)
            .ProducesProblem(StatusCodes.Status409Conflict)
            .RequireUser();
    }

    private static async Task<IResult> ListAsync(
        [AsParameters] PageQuery query,
        HttpContext context,
        IDbContextFactory<HeretixDb> databases,
        IssuerList issuers,
        CancellationToken cancellationToken
    )
    {
        if (query.Read("identities", out var page) is { } problem)
            return problem;
        var user = context.RequiredUserId();
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        var identities = await page.ReadAsync(
            db.Set<ExternalIdentity>()
                .AsNoTracking()
                .Where(identity => identity.UserId == user && identity.UnlinkedAt == null),
            identity => new Cursor(identity.CreatedAt, identity.Id),
            identity => ViewOf(identity, issuers),
            cancellationToken
        );
        return TypedResults.Ok(identities);
    }

    private static async Task<IResult> LinkAsync(
        LinkIdentityBody body,
        HttpContext context,
        IdentityLinking linking,
        IdentityProofs proofs,
        IssuerList issuers,
        ILogger<ExternalIdentity> log,
        CancellationToken cancellationToken
    )
    {
        if (issuers.Named(body.Issuer) is not { } issuer)
            return Problem.Invalid("issuer", "must be the name of an issuer that is configured here");
        if (string.IsNullOrEmpty(body.IdToken))
            return Problem.Invalid("id_token", "must be an ID token");
        var shown = new IdTokenBody(body.IdToken, body.Nonce);
        var (proof, refusal) = await proofs.ReadAsync(context, issuer, shown, cancellationToken);
        if (proof is null)
            return refusal!;
        var user = context.RequiredUserId();
        switch (await linking.LinkAsync(user, proof, cancellationToken))
        {
            case LinkOutcome.Linked { Now: true, Identity: var identity }:
                Log.IdentityLinked(log, user, identity.Id, issuer.Name);
                return TypedResults.Created("/api/auth/identities", ViewOf(identity, issuers));
            case LinkOutcome.Linked { Identity: var identity }:
                return TypedResults.Ok(ViewOf(identity, issuers));
            case LinkOutcome.InUse:
                return Problem.Of(
                    StatusCodes.Status409Conflict,
                    "identity_in_use",
                    $"This identity at {issuer.DisplayName} is linked to another account; unlink it there first."
                );
            case LinkOutcome.Refused { Use: var use }:
                return proofs.Refuse(proof, use);
            case var other:
                throw new InvalidOperationException($"no answer for {other}");
        }
    }

    private static async Task<IResult> UnlinkAsync(
        Guid id,
        HttpContext context,
        IdentityLinking linking,
        ILogger<ExternalIdentity> log,
        CancellationToken cancellationToken
    )
    {
        var user = context.RequiredUserId();
        switch (await linking.UnlinkAsync(user, id, context.Caller().SessionId, cancellationToken))
        {
            case UnlinkOutcome.Unlinked:
                Log.IdentityUnlinked(log, user, id);
                return TypedResults.NoContent();
            case UnlinkOutcome.LastWayIn:
                return Problem.Of(
                    StatusCodes.Status409Conflict,
                    "last_way_in",
                    "Without this identity you could not sign in any more, because the account has no e-mail address. Link another one first."
                );
            default:
                return Problem.NotFound("identity");
        }
    }

    private static IdentityView ViewOf(ExternalIdentity identity, IssuerList issuers) =>
        new(
            identity.Id,
            issuers.OfUrl(identity.Issuer)?.Name ?? identity.Issuer,
            identity.Subject,
            identity.Email,
            identity.CreatedAt,
            identity.LastUsedAt
        );
}
