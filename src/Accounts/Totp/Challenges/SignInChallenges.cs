using Heretix.Accounts.Cookies;
using Heretix.Accounts.MagicLink;
using Heretix.Accounts.Sessions;
using Heretix.Accounts.SignIn;
using Heretix.Accounts.Telemetry;
using Heretix.Accounts.Tokens;
using Heretix.Accounts.Users;
using Heretix.Platform.Database;
using Heretix.Platform.Http;
using Microsoft.AspNetCore.Http;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Heretix.Accounts.Totp.Challenges;

/// <summary>Asks for the second factor in place of a session.</summary>
internal sealed class SignInChallenges(
    HeretixCookies cookies,
    SignInMeter meter,
    IOptions<AccountsOptions> options,
    TimeProvider time,
    ILogger<SignInChallenges> log
)
{
    /// <summary>Where the page for the code is.</summary>
    public const string PagePath = "/api/auth/totp/challenge";

    /// <summary>
    /// Makes a challenge when the user has a second factor, in the open transaction of <paramref name="db"/>; null when one
    /// proof is enough. The user's row is held to the commit: whoever sets a factor up meanwhile waits, and ends the session
    /// that this sign-in opens.
    /// </summary>
    public async Task<SignInStep.SecondFactorNeeded?> BeginAsync(
        HeretixDb db,
        Guid userId,
        Visit visit,
        CancellationToken cancellationToken
    )
    {
        await UserLock.TakeAsync(db, userId, cancellationToken);
        if (!await SecondFactors.IsEnabledAsync(db, userId, cancellationToken))
            return null;
        var now = time.GetUtcNow();
        var token = Secret.New();
        var challenge = new SignInChallenge
        {
            Id = Guid.CreateVersion7(now),
            UserId = userId,
            TokenHash = token.Hash(),
            Method = visit.Method,
            WantsTokens = visit.WantsTokens,
            CreatedAt = now,
            ExpiresAt = now.AddMinutes(options.Value.ChallengeMinutes),
        };
        db.Add(challenge);
        await db.SaveChangesAsync(cancellationToken);
        return new SignInStep.SecondFactorNeeded(userId, token, visit.WantsTokens, challenge.ExpiresAt);
    }

    /// <summary>
    /// The answer: an API client is given the challenge, a browser its cookie. People are led to the page for the code, and the
    /// pages of an application are told.
    /// </summary>
    public IResult Ask(HttpContext context, SignInStep.SecondFactorNeeded needed, string method)
    {
        meter.SecondFactor(SecondFactorOutcome.Asked);
        Log.SecondFactorAsked(log, needed.UserId, method);
        if (!needed.WantsTokens)
        {
            cookies.Set(
                context,
                CookieNames.Challenge,
                needed.Challenge.Text,
                TimeSpan.FromMinutes(options.Value.ChallengeMinutes)
            );
            if (LinkFailures.WantsPage(context.Request))
            {
                context.Response.Headers.Location = PagePath;
                return TypedResults.StatusCode(StatusCodes.Status303SeeOther);
            }
        }
        return Problem.Of(
            StatusCodes.Status403Forbidden,
            "second_factor_required",
            "The first proof was accepted. Send a code of the app, or a recovery code: POST /api/auth/totp/verify.",
            ("challenge", needed.WantsTokens ? needed.Challenge.Text : null),
            ("expires_at", needed.ExpiresAt)
        );
    }

    /// <summary>The challenge of a browser; null when it sent none.</summary>
    public Secret? Read(HttpContext context) =>
        Secret.TryParse(cookies.Read(context, CookieNames.Challenge), out var token) ? token : null;

    /// <summary>The challenge of a browser has come to its end.</summary>
    public void Release(HttpContext context)
    {
        if (cookies.Read(context, CookieNames.Challenge) is not null)
            cookies.Clear(context, CookieNames.Challenge);
    }

    /// <summary>
    /// Ends what is half signed in, in the open transaction of <paramref name="db"/>: what was proven before may not be true
    /// any more. Comes before the sessions are ended, so that none is opened in between.
    /// </summary>
    public static Task<int> EndAllAsync(HeretixDb db, Guid userId, CancellationToken cancellationToken) =>
        db.Set<SignInChallenge>().Where(challenge => challenge.UserId == userId).ExecuteDeleteAsync(cancellationToken);
}
