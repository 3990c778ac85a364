using Heretix.Accounts.MagicLink;
using Heretix.Accounts.Sessions;
using Heretix.Platform.Pages;
using Microsoft.AspNetCore.Http;

namespace Heretix.Accounts.Totp.Challenges;

/// <summary>
/// The page that asks a browser for the code. The challenge is in the browser's cookie and not in the page, so that nothing on
/// it is worth stealing. The form is taken from our own origins alone.
/// </summary>
internal sealed class ChallengePage(LinkFailures failures)
{
    private const string ReplaceField = "replace_device";
    public const string CodeField = "code";

    /// <summary>The visit of who sent the form.</summary>
    public static Visit Read(IFormCollection form, Visit visit) =>
        form[ReplaceField] == "true" ? visit with { Device = visit.Device with { Replaces = true } } : visit;

    private static HtmlContent Replacement() => $"""<input type="hidden" name="{ReplaceField}" value="true">""";

    /// <summary>The page.</summary>
    /// <param name="context">The request.</param>
    /// <param name="status">Of the answer.</param>
    /// <param name="remark">What was wrong before; null for the first time.</param>
    /// <param name="replaces">The form lets this device take the place of the one that the remark names.</param>
    public static IResult Show(
        HttpContext context,
        int status = StatusCodes.Status200OK,
        string? remark = null,
        bool replaces = false
    )
    {
        // Without a referrer policy that names the origin, the browser would send the form with "Origin: null".
        context.Response.OnStarting(() =>
        {
            context.Response.Headers["Referrer-Policy"] = "strict-origin";
            return Task.CompletedTask;
        });
        return HtmlPage.Render(
            status,
            "Enter your code",
            $"""
            {(remark is null ? HtmlContent.Empty : Remark(remark))}
            <p>Your account asks for a second proof: the code that your app shows for Heretix.</p>
            <form method="post" action="{SignInChallenges.PagePath}">
            <p><label for="{CodeField}">Code, or a recovery code</label><br>
            <input id="{CodeField}" name="{CodeField}" autocomplete="one-time-code" autocapitalize="characters" spellcheck="false"
            maxlength="64" required autofocus></p>
            {(replaces ? Replacement() : HtmlContent.Empty)}
            <button type="submit">Sign in</button>
            </form>
            <p class="quiet">You have lost the app? Type one of the recovery codes that you were given with it. Without those the
            operator of this server can help.</p>
            """
        );
    }

    private static HtmlContent Remark(string remark) => $"<p class=\"notice\" role=\"alert\">{remark}</p>";

    /// <summary>It cannot be asked any more.</summary>
    public IResult Gone(HttpContext context) =>
        failures.Of(
            context,
            StatusCodes.Status401Unauthorized,
            ChallengeEndpoints.InvalidChallenge,
            ChallengeEndpoints.GoneDetail
        );

    /// <summary>The form did not come from a page of ours.</summary>
    public IResult Refuse(HttpContext context, string error, string detail) =>
        failures.Of(context, StatusCodes.Status403Forbidden, error, detail);
}
