using Heretix.Accounts.MagicLink;
using Heretix.Accounts.Telemetry;
using Heretix.Platform.Http;
using Heretix.Platform.Pages;
using Heretix.Platform.Settings;
using Microsoft.AspNetCore.Http;

namespace Heretix.Accounts.Leaving.Restoring;

/// <summary>
/// The page to which the mailed link leads. Its button sends the form that restores, so that a scanner which only follows
/// links restores nothing. Unlike the page for signing in it needs no cookie: the form signs nobody in, and whoever could
/// make a browser send it holds the token and can send it himself.
/// </summary>
internal sealed class RestorePage(ServerSettings settings)
{
    public const string TokenField = "token";

    /// <summary>The page for a link that can be used.</summary>
    public static IResult Ask(LinkToken link, RestoreState.Open open) =>
        HtmlPage.Render(
            StatusCodes.Status200OK,
            "Restore the account",
            $"""
            <p>Do you want the Heretix account <strong>{open.Email}</strong> back? Otherwise it is erased after
            {open.Until.UtcDateTime:yyyy-MM-dd HH:mm} UTC.</p>
            <form method="post" action="/api/account/restore/confirm">
            <input type="hidden" name="{TokenField}" value="{link.Text}">
            <button type="submit">Restore</button>
            </form>
            """
        );

    /// <summary>It is done.</summary>
    public IResult Done() =>
        HtmlPage.Render(
            StatusCodes.Status200OK,
            "Restored",
            $"""
            <p>Your account is back. <a href="{settings.AppUrl}">Go to Heretix</a> and sign in.</p>
            """
        );

    /// <summary>It cannot be done: people in a browser are told by a page, programs by a problem.</summary>
    public static IResult Refuse(HttpContext context, string error)
    {
        var detail = error switch
        {
            SignInFailure.TokenUsed => "This link was used already: the account was restored. Sign in.",
            SignInFailure.TokenExpired => "The time in which the account could be restored is over.",
            _ => "This link is not valid. Is it complete, and the newest?",
        };
        return LinkFailures.WantsPage(context.Request)
            ? HtmlPage.Render(StatusCodes.Status400BadRequest, "Not restored", $"<p>{detail}</p>")
            : Problem.Of(StatusCodes.Status400BadRequest, error, detail);
    }
}
