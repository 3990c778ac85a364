using Heretix.Accounts.Sessions;
using Heretix.Accounts.Telemetry;
using Heretix.Accounts.Totp.Challenges;
using Heretix.Accounts.Users;
using Heretix.Platform.Database;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Heretix.Accounts.SignIn;

/// <summary>
/// The last step of every way to sign in: who, from where, and whether by cookie or by tokens. First the session, in the
/// transaction in which the proof is used up; after its commit the answer.
/// </summary>
internal sealed class SignInCompletion(
    SessionOpening sessions,
    SignInChallenges challenges,
    SessionCookie cookie,
    SignInMeter meter,
    TimeProvider time,
    ILogger<SignInCompletion> log
)
{
    /// <summary>The client of a request.</summary>
    /// <param name="context">The request.</param>
    /// <param name="tokens">It asks for tokens; a browser's own session is left alone then.</param>
    /// <param name="method">One of <see cref="SignInMethod"/>.</param>
    public Visit VisitOf(HttpContext context, bool tokens, string method) =>
        new(
            context.Request.Headers.UserAgent,
            tokens ? BearerToken.Read(context.Request) : cookie.Read(context),
            WantsTokens: tokens,
            Method: method
        );

    /// <summary>
    /// Opens the session in the open transaction of <paramref name="db"/>, or says what stands in its way: first of all the
    /// second factor of who has one. The caller commits when the step says so, and otherwise leaves the transaction to roll back.
    /// </summary>
    /// <param name="db">A context with an open transaction.</param>
    /// <param name="user">An active user who has proven to be that.</param>
    /// <param name="visit">The client, of <see cref="VisitOf"/>.</param>
    public async Task<SignInStep> OpenAsync(
        HeretixDb db,
        User user,
        Visit visit,
        CancellationToken cancellationToken
    ) =>
        (SignInStep?)await challenges.BeginAsync(db, user.Id, visit, cancellationToken)
        ?? await OpenProvenAsync(db, user, visit, cancellationToken);

    /// <summary>
    /// The same for a user who has proven everything there is to prove: the session, or what else stands in its way.
    /// </summary>
    public async Task<SignInStep> OpenProvenAsync(
        HeretixDb db,
        User user,
        Visit visit,
        CancellationToken cancellationToken
    ) =>
        new SignInStep.Opened(
            new CompletedSignIn(user.Id, user.Email, await sessions.OpenAsync(db, user.Id, visit, cancellationToken))
        );

    /// <summary>The answer: tokens for who asked for them, and for browsers cookies and what the way of signing in says.</summary>
    /// <param name="context">The request.</param>
    /// <param name="step">What <see cref="OpenAsync"/> said; what it opened is committed.</param>
    /// <param name="method">One of <see cref="SignInMethod"/>.</param>
    /// <param name="newUser">The sign-in made the account.</param>
    /// <param name="forBrowsers">What a browser is answered beside its cookies.</param>
    public IResult Answer(
        HttpContext context,
        SignInStep step,
        string method,
        bool newUser,
        Func<IResult> forBrowsers
    ) =>
        step switch
        {
            SignInStep.Opened opened => Answer(context, opened.SignIn, method, newUser, forBrowsers),
            SignInStep.SecondFactorNeeded needed => challenges.Ask(context, needed, method),
            _ => throw new InvalidOperationException($"no answer for {step}"),
        };

    private IResult Answer(
        HttpContext context,
        CompletedSignIn signIn,
        string method,
        bool newUser,
        Func<IResult> forBrowsers
    )
    {
        meter.Completed(method, newUser);
        if (newUser)
            Log.UserCreated(log, signIn.UserId);
        Log.SignedIn(log, signIn.UserId, method, signIn.Session.Id);
        switch (signIn.Session)
        {
            case OpenedSession.Browser browser:
                cookie.Issue(context, browser.Token);
                return forBrowsers();
            case OpenedSession.Api api:
                return TypedResults.Ok(TokensAnswer.Of(api.Tokens, signIn.UserId, signIn.Email, time.GetUtcNow()));
            default:
                throw new InvalidOperationException($"no answer for {signIn.Session}");
        }
    }
}
