using Heretix.Accounts.Sessions;
using Heretix.Accounts.SignIn;
using Heretix.Accounts.Totp.Challenges;
using Heretix.Platform.Database;
using Heretix.Platform.Http;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace Heretix.Accounts.Totp;

/// <summary>A code for the second factor.</summary>
/// <param name="Code">Six digits of the app, or a recovery code where one is taken.</param>
internal sealed record CodeBody(string? Code)
{
    /// <summary>Not the code: a record would print its members.</summary>
    public override string ToString() => "(second factor)";
}

/// <summary>A secret for an app. It is shown once.</summary>
/// <param name="Secret">In base32, to be typed.</param>
/// <param name="OtpauthUri">The same as an address, to be shown as a QR code.</param>
/// <param name="ExpiresAt">Until when it can be confirmed (UTC).</param>
internal sealed record TotpSecretAnswer(string Secret, string OtpauthUri, DateTimeOffset ExpiresAt)
{
    /// <summary>Not the secret: a record would print its members.</summary>
    public override string ToString() => "(secret)";
}

/// <summary>Recovery codes. They are shown once.</summary>
/// <param name="RecoveryCodes">Each stands in for a code of the app once.</param>
/// <param name="Tokens">The next tokens of an API client whose rights changed; null otherwise.</param>
internal sealed record RecoveryCodesAnswer(IReadOnlyList<string> RecoveryCodes, TokensAnswer? Tokens)
{
    /// <summary>Not the codes: a record would print its members.</summary>
    public override string ToString() => "(recovery codes)";
}

/// <summary>The second factor of the signed-in user.</summary>
/// <param name="Enabled">Signing in takes a code.</param>
/// <param name="Since">Since when (UTC); null when it does not.</param>
/// <param name="RecoveryCodesLeft">Recovery codes that were not used.</param>
/// <param name="Required">The operator asks it of everybody.</param>
internal sealed record TotpState(bool Enabled, DateTimeOffset? Since, int RecoveryCodesLeft, bool Required);

/// <summary>The second factor of the signed-in user: looking, setting up, new recovery codes, taking away.</summary>
internal static class TotpEndpoints
{
    public static void MapTotp(this IEndpointRouteBuilder auth)
    {
        var totp = auth.MapGroup("/totp");
        totp.MapChallenges();
        totp.MapGet("", StateAsync)
            .WithName("get_second_factor")
            .WithSummary("Whether the signed-in user has a second factor, and how many recovery codes are left.")
            .Produces<TotpState>()
            .RequireUser()
            .OpenBeforeEnrolment();
        totp.MapPost("", BeginAsync)
            .WithName("begin_second_factor")
            .WithSummary(
                "Gives a secret for an app. It counts once it is confirmed by a code; the session must be a new one."
            )
            .Produces<TotpSecretAnswer>()
            .ProducesProblem(StatusCodes.Status403Forbidden)
            .ProducesProblem(StatusCodes.Status409Conflict)
            .RequireSession()
            .OpenBeforeEnrolment();
        totp.MapPost("/confirm", ConfirmAsync)
            .WithName("confirm_second_factor")
            .WithSummary(
                "Enables the second factor by a code of the app, gives the recovery codes, renews this session and ends all others."
            )
            .Produces<RecoveryCodesAnswer>()
            .AnswersCodes();
        totp.MapPost("/recovery-codes", RenewCodesAsync)
            .WithName("renew_recovery_codes")
            .WithSummary("Gives new recovery codes in the place of all others.")
            .Produces<RecoveryCodesAnswer>()
            .AnswersCodes();
        totp.MapPost("/disable", DisableAsync)
            .WithName("disable_second_factor")
            .WithSummary("Takes the second factor away, renews this session and ends all others.")
            .Produces<TokensAnswer>()
            .Produces(StatusCodes.Status204NoContent)
            .AnswersCodes();
    }

    private static void AnswersCodes(this RouteHandlerBuilder endpoint) =>
        endpoint
            .ProducesProblem(StatusCodes.Status403Forbidden)
            .ProducesProblem(StatusCodes.Status409Conflict)
            .ProducesProblem(StatusCodes.Status422UnprocessableEntity)
            .ProducesProblem(StatusCodes.Status429TooManyRequests)
            .RequireSession()
            .OpenBeforeEnrolment();

    private static async Task<Ok<TotpState>> StateAsync(
        HttpContext context,
        IDbContextFactory<HeretixDb> databases,
        IOptions<AccountsOptions> options,
        CancellationToken cancellationToken
    )
    {
        var user = context.RequiredUserId();
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        var since = await db.Set<TotpFactor>()
            .Where(factor => factor.UserId == user)
            .Select(factor => factor.EnabledAt)
            .SingleOrDefaultAsync(cancellationToken);
        var left = await db.Set<RecoveryCode>().CountAsync(code => code.UserId == user, cancellationToken);
        return TypedResults.Ok(new TotpState(since is not null, since, left, options.Value.TotpRequired));
    }

    private static async Task<IResult> BeginAsync(
        HttpContext context,
        TotpEnrolment enrolment,
        RecentSignIn recent,
        CancellationToken cancellationToken
    )
    {
        if (recent.Refuse(context) is { } old)
            return old;
        if (await enrolment.BeginAsync(context.RequiredUserId(), cancellationToken) is not TotpChange.Begun begun)
            return Problem.Of(
                StatusCodes.Status409Conflict,
                "totp_already_enabled",
                "The account has a second factor. To set up another app, disable it first: POST /api/auth/totp/disable."
            );
        var secret = Base32.Encode(begun.Secret);
        return TypedResults.Ok(
            new TotpSecretAnswer(
                secret,
                OtpauthAddress.Of(secret, context.Caller().Email ?? $"{context.RequiredUserId()}"),
                begun.ExpiresAt
            )
        );
    }

    private static Task<IResult> ConfirmAsync(
        CodeBody body,
        HttpContext context,
        TotpEnrolment enrolment,
        TotpAnswers answers,
        CancellationToken cancellationToken
    ) =>
        answers.OfAsync(
            context,
            body,
            code =>
                enrolment.ConfirmAsync(context.RequiredUserId(), context.RequiredSessionId(), code, cancellationToken),
            (done, tokens) => TypedResults.Ok(new RecoveryCodesAnswer(done.RecoveryCodes, tokens))
        );

    private static Task<IResult> RenewCodesAsync(
        CodeBody body,
        HttpContext context,
        TotpEnrolment enrolment,
        TotpAnswers answers,
        CancellationToken cancellationToken
    ) =>
        answers.OfAsync(
            context,
            body,
            code => enrolment.RenewCodesAsync(context.RequiredUserId(), code, cancellationToken),
            (done, _) => TypedResults.Ok(new RecoveryCodesAnswer(done.RecoveryCodes, Tokens: null))
        );

    private static Task<IResult> DisableAsync(
        CodeBody body,
        HttpContext context,
        TotpEnrolment enrolment,
        TotpAnswers answers,
        CancellationToken cancellationToken
    ) =>
        answers.OfAsync(
            context,
            body,
            code =>
                enrolment.DisableAsync(context.RequiredUserId(), context.RequiredSessionId(), code, cancellationToken),
            (_, tokens) => tokens is null ? TypedResults.NoContent() : TypedResults.Ok(tokens)
        );
}
