using Heretix.Accounts.Devices;
using Heretix.Accounts.Sessions;
using Heretix.Accounts.SignIn;
using Heretix.Platform.Limits;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Heretix.Accounts.MagicLink;

/// <summary>Sign-in by link. None of these looks at the session of the browser: a link replaces it.</summary>
internal static class LinkEndpoints
{
    public static void MapMagicLinks(this IEndpointRouteBuilder auth)
    {
        auth.MapPost(
                "/magic-links",
                (LinkRequestBody body, LinkRequest request, HttpContext context, CancellationToken cancellationToken) =>
                    request.HandleAsync(body, context, cancellationToken)
            )
            .WithName("request_magic_link")
            .WithSummary(
                "Mails a link to sign in by; the answer is the same whether the address has an account or not."
            )
            .Produces(StatusCodes.Status204NoContent)
            .ProducesProblem(StatusCodes.Status422UnprocessableEntity)
            .ProducesProblem(StatusCodes.Status429TooManyRequests)
            .IgnoreSession()
            .Limit(LimitNames.MagicLinkIp);
        auth.MapGet(
                "/callback",
                (
                    string? token,
                    bool? tokens,
                    LinkCallback callback,
                    HttpContext context,
                    CancellationToken cancellationToken
                ) => callback.VisitAsync(token, tokens ?? false, context, cancellationToken)
            )
            .WithName("open_magic_link")
            .WithSummary(
                "Where a mailed link leads: signs in the client that asked for it, and asks any other browser to confirm."
            )
            .Produces<TokensAnswer>(StatusCodes.Status200OK, "application/json", "text/html")
            .Produces(StatusCodes.Status303SeeOther)
            .ProducesProblem(StatusCodes.Status400BadRequest)
            .ProducesProblem(StatusCodes.Status401Unauthorized)
            .TakesDevice()
            .IgnoreSession()
            .Limit(LimitNames.SignIn);
        // Looking whether a link is there must never use it: without this, routing would refuse HEAD as if it were broken.
        auth.MapMethods("/callback", [HttpMethods.Head], static () => TypedResults.Ok())
            .ExcludeFromDescription()
            .IgnoreSession();
        auth.MapPost(
                "/callback",
                (bool? tokens, LinkCallback callback, HttpContext context, CancellationToken cancellationToken) =>
                    callback.ConfirmAsync(tokens ?? false, context, cancellationToken)
            )
            .WithName("confirm_magic_link")
            .WithSummary("The form of the confirmation page: signs this browser in.")
            .Accepts<IFormCollection>("application/x-www-form-urlencoded")
            .Produces<TokensAnswer>()
            .Produces(StatusCodes.Status303SeeOther)
            .ProducesProblem(StatusCodes.Status400BadRequest)
            .TakesDevice()
            .IgnoreSession()
            .Limit(LimitNames.SignIn);
    }
}
