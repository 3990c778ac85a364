using Heretix.Accounts.Sessions;
using Heretix.Accounts.Telemetry;
using Heretix.Accounts.Users;
using Heretix.Platform.Database;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Heretix.Accounts.SignIn;

/// <summary>A person who has proven who they are, and the session that was opened for them.</summary>
internal sealed record CompletedSignIn(Guid UserId, string? Email, OpenedSession Session);

/// <summary>
/// The last step of every way to sign in: who, from where, and whether by cookie or by tokens. First the session, in the
/// transaction in which the proof is used up; after its commit the answer.
/// </summary>
internal sealed class SignInCompletion(
    SessionOpening sessions,
    SessionCookie cookie,
    SignInMeter meter,
    TimeProvider time,
    ILogger<SignInCompletion> log
)
{
    /// <summary>The client of a request.</summary>
    /// <param name="context">The request.</param>
    /// <param name="tokens">It asks for tokens; a browser's own session is left alone then.</param>
    public Visit VisitOf(HttpContext context, bool tokens) =>
        new(
            context.Request.Headers.UserAgent,
            tokens ? BearerToken.Read(context.Request) : cookie.Read(context),
            WantsTokens: tokens
        );

    /// <summary>Opens the session in the open transaction of <paramref name="db"/>.</summary>
    /// <param name="db">A context with an open transaction.</param>
    /// <param name="user">An active user who has proven to be that.</param>
    /// <param name="visit">The client, of <see cref="VisitOf"/>.</param>
    public async Task<CompletedSignIn> OpenAsync(
        HeretixDb db,
        User user,
        Visit visit,
        CancellationToken cancellationToken
    ) => new(user.Id, user.Email, await sessions.OpenAsync(db, user.Id, visit, cancellationToken));

    /// <summary>The answer: tokens for who asked for them, and for browsers cookies and what the way of signing in says.</summary>
    /// <param name="context">The request.</param>
    /// <param name="signIn">What was opened and is committed.</param>
    /// <param name="method">One of <see cref="SignInMethod"/>.</param>
    /// <param name="newUser">The sign-in made the account.</param>
    /// <param name="forBrowsers">What a browser is answered beside its cookies.</param>
    public IResult Answer(
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
