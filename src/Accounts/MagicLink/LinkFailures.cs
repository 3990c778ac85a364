using Heretix.Accounts.Telemetry;
using Heretix.Platform.Http;
using Heretix.Platform.Pages;
using Heretix.Platform.Settings;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Heretix.Accounts.MagicLink;

/// <summary>Tells why a link did not sign in: people in a browser by a page, programs by a problem.</summary>
internal sealed class LinkFailures(ServerSettings settings)
{
    /// <summary>The answer for a link that cannot be used.</summary>
    /// <param name="error">One of <see cref="SignInFailure"/>.</param>
    public IResult Refuse(HttpContext context, string error) =>
        error switch
        {
            SignInFailure.TokenUsed => Of(context, 400, error, "This link was used already. Each link works once."),
            SignInFailure.TokenExpired => Of(
                context,
                400,
                error,
                "This link has expired, or ended when another link for the same address was used."
            ),
            SignInFailure.LinkNotBound => Of(
                context,
                403,
                error,
                "Tokens are given to the client that asked for the link: send the cookie that came with the answer to POST /api/auth/magic-links."
            ),
            _ => Of(
                context,
                400,
                SignInFailure.InvalidToken,
                "This link is not valid. Is it complete, and the newest?"
            ),
        };

    /// <summary>The answer for the owner of a closed account, who has proven the address.</summary>
    /// <param name="restorableUntil">Until when it can be restored; null when it cannot.</param>
    public IResult Closed(HttpContext context, DateTimeOffset? restorableUntil) =>
        restorableUntil is { } until
            ? Of(
                context,
                403,
                SignInFailure.AccountClosed,
                $"This account was left. Until {until.UtcDateTime:yyyy-MM-dd HH:mm} UTC it can be restored, by the link in the mail that is being sent to you once more.",
                ("restorable_until", until)
            )
            : Of(context, 403, SignInFailure.AccountClosed, "This account is closed.");

    /// <summary>The answer for a failure that is a problem already.</summary>
    public IResult Of(HttpContext context, ProblemHttpResult problem) =>
        WantsPage(context.Request) ? Page(problem.StatusCode, problem.ProblemDetails.Detail ?? "") : problem;

    /// <summary>The answer for any other failure.</summary>
    public IResult Of(
        HttpContext context,
        int status,
        string error,
        string detail,
        params ReadOnlySpan<(string Name, object? Value)> members
    ) => WantsPage(context.Request) ? Page(status, detail) : Problem.Of(status, error, detail, members);

    private IResult Page(int status, string detail) =>
        HtmlPage.Render(
            status,
            "Not signed in",
            $"""
            <p>{detail}</p>
            <p><a href="{settings.AppUrl}">Go to Heretix</a>, where you can ask for a new link.</p>
            """
        );

    /// <summary>Browsers name the type when they navigate; programs say nothing or <c>*/*</c>.</summary>
    internal static bool WantsPage(HttpRequest request) =>
        request
            .GetTypedHeaders()
            .Accept.Any(accepted => accepted.MediaType.Equals("text/html", StringComparison.OrdinalIgnoreCase));
}
