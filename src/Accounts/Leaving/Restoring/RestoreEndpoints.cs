using Heretix.Accounts.MagicLink;
using Heretix.Accounts.Sessions;
using Heretix.Accounts.Telemetry;
using Heretix.Platform.Http;
using Heretix.Platform.Limits;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;

namespace Heretix.Accounts.Leaving.Restoring;

/// <summary>Takes a departure back, by the token that was mailed or by an identity.</summary>
/// <param name="Token">From the link that was mailed.</param>
/// <param name="Issuer">The name of the issuer, when the proof is an identity.</param>
/// <param name="IdToken">Its ID token; of an issuer like Clerk the session token.</param>
/// <param name="Nonce">As for signing in.</param>
internal sealed record RestoreBody(string? Token, string? Issuer = null, string? IdToken = null, string? Nonce = null)
{
    /// <summary>Not the tokens: a record would print its members.</summary>
    public override string ToString() => "(tokens)";
}

/// <summary>Coming back. The mailed token or an identity is the proof; no session is looked at, and none is opened.</summary>
internal static class RestoreEndpoints
{
    public static void MapRestore(this IEndpointRouteBuilder account)
    {
        account
            .MapPost("/restore", RestoreAsync)
            .WithName("restore_account")
            .WithSummary(
                "Restores an account that was left, by the token that was mailed or by a linked identity; then signing in works again."
            )
            .Produces(StatusCodes.Status204NoContent)
            .ProducesProblem(StatusCodes.Status400BadRequest)
            .ProducesProblem(StatusCodes.Status401Unauthorized)
            .ProducesProblem(StatusCodes.Status422UnprocessableEntity)
            .ProducesProblem(StatusCodes.Status503ServiceUnavailable)
            .IgnoreSession()
            .Limit(LimitNames.SignIn);
        account
            .MapGet("/restore", ShowAsync)
            .WithName("open_restore_link")
            .WithSummary("Where the mailed link leads: a page that asks whether to restore the account.")
            .Produces(StatusCodes.Status200OK, contentType: "text/html")
            .ProducesProblem(StatusCodes.Status400BadRequest)
            .ProducesProblem(StatusCodes.Status422UnprocessableEntity)
            .IgnoreSession()
            .Limit(LimitNames.SignIn);
        account
            .MapMethods("/restore", [HttpMethods.Head], static () => TypedResults.Ok())
            .ExcludeFromDescription()
            .IgnoreSession();
        account
            .MapPost("/restore/confirm", ConfirmAsync)
            .WithName("confirm_restore")
            .WithSummary("The form of that page: restores the account.")
            .Accepts<IFormCollection>("application/x-www-form-urlencoded")
            .Produces(StatusCodes.Status200OK, contentType: "text/html")
            .ProducesProblem(StatusCodes.Status400BadRequest)
            .ProducesProblem(StatusCodes.Status422UnprocessableEntity)
            .IgnoreSession()
            .Limit(LimitNames.SignIn);
    }

    private static async Task<IResult> RestoreAsync(
        RestoreBody body,
        Restoration restoration,
        IdentityRestoration identities,
        HttpContext context,
        CancellationToken cancellationToken
    )
    {
        if (string.IsNullOrEmpty(body.Token) && !string.IsNullOrEmpty(body.IdToken))
            return await identities.HandleAsync(body, context, cancellationToken);
        if (string.IsNullOrEmpty(body.Token))
            return NoToken();
        if (!LinkToken.TryParse(body.Token, out var link))
            return RestorePage.Refuse(context, SignInFailure.InvalidToken);
        return await restoration.UseAsync(link, cancellationToken) is RestoreState.Refused refused
            ? RestorePage.Refuse(context, refused.Error)
            : TypedResults.NoContent();
    }

    private static async Task<IResult> ShowAsync(
        string? token,
        Restoration restoration,
        HttpContext context,
        CancellationToken cancellationToken
    )
    {
        if (string.IsNullOrEmpty(token))
            return NoToken();
        if (!LinkToken.TryParse(token, out var link))
            return RestorePage.Refuse(context, SignInFailure.InvalidToken);
        return await restoration.LookAsync(link, cancellationToken) switch
        {
            RestoreState.Open open => RestorePage.Ask(link, open),
            RestoreState.Refused refused => RestorePage.Refuse(context, refused.Error),
            var other => throw new InvalidOperationException($"no answer for {other}"),
        };
    }

    private static async Task<IResult> ConfirmAsync(
        Restoration restoration,
        RestorePage page,
        HttpContext context,
        CancellationToken cancellationToken
    )
    {
        if (await LinkForm.ReadAsync(context.Request, cancellationToken) is not { } form)
            return Problem.Of(
                StatusCodes.Status400BadRequest,
                "unreadable",
                "The request is not the form of the page."
            );
        var token = form[RestorePage.TokenField].ToString();
        if (token.Length == 0)
            return NoToken();
        if (!LinkToken.TryParse(token, out var link))
            return RestorePage.Refuse(context, SignInFailure.InvalidToken);
        return await restoration.UseAsync(link, cancellationToken) is RestoreState.Refused refused
            ? RestorePage.Refuse(context, refused.Error)
            : page.Done();
    }

    private static ProblemHttpResult NoToken() => Problem.Invalid("token", "must be the token of the mailed link");
}
