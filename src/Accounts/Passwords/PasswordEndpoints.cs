using Heretix.Accounts.Devices;
using Heretix.Accounts.Sessions;
using Heretix.Accounts.SignIn;
using Heretix.Platform.Limits;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Heretix.Accounts.Passwords;

/// <summary>Sign-up and sign-in with a password. None of these looks at the session that the client may have.</summary>
internal static class PasswordEndpoints
{
    public static void MapPasswords(this IEndpointRouteBuilder auth)
    {
        auth.MapPost(
                "/register",
                (
                    RegisterBody body,
                    PasswordMailRequests requests,
                    HttpContext context,
                    CancellationToken cancellationToken
                ) => requests.RegisterAsync(body, context, cancellationToken)
            )
            .WithName("register")
            .WithSummary(
                "Asks for an account with a password. It is made when the mailed link is opened; the answer is the same when there is one."
            )
            .Produces(StatusCodes.Status201Created)
            .ProducesProblem(StatusCodes.Status422UnprocessableEntity)
            .ProducesProblem(StatusCodes.Status429TooManyRequests)
            .IgnoreSession()
            .Limit(LimitNames.MagicLinkIp);
        auth.MapPost(
                "/login",
                (
                    LoginBody body,
                    bool? tokens,
                    PasswordSignIn signIn,
                    HttpContext context,
                    CancellationToken cancellationToken
                ) => signIn.HandleAsync(body, tokens ?? false, context, cancellationToken)
            )
            .WithName("log_in")
            .WithSummary(
                "Signs in with a password: a browser by cookies, and with tokens=true an API client by the answer of POST /api/auth/refresh."
            )
            .Produces<SignedInUser>()
            .ProducesProblem(StatusCodes.Status401Unauthorized)
            .ProducesProblem(StatusCodes.Status403Forbidden)
            .ProducesProblem(StatusCodes.Status422UnprocessableEntity)
            .TakesDevice()
            .ProducesProblem(StatusCodes.Status429TooManyRequests)
            .ProducesProblem(StatusCodes.Status503ServiceUnavailable)
            .IgnoreSession()
            .Limit(LimitNames.SignIn);
        auth.MapPost(
                "/forgot-password",
                (
                    ForgotPasswordBody body,
                    PasswordMailRequests requests,
                    HttpContext context,
                    CancellationToken cancellationToken
                ) => requests.ForgotAsync(body, context, cancellationToken)
            )
            .WithName("forgot_password")
            .WithSummary("Mails a token to set a new password by, when the address has an account.")
            .Produces(StatusCodes.Status204NoContent)
            .ProducesProblem(StatusCodes.Status422UnprocessableEntity)
            .ProducesProblem(StatusCodes.Status429TooManyRequests)
            .IgnoreSession()
            .Limit(LimitNames.PasswordReset);
        auth.MapPost(
                "/reset-password",
                (ResetPasswordBody body, PasswordReset reset, CancellationToken cancellationToken) =>
                    reset.HandleAsync(body, cancellationToken)
            )
            .WithName("reset_password")
            .WithSummary("Sets a new password with a mailed token and ends all sessions of the user.")
            .Produces(StatusCodes.Status204NoContent)
            .ProducesProblem(StatusCodes.Status400BadRequest)
            .ProducesProblem(StatusCodes.Status422UnprocessableEntity)
            .ProducesProblem(StatusCodes.Status429TooManyRequests)
            .IgnoreSession()
            .Limit(LimitNames.SignIn);
        auth.MapPost(
                "/change-password",
                (
                    ChangePasswordBody body,
                    PasswordChange change,
                    HttpContext context,
                    CancellationToken cancellationToken
                ) => change.HandleAsync(body, context, cancellationToken)
            )
            .WithName("change_password")
            .WithSummary(
                "Changes the password of the signed-in user, who shows the one so far; renews this session and ends all others."
            )
            .Produces<TokensAnswer>()
            .Produces(StatusCodes.Status204NoContent)
            .ProducesProblem(StatusCodes.Status403Forbidden)
            .ProducesProblem(StatusCodes.Status409Conflict)
            .ProducesProblem(StatusCodes.Status422UnprocessableEntity)
            .ProducesProblem(StatusCodes.Status429TooManyRequests)
            .ProducesProblem(StatusCodes.Status503ServiceUnavailable)
            .RequireSession();
        auth.MapGet(
                "/reset-password",
                (string? token, ResetPage page, HttpContext context, CancellationToken cancellationToken) =>
                    page.ShowAsync(token, context, cancellationToken)
            )
            .WithName("open_reset_link")
            .WithSummary("Where the mailed link leads when there is no web application: a page for the new password.")
            .Produces(StatusCodes.Status200OK, contentType: "text/html")
            .ProducesProblem(StatusCodes.Status400BadRequest)
            .ProducesProblem(StatusCodes.Status422UnprocessableEntity)
            .IgnoreSession()
            .Limit(LimitNames.SignIn);
        auth.MapMethods("/reset-password", [HttpMethods.Head], static () => TypedResults.Ok())
            .ExcludeFromDescription()
            .IgnoreSession();
        auth.MapPost(
                "/reset-password/confirm",
                (ResetPage page, HttpContext context, CancellationToken cancellationToken) =>
                    page.SetAsync(context, cancellationToken)
            )
            .WithName("confirm_reset")
            .WithSummary("The form of that page: sets the password.")
            .Accepts<IFormCollection>("application/x-www-form-urlencoded")
            .Produces(StatusCodes.Status200OK, contentType: "text/html")
            .ProducesProblem(StatusCodes.Status400BadRequest)
            .ProducesProblem(StatusCodes.Status403Forbidden)
            .ProducesProblem(StatusCodes.Status422UnprocessableEntity)
            .IgnoreSession()
            .Limit(LimitNames.SignIn);
    }
}
