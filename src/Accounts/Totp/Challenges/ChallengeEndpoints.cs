using System.Globalization;
using Heretix.Accounts.Csrf;
using Heretix.Accounts.Devices;
using Heretix.Accounts.MagicLink;
using Heretix.Accounts.Sessions;
using Heretix.Accounts.SignIn;
using Heretix.Accounts.Telemetry;
using Heretix.Accounts.Tokens;
using Heretix.Platform.Http;
using Heretix.Platform.Limits;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Logging;

namespace Heretix.Accounts.Totp.Challenges;

/// <summary>Answers a challenge.</summary>
/// <param name="Challenge">Out of the answer to the first step; left out by browsers, which have it in a cookie.</param>
/// <param name="Code">Six digits of the app, or a recovery code.</param>
internal sealed record VerifyBody(string? Challenge, string? Code)
{
    /// <summary>Not the codes: a record would print its members.</summary>
    public override string ToString() => "(second factor)";
}

/// <summary>The second step of a sign-in. The challenge is the proof of the first; no session is looked at.</summary>
internal static class ChallengeEndpoints
{
    public const string InvalidChallenge = "invalid_challenge";

    public const string GoneDetail =
        "This sign-in was completed, was given up after too many wrong codes, or took too long: sign in again.";

    public static void MapChallenges(this IEndpointRouteBuilder totp)
    {
        totp.MapPost("/verify", VerifyAsync)
            .WithName("verify_second_factor")
            .WithSummary(
                "Completes a sign-in that was answered second_factor_required, in the way in which it was begun: by cookies or by tokens."
            )
            .Produces<TokensAnswer>()
            .ProducesProblem(StatusCodes.Status401Unauthorized)
            .ProducesProblem(StatusCodes.Status403Forbidden)
            .ProducesProblem(StatusCodes.Status422UnprocessableEntity)
            .ProducesProblem(StatusCodes.Status429TooManyRequests)
            .TakesDevice()
            .IgnoreSession()
            .Limit(LimitNames.SignIn);
        totp.MapGet("/challenge", ShowAsync)
            .WithName("open_second_factor_page")
            .WithSummary("The page on which a browser is asked for its code.")
            .Produces(StatusCodes.Status200OK, contentType: "text/html")
            .ProducesProblem(StatusCodes.Status401Unauthorized)
            .IgnoreSession();
        totp.MapPost("/challenge", AnswerPageAsync)
            .WithName("send_second_factor_page")
            .WithSummary("The form of that page: signs this browser in.")
            .Accepts<IFormCollection>("application/x-www-form-urlencoded")
            .Produces(StatusCodes.Status303SeeOther)
            .ProducesProblem(StatusCodes.Status400BadRequest)
            .ProducesProblem(StatusCodes.Status401Unauthorized)
            .ProducesProblem(StatusCodes.Status403Forbidden)
            .ProducesProblem(StatusCodes.Status429TooManyRequests)
            .TakesDevice()
            .IgnoreSession()
            .Limit(LimitNames.SignIn);
    }

    private static async Task<IResult> VerifyAsync(
        VerifyBody body,
        SignInChallenges challenges,
        ChallengeVerification verification,
        SignInCompletion signIns,
        HttpContext context,
        CancellationToken cancellationToken
    )
    {
        if (string.IsNullOrWhiteSpace(body.Code))
            return Problem.Invalid("code", "must be a code of your app, or a recovery code");
        var tokens = body.Challenge is not null;
        var token = tokens
            ? Secret.TryParse(body.Challenge, out var sent)
                ? sent
                : null
            : challenges.Read(context);
        var use = token is { } known
            ? await verification.UseAsync(
                known,
                tokens,
                body.Code,
                method => signIns.VisitOf(context, tokens, method),
                cancellationToken
            )
            : new ChallengeUse.Gone();
        Settle(context, challenges, use, tokens);
        return use switch
        {
            ChallengeUse.Proven proven => signIns.Answer(
                context,
                proven.Step,
                proven.Method,
                newUser: false,
                () => Welcome(proven.Step)
            ),
            ChallengeUse.Wrong { Left: > 0 } wrong => Problem.Of(
                StatusCodes.Status401Unauthorized,
                "invalid_code",
                "This code is wrong, was used before, or is too old.",
                ("attempts_left", wrong.Left)
            ),
            ChallengeUse.Limited limited => Limited(context, limited.Wait),
            _ => Problem.Of(StatusCodes.Status401Unauthorized, InvalidChallenge, GoneDetail),
        };
    }

    private static async Task<IResult> ShowAsync(
        SignInChallenges challenges,
        ChallengeVerification verification,
        ChallengePage page,
        HttpContext context,
        CancellationToken cancellationToken
    ) =>
        challenges.Read(context) is { } token && await verification.IsOpenAsync(token, cancellationToken)
            ? ChallengePage.Show(context)
            : page.Gone(context);

    private static async Task<IResult> AnswerPageAsync(
        SignInChallenges challenges,
        ChallengeVerification verification,
        ChallengePage page,
        SignInCompletion signIns,
        Welcome welcome,
        AllowedOrigins origins,
        SignInMeter meter,
        TimeProvider time,
        ILogger<ChallengePage> log,
        HttpContext context,
        CancellationToken cancellationToken
    )
    {
        if (!origins.IsFrom(context.Request))
        {
            meter.Refused(CsrfRefusal.Origin.Error);
            Log.Forged(log, null, CsrfRefusal.Origin.Error);
            return page.Refuse(context, CsrfRefusal.Origin.Error, CsrfRefusal.Origin.Detail);
        }
        if (await LinkForm.ReadAsync(context.Request, cancellationToken) is not { } form)
            return Problem.Of(
                StatusCodes.Status400BadRequest,
                "unreadable",
                "The request is not the form of the page."
            );
        var use = challenges.Read(context) is { } token
            ? await verification.UseAsync(
                token,
                wantsTokens: false,
                form[ChallengePage.CodeField].ToString(),
                method => ChallengePage.Read(form, signIns.VisitOf(context, tokens: false, method)),
                cancellationToken
            )
            : new ChallengeUse.Gone();
        Settle(context, challenges, use, tokens: false);
        return use switch
        {
            ChallengeUse.Proven proven => signIns.Answer(
                context,
                proven.Step,
                proven.Method,
                newUser: false,
                () => welcome.Go(context),
                entry => NoRoom(context, entry, time.GetUtcNow())
            ),
            ChallengeUse.Wrong { Left: > 0 } => ChallengePage.Show(
                context,
                StatusCodes.Status401Unauthorized,
                "This code is wrong, was used before, or is too old. Try the next one that your app shows."
            ),
            ChallengeUse.Limited limited => LimitedPage(context, limited.Wait),
            _ => page.Gone(context),
        };
    }

    /// <summary>There is no room for the device; neither the challenge nor the code was used up.</summary>
    private static IResult NoRoom(HttpContext context, DeviceEntry entry, DateTimeOffset now) =>
        entry is DeviceEntry.LimitReached { Replaceable: { } replaceable, ReplacementsLeft: > 0 } reached
            ? ChallengePage.Show(
                context,
                StatusCodes.Status403Forbidden,
                $"Your plan allows {DeviceAnswers.Count(reached.Limit)}. Send a code once more to sign in here in place of {replaceable.Name}, last used {replaceable.LastSeenAt.UtcDateTime:yyyy-MM-dd HH:mm} UTC. It is signed out.",
                replaces: true
            )
            : ChallengePage.Show(
                context,
                StatusCodes.Status403Forbidden,
                DeviceAnswers.Of(context, entry, now).ProblemDetails.Detail
            );

    /// <summary>Takes the cookie back once the challenge has come to its end.</summary>
    private static void Settle(HttpContext context, SignInChallenges challenges, ChallengeUse use, bool tokens)
    {
        if (
            !tokens
            && use is ChallengeUse.Proven { Step.Commits: true } or ChallengeUse.Wrong { Left: 0 } or ChallengeUse.Gone
        )
            challenges.Release(context);
    }

    private static Ok<SignedInUser> Welcome(SignInStep step) =>
        step is SignInStep.Opened opened
            ? TypedResults.Ok(new SignedInUser(opened.SignIn.UserId, opened.SignIn.Email))
            : throw new InvalidOperationException($"nobody is welcomed at {step}");

    /// <summary>429 for who tried too many codes.</summary>
    internal static ProblemHttpResult Limited(HttpContext context, TimeSpan wait)
    {
        var seconds = Tell(context, wait);
        return Problem.Of(
            StatusCodes.Status429TooManyRequests,
            "rate_limited",
            $"Too many wrong codes for this account. Use a recovery code, or try again in {seconds} seconds.",
            ("retry_after", seconds)
        );
    }

    private static IResult LimitedPage(HttpContext context, TimeSpan wait) =>
        ChallengePage.Show(
            context,
            StatusCodes.Status429TooManyRequests,
            $"Too many wrong codes for this account. Use a recovery code, or try again in {Tell(context, wait)} seconds."
        );

    private static int Tell(HttpContext context, TimeSpan wait)
    {
        var seconds = Math.Max(1, (int)Math.Ceiling(wait.TotalSeconds));
        context.Response.Headers.RetryAfter = seconds.ToString(CultureInfo.InvariantCulture);
        return seconds;
    }
}
