using System.Globalization;
using Heretix.Accounts.External.Issuers;
using Heretix.Accounts.External.Tokens;
using Heretix.Accounts.Telemetry;
using Heretix.Platform.Http;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Extensions.Logging;

namespace Heretix.Accounts.External.SignIn;

/// <summary>
/// Says why an identity was not taken, and counts it. What exactly is wrong with a token stands in the log: who is attacking
/// learns nothing from the answer, and who has made a mistake finds it there.
/// </summary>
internal sealed class ExternalAnswers(SignInMeter meter, ILogger<ExternalAnswers> log)
{
    public ProblemHttpResult TokenRefused(Issuer issuer, TokenFault fault)
    {
        Log.ExternalTokenRefused(log, issuer.Name, fault);
        return fault == TokenFault.Issuer
            ? Refuse(
                issuer,
                StatusCodes.Status400BadRequest,
                SignInFailure.InvalidTokenIssuer,
                $"This token is not of {issuer.DisplayName}."
            )
            : Refuse(
                issuer,
                StatusCodes.Status401Unauthorized,
                SignInFailure.InvalidToken,
                $"This token of {issuer.DisplayName} is not valid or has expired: ask for a new one."
            );
    }

    public ProblemHttpResult TokenUsed(Issuer issuer) =>
        Refuse(
            issuer,
            StatusCodes.Status401Unauthorized,
            SignInFailure.TokenUsed,
            $"This token was used before, and each one works once: ask {issuer.DisplayName} for a new one."
        );

    public ProblemHttpResult NonceRefused(Issuer issuer) =>
        Refuse(
            issuer,
            StatusCodes.Status401Unauthorized,
            SignInFailure.InvalidNonce,
            "The nonce is missing, too old, used, or of another client: ask for one by POST /api/auth/nonce, and begin again."
        );

    public ProblemHttpResult EmailNotVerified(Issuer issuer) =>
        Refuse(
            issuer,
            StatusCodes.Status400BadRequest,
            SignInFailure.EmailNotVerified,
            $"{issuer.DisplayName} has not verified your e-mail address. Sign in otherwise, for example by link, and then link it by POST /api/auth/identities."
        );

    public ProblemHttpResult NotLinked(Issuer issuer) =>
        Refuse(
            issuer,
            StatusCodes.Status400BadRequest,
            SignInFailure.NotLinked,
            $"This identity at {issuer.DisplayName} is linked to no account. Sign in otherwise, for example by link, and then link it by POST /api/auth/identities."
        );

    /// <summary>The answer to whoever has proven to be the owner of a closed account.</summary>
    /// <param name="issuer">Who says so.</param>
    /// <param name="restorableUntil">Until when it can be restored; null when it cannot.</param>
    /// <param name="byMail">A mail that restores it is on its way.</param>
    public ProblemHttpResult Closed(Issuer issuer, DateTimeOffset? restorableUntil, bool byMail)
    {
        if (restorableUntil is not { } until)
            return Refuse(
                issuer,
                StatusCodes.Status403Forbidden,
                SignInFailure.AccountClosed,
                "This account is closed."
            );
        var how = byMail
            ? "by the link in the mail that is being sent to you once more"
            : "by POST /api/account/restore with a new token of the same identity";
        return Refuse(
            issuer,
            StatusCodes.Status403Forbidden,
            SignInFailure.AccountClosed,
            $"This account was left. Until {until.UtcDateTime:yyyy-MM-dd HH:mm} UTC it can be restored, {how}.",
            ("restorable_until", until)
        );
    }

    public ProblemHttpResult Unavailable(HttpContext context, Issuer issuer, TimeSpan wait)
    {
        var seconds = Math.Max(1, (int)Math.Ceiling(wait.TotalSeconds));
        context.Response.Headers.RetryAfter = seconds.ToString(CultureInfo.InvariantCulture);
        return Refuse(
            issuer,
            StatusCodes.Status503ServiceUnavailable,
            SignInFailure.IssuerUnavailable,
            $"The keys of {issuer.DisplayName} cannot be had at the moment, so its tokens cannot be checked. Try again in {seconds} seconds."
        );
    }

    public static ProblemHttpResult NoIssuer() => Problem.NotFound("issuer that signs in here");

    private ProblemHttpResult Refuse(
        Issuer issuer,
        int status,
        string error,
        string detail,
        params ReadOnlySpan<(string Name, object? Value)> members
    )
    {
        var method = MethodOf(issuer);
        meter.Failed(method, error);
        Log.SignInRefused(log, method, error);
        return Problem.Of(status, error, detail, members);
    }

    /// <summary>The method in logs and metrics: one of three, however many issuers there are.</summary>
    public static string MethodOf(Issuer issuer) =>
        issuer.Name switch
        {
            IssuerNames.Google => SignInMethod.Google,
            IssuerNames.Apple => SignInMethod.Apple,
            _ => SignInMethod.Oidc,
        };
}
