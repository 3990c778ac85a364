using Heretix.Accounts.Sessions;
using Heretix.Accounts.SignIn;
using Heretix.Accounts.Totp.Challenges;
using Heretix.Platform.Http;
using Microsoft.AspNetCore.Http;

namespace Heretix.Accounts.Totp;

/// <summary>Answers changes of the second factor: what went wrong in one place, and the renewed session in its cookies or tokens.</summary>
internal sealed class TotpAnswers(RenewedSession renewed)
{
    /// <summary>Makes a change with the code of a request, and answers it.</summary>
    /// <param name="context">The request.</param>
    /// <param name="body">Its body.</param>
    /// <param name="change">The change.</param>
    /// <param name="done">The answer when it was made; with the next tokens of an API client.</param>
    public async Task<IResult> OfAsync(
        HttpContext context,
        CodeBody body,
        Func<string, Task<TotpChange>> change,
        Func<TotpChange.Done, TokensAnswer?, IResult> done
    )
    {
        if (string.IsNullOrWhiteSpace(body.Code))
            return Problem.Invalid("code", "must be a code of your app, or a recovery code");
        switch (await change(body.Code))
        {
            case TotpChange.Done made:
                return done(made, renewed.Give(context, made.Session));
            case TotpChange.WrongCode:
                return Problem.Of(
                    StatusCodes.Status403Forbidden,
                    "invalid_code",
                    "This code is wrong, was used before, or is too old."
                );
            case TotpChange.Limited limited:
                return ChallengeEndpoints.Limited(context, limited.Wait);
            case TotpChange.Refused { Reason: TotpRefusal.SignedOut }:
                return Problem.SignInRequired();
            case TotpChange.Refused refused:
                var (error, detail) = Words(refused.Reason);
                return Problem.Of(StatusCodes.Status409Conflict, error, detail);
            case var other:
                throw new InvalidOperationException($"no answer for {other.GetType().Name}");
        }
    }

    private static (string Error, string Detail) Words(TotpRefusal reason) =>
        reason switch
        {
            TotpRefusal.AlreadyEnabled => ("totp_already_enabled", "The account has a second factor already."),
            TotpRefusal.NotBegun => (
                "totp_not_begun",
                "There is no secret to be confirmed, or it waited too long: begin by POST /api/auth/totp."
            ),
            TotpRefusal.NotEnabled => ("totp_not_enabled", "The account has no second factor."),
            TotpRefusal.Mandatory => (
                "second_factor_mandatory",
                "On this server everybody has a second factor; it cannot be taken away."
            ),
            _ => throw new InvalidOperationException($"no words for {reason}"),
        };
}
