using Heretix.Accounts.Devices;
using Heretix.Accounts.Passwords;
using Heretix.Accounts.Sessions;
using Heretix.Accounts.SignIn;
using Heretix.Accounts.Telemetry;
using Heretix.Platform.Http;
using Heretix.Platform.Limits;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Extensions.Logging;

namespace Heretix.Accounts.MagicLink;

/// <summary>
/// Where links lead. In the client that asked, the visit signs in. Anywhere else it changes nothing and shows a page
/// whose form signs in, so that scanners and previews of mail use nothing up. Who asks for tokens is no person who could
/// send a form, and gets an error instead of the page.
/// </summary>
internal sealed class LinkCallback(
    LinkConsumption links,
    LinkBinding binding,
    ConfirmPage page,
    FormBinding forms,
    LinkFailures failures,
    SignInCompletion signIns,
    PasswordHashing hashing,
    RequestLimits limits,
    SignInMeter meter,
    Welcome welcome,
    TimeProvider time,
    ILogger<LinkCallback> log
)
{
    private static readonly string[] Purposes = [EmailToken.SignIn, EmailToken.Registration];

    /// <summary>The link was opened.</summary>
    public async Task<IResult> VisitAsync(
        string? token,
        bool tokens,
        HttpContext context,
        CancellationToken cancellationToken
    )
    {
        if (string.IsNullOrEmpty(token))
            return NoToken();
        if (!LinkToken.TryParse(token, out var link))
            return Refuse(context, SignInFailure.InvalidToken);
        return await links.LookAsync(link, Purposes, cancellationToken) switch
        {
            LinkState.Closed closed => Refuse(context, closed.Error),
            LinkState.Open open
                when binding.Matches(context, open.Token.BindingHash) && (tokens || IsVisit(context.Request)) =>
                await UseAsync(
                    link,
                    open.Token,
                    signIns.VisitOf(context, tokens, SignInMethod.Link),
                    context,
                    cancellationToken
                ),
            LinkState.Open when tokens => Refuse(context, SignInFailure.LinkNotBound),
            LinkState.Open open => page.Show(context, link, open.Token),
            var other => throw new InvalidOperationException($"no answer for {other}"),
        };
    }

    /// <summary>The form of the page was sent.</summary>
    public async Task<IResult> ConfirmAsync(bool tokens, HttpContext context, CancellationToken cancellationToken)
    {
        if (await LinkForm.ReadAsync(context.Request, cancellationToken) is not { } form)
            return failures.Of(
                context,
                StatusCodes.Status400BadRequest,
                "unreadable",
                "The request is not the form of the page."
            );
        var token = form[FormBinding.TokenField].ToString();
        if (token.Length == 0)
            return NoToken();
        if (!LinkToken.TryParse(token, out var link))
            return Refuse(context, SignInFailure.InvalidToken);
        if (forms.Check(context, link, form[FormBinding.ConfirmField]) is { } forged)
        {
            meter.Refused(forged.Error);
            Log.Forged(log, null, forged.Error);
            return failures.Of(context, StatusCodes.Status403Forbidden, forged.Error, forged.Detail);
        }
        return await links.LookAsync(link, Purposes, cancellationToken) switch
        {
            LinkState.Open open
                when await RefuseStrangerAsync(open.Token, form, context, cancellationToken) is { } refusal => refusal,
            LinkState.Open open => await UseAsync(
                link,
                open.Token,
                ConfirmPage.Read(form, signIns.VisitOf(context, tokens, SignInMethod.Link)),
                context,
                cancellationToken
            ),
            LinkState.Closed closed => Refuse(context, closed.Error),
            var other => throw new InvalidOperationException($"no answer for {other}"),
        };
    }

    /// <summary>
    /// The refusal of somebody who did not choose the password that the account would get. Without this, an account could be
    /// prepared for a person who opens the mail, with a password that somebody else knows.
    /// </summary>
    private async Task<IResult?> RefuseStrangerAsync(
        EmailToken token,
        IFormCollection form,
        HttpContext context,
        CancellationToken cancellationToken
    )
    {
        if (token.PasswordHash is null || binding.Matches(context, token.BindingHash))
            return null;
        if (limits.RefuseOver(context, LimitNames.FailedSignIns, token.Id.ToString("N"), TooMany) is { } over)
            return over;
        var readable = Password.TryRead(form[ConfirmPage.PasswordField].ToString(), out var password);
        if (await hashing.CheckAsync(token.PasswordHash, password, cancellationToken) != PasswordMatch.No && readable)
            return null;
        meter.Failed(SignInMethod.Link, SignInFailure.InvalidCredentials);
        Log.SignInRefused(log, SignInMethod.Link, SignInFailure.InvalidCredentials);
        return (IResult?)
                await limits.RefuseAsync(
                    context,
                    LimitNames.FailedSignIns,
                    token.Id.ToString("N"),
                    TooMany,
                    cancellationToken
                )
            ?? failures.Of(
                context,
                StatusCodes.Status401Unauthorized,
                SignInFailure.InvalidCredentials,
                "This is not the password that was chosen when the account was asked for. Open the link again to try again."
            );
    }

    private static string TooMany(LimitDecision decision) => "Too many wrong passwords for this link.";

    private async Task<IResult> UseAsync(
        LinkToken link,
        EmailToken token,
        Visit visit,
        HttpContext context,
        CancellationToken cancellationToken
    )
    {
        switch (await links.UseAsync(token, visit, cancellationToken))
        {
            case LinkUse.Proven proven:
                if (proven.Step.Commits)
                    binding.Release(context);
                return signIns.Answer(
                    context,
                    proven.Step,
                    SignInMethod.Link,
                    proven.NewUser,
                    () => welcome.Go(context),
                    entry => NoRoom(context, link, token, visit, entry)
                );
            case LinkUse.Closed closed:
                meter.Failed(SignInMethod.Link, SignInFailure.AccountClosed);
                Log.SignInRefused(log, SignInMethod.Link, SignInFailure.AccountClosed);
                return failures.Closed(context, closed.RestorableUntil);
            case LinkUse.Refused refused:
                return Refuse(context, refused.Error);
            case var other:
                throw new InvalidOperationException($"no answer for {other}");
        }
    }

    /// <summary>There is no room for the device: people are asked whether to replace one, programs are told how to.</summary>
    private IResult NoRoom(HttpContext context, LinkToken link, EmailToken token, Visit visit, DeviceEntry entry) =>
        entry switch
        {
            _ when visit.WantsTokens || !LinkFailures.WantsPage(context.Request) => DeviceAnswers.Of(
                context,
                entry,
                time.GetUtcNow()
            ),
            DeviceEntry.LimitReached { Replaceable: not null, ReplacementsLeft: > 0 } reached => page.OfferReplacement(
                context,
                link,
                token,
                askPassword: token.PasswordHash is not null && !binding.Matches(context, token.BindingHash),
                reached
            ),
            _ => failures.Of(context, DeviceAnswers.Of(context, entry, time.GetUtcNow())),
        };

    private IResult Refuse(HttpContext context, string error)
    {
        meter.Failed(SignInMethod.Link, error);
        Log.SignInRefused(log, SignInMethod.Link, error);
        return failures.Refuse(context, error);
    }

    private static ProblemHttpResult NoToken() => Problem.Invalid("token", "must be the token of a link");

    /// <summary>
    /// Whether somebody opened the link. A browser that loads a page before anybody asked for it says so, and so does one
    /// that fetches the address for a picture, a frame or a script of another page.
    /// </summary>
    private static bool IsVisit(HttpRequest request) =>
        !Says(request, "Sec-Purpose", "prefetch")
        && !Says(request, "Purpose", "prefetch")
        && (!request.Headers.ContainsKey("Sec-Fetch-Mode") || Says(request, "Sec-Fetch-Mode", "navigate"))
        && (!request.Headers.ContainsKey("Sec-Fetch-Dest") || Says(request, "Sec-Fetch-Dest", "document"));

    private static bool Says(HttpRequest request, string header, string value) =>
        request.Headers[header].ToString().Contains(value, StringComparison.OrdinalIgnoreCase);
}
