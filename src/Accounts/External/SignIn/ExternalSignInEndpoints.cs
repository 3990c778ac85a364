using Heretix.Accounts.Devices;
using Heretix.Accounts.External.Issuers;
using Heretix.Accounts.Sessions;
using Heretix.Accounts.SignIn;
using Heretix.Platform.Limits;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Heretix.Accounts.External.SignIn;

/// <summary>Sign-in with an account elsewhere. None of these looks at the session that the client may have.</summary>
internal static class ExternalSignInEndpoints
{
    public static void MapExternalSignIn(this IEndpointRouteBuilder auth)
    {
        auth.MapPost("/nonce", IssueNonceAsync)
            .WithName("issue_nonce")
            .WithSummary("A nonce for the flow of an issuer, for ten minutes; with tokens=true without a cookie.")
            .Produces<NonceAnswer>()
            .IgnoreSession();
        Describe(auth.MapPost("/google", For(IssuerNames.Google)), "sign_in_with_google", "Google");
        Describe(auth.MapPost("/apple", For(IssuerNames.Apple)), "sign_in_with_apple", "Apple");
        Describe(
            auth.MapPost(
                "/external/{issuer}",
                (
                    string issuer,
                    IdTokenBody body,
                    bool? tokens,
                    ExternalSignIn signIn,
                    HttpContext context,
                    CancellationToken cancellationToken
                ) => signIn.HandleAsync(issuer, body, tokens ?? false, context, cancellationToken)
            ),
            "sign_in_with_issuer",
            "an issuer of Heretix:Accounts:Issuers"
        );
    }

    private static Func<IdTokenBody, bool?, ExternalSignIn, HttpContext, CancellationToken, Task<IResult>> For(
        string issuer
    ) =>
        (body, tokens, signIn, context, cancellationToken) =>
            signIn.HandleAsync(issuer, body, tokens ?? false, context, cancellationToken);

    private static void Describe(RouteHandlerBuilder endpoint, string name, string issuer) =>
        endpoint
            .WithName(name)
            .WithSummary(
                $"Signs in by an ID token of {issuer}: a browser by cookies, and with tokens=true an API client by tokens."
            )
            .Produces<SignedInUser>()
            .ProducesProblem(StatusCodes.Status400BadRequest)
            .ProducesProblem(StatusCodes.Status401Unauthorized)
            .ProducesProblem(StatusCodes.Status403Forbidden)
            .ProducesProblem(StatusCodes.Status404NotFound)
            .ProducesProblem(StatusCodes.Status422UnprocessableEntity)
            .ProducesProblem(StatusCodes.Status429TooManyRequests)
            .ProducesProblem(StatusCodes.Status503ServiceUnavailable)
            .TakesDevice()
            .IgnoreSession()
            .Limit(LimitNames.SignIn);

    private static async Task<IResult> IssueNonceAsync(
        bool? tokens,
        Nonces nonces,
        HttpContext context,
        CancellationToken cancellationToken
    ) => TypedResults.Ok(await nonces.IssueAsync(context, tokens ?? false, cancellationToken));
}
