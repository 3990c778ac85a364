using Heretix.Accounts.Sessions;
using Heretix.Accounts.Telemetry;
using Heretix.Platform.Http;
using Heretix.Platform.Settings;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Extensions.Logging;

namespace Heretix.Accounts.MagicLink;

/// <summary>
/// Where links lead. In the browser that asked, the visit signs in. Anywhere else it changes nothing and shows a page
/// whose form signs in, so that scanners and previews of mail use nothing up.
/// </summary>
internal sealed class LinkCallback(
    LinkConsumption links,
    LinkBinding binding,
    ConfirmPage page,
    LinkFailures failures,
    SessionCookie sessions,
    SignInMeter meter,
    ServerSettings settings,
    ILogger<LinkCallback> log
)
{
    private readonly string welcome = settings.AppUrl.AbsoluteUri.TrimEnd('/') + "/?signed=1";

    /// <summary>The link was opened.</summary>
    public async Task<IResult> VisitAsync(string? token, HttpContext context, CancellationToken cancellationToken)
    {
        if (string.IsNullOrEmpty(token))
            return NoToken();
        if (!LinkToken.TryParse(token, out var link))
            return Refuse(context, SignInFailure.InvalidToken);
        return await links.LookAsync(link, cancellationToken) switch
        {
            LinkState.Closed closed => Refuse(context, closed.Error),
            LinkState.Open open when binding.Matches(context, open.Token.BindingHash) && !IsPrefetch(context.Request) =>
                await UseAsync(open.Token, context, cancellationToken),
            LinkState.Open open => page.Show(context, link, open.Token.Email),
            var other => throw new InvalidOperationException($"no answer for {other}"),
        };
    }

    /// <summary>The form of the page was sent.</summary>
    public async Task<IResult> ConfirmAsync(HttpContext context, CancellationToken cancellationToken)
    {
        if (await LinkForm.ReadAsync(context.Request, cancellationToken) is not { } form)
            return failures.Of(
                context,
                StatusCodes.Status400BadRequest,
                "unreadable",
                "The request is not the form of the page."
            );
        var token = form[ConfirmPage.TokenField].ToString();
        if (token.Length == 0)
            return NoToken();
        if (!LinkToken.TryParse(token, out var link))
            return Refuse(context, SignInFailure.InvalidToken);
        if (page.Check(context, link, form[ConfirmPage.ConfirmField]) is { } forged)
        {
            meter.Refused(forged.Error);
            Log.Forged(log, null, forged.Error);
            return failures.Of(context, StatusCodes.Status403Forbidden, forged.Error, forged.Detail);
        }
        return await links.LookAsync(link, cancellationToken) switch
        {
            LinkState.Open open => await UseAsync(open.Token, context, cancellationToken),
            LinkState.Closed closed => Refuse(context, closed.Error),
            var other => throw new InvalidOperationException($"no answer for {other}"),
        };
    }

    private async Task<IResult> UseAsync(EmailToken token, HttpContext context, CancellationToken cancellationToken)
    {
        var visit = new Visit(context.Request.Headers.UserAgent, sessions.Read(context));
        switch (await links.UseAsync(token, visit, cancellationToken))
        {
            case LinkUse.SignedIn signedIn:
                meter.Completed(signedIn.NewUser);
                if (signedIn.NewUser)
                    Log.UserCreated(log, signedIn.UserId);
                Log.SignedIn(log, signedIn.UserId, signedIn.Session.Id);
                sessions.Issue(context, signedIn.Session.Token);
                binding.Release(context);
                context.Response.Headers.Location = welcome;
                return TypedResults.StatusCode(StatusCodes.Status303SeeOther);
            case LinkUse.Closed closed:
                meter.Failed(SignInFailure.AccountClosed);
                Log.SignInRefused(log, SignInFailure.AccountClosed);
                return failures.Closed(context, closed.RestorableUntil);
            case LinkUse.Refused refused:
                return Refuse(context, refused.Error);
            case var other:
                throw new InvalidOperationException($"no answer for {other}");
        }
    }

    private IResult Refuse(HttpContext context, string error)
    {
        meter.Failed(error);
        Log.SignInRefused(log, error);
        return failures.Refuse(context, error);
    }

    private static ProblemHttpResult NoToken() => Problem.Invalid("token", "must be the token of a link");

    /// <summary>A browser that loads a page before anybody asked for it says so; that is not a visit.</summary>
    private static bool IsPrefetch(HttpRequest request) =>
        request.Headers["Sec-Purpose"].ToString().Contains("prefetch", StringComparison.OrdinalIgnoreCase)
        || request.Headers["Purpose"].ToString().Contains("prefetch", StringComparison.OrdinalIgnoreCase);
}
