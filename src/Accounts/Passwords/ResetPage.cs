using Heretix.Accounts.MagicLink;
using Heretix.Accounts.Telemetry;
using Heretix.Platform.Http;
using Heretix.Platform.Pages;
using Heretix.Platform.Settings;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Heretix.Accounts.Passwords;

/// <summary>
/// The server's own page for a new password, for a server without a web application of its own. Looking changes nothing; the
/// form is bound to the browser that was shown it.
/// </summary>
internal sealed class ResetPage(
    PasswordReset reset,
    LinkConsumption links,
    FormBinding binding,
    LinkFailures failures,
    SignInMeter meter,
    ServerSettings settings,
    ILogger<ResetPage> log
)
{
    private const string PasswordField = "password";
    private const string Title = "Choose a new password";

    /// <summary>Whether mailed links lead to this page: there is no web application that would have one.</summary>
    public static bool IsUsed(ServerSettings settings) => settings.AppUrl == settings.ApiUrl;

    /// <summary>The page for a mailed token.</summary>
    public async Task<IResult> ShowAsync(string? token, HttpContext context, CancellationToken cancellationToken)
    {
        if (string.IsNullOrEmpty(token))
            return Problem.Invalid("token", "must be the token of the mailed link");
        return
            LinkToken.TryParse(token, out var link)
            && await links.LookAsync(link, PasswordReset.Purpose, cancellationToken) is LinkState.Open open
            ? Show(context, link, open.Token.Email)
            : Refuse(context);
    }

    /// <summary>The form of the page was sent.</summary>
    public async Task<IResult> SetAsync(HttpContext context, CancellationToken cancellationToken)
    {
        if (await LinkForm.ReadAsync(context.Request, cancellationToken) is not { } form)
            return failures.Of(
                context,
                StatusCodes.Status400BadRequest,
                "unreadable",
                "The request is not the form of the page."
            );
        if (!LinkToken.TryParse(form[FormBinding.TokenField].ToString(), out var link))
            return Refuse(context);
        if (binding.Check(context, link, form[FormBinding.ConfirmField]) is { } forged)
        {
            meter.Refused(forged.Error);
            Log.Forged(log, null, forged.Error);
            return failures.Of(context, StatusCodes.Status403Forbidden, forged.Error, forged.Detail);
        }
        return await reset.SetAsync(link, form[PasswordField].ToString(), cancellationToken) switch
        {
            ResetOutcome.Done => Done(),
            ResetOutcome.Weak weak => Show(context, link, weak.Email, weak.Problem),
            _ => Refuse(context),
        };
    }

    private IResult Show(HttpContext context, LinkToken link, string email, string? problem = null) =>
        HtmlPage.Render(
            problem is null ? StatusCodes.Status200OK : StatusCodes.Status422UnprocessableEntity,
            Title,
            $"""
            {(problem is null ? HtmlContent.Empty : Remark(problem))}
            <p>For the Heretix account <strong>{email}</strong>. Setting it signs you out everywhere.</p>
            <form method="post" action="/api/auth/reset-password/confirm">
            <input type="hidden" name="{FormBinding.TokenField}" value="{link.Text}">
            <input type="hidden" name="{FormBinding.ConfirmField}" value="{binding.Bind(context, link)}">
            <p><label for="{PasswordField}">New password, at least 8 characters</label><br>
            <input type="password" id="{PasswordField}" name="{PasswordField}" autocomplete="new-password" required></p>
            <button type="submit">Set the password</button>
            </form>
            """
        );

    private static HtmlContent Remark(string problem) =>
        $"<p class=\"notice\" role=\"alert\">The password {problem}.</p>";

    private static IResult Done() =>
        HtmlPage.Render(
            StatusCodes.Status200OK,
            "The password is set",
            $"<p>All sessions were ended. Sign in with the new password.</p>"
        );

    private IResult Refuse(HttpContext context)
    {
        Log.SignInRefused(log, "reset", SignInFailure.InvalidToken);
        return LinkFailures.WantsPage(context.Request)
            ? HtmlPage.Render(
                StatusCodes.Status400BadRequest,
                "Not set",
                $"""
                <p>This link is not valid, was used, or has expired. Ask for a new mail.</p>
                <p><a href="{settings.AppUrl}">Go to Heretix</a></p>
                """
            )
            : PasswordReset.Refusal();
    }
}
