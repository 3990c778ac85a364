using Heretix.Accounts.Devices;
using Heretix.Accounts.Sessions;
using Heretix.Accounts.Telemetry;
using Heretix.Accounts.Totp.Challenges;
using Heretix.Accounts.Users;
using Heretix.Platform.Database;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Heretix.Accounts.SignIn;

/// <summary>
/// The last step of every way to sign in: who, on which device, and whether by cookie or by tokens. First the device and the
/// session, in the transaction in which the proof is used up; after its commit the answer.
/// </summary>
internal sealed class SignInCompletion(
    DeviceAdmission devices,
    DeviceCookie deviceCookie,
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
            context.RequiredDevice(),
            method
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
    )
    {
        var entry = await devices.EnterAsync(db, user.Id, visit.Device, cancellationToken);
        if (entry is not DeviceEntry.Admitted admitted)
            return new SignInStep.DeviceRefused(entry);
        var session = await sessions.OpenAsync(db, user.Id, admitted.Id, visit, cancellationToken);
        return new SignInStep.Opened(new CompletedSignIn(user.Id, user.Email, session, visit.Device, admitted));
    }

    /// <summary>The answer: tokens for who asked for them, and for browsers cookies and what the way of signing in says.</summary>
    /// <param name="context">The request.</param>
    /// <param name="step">What <see cref="OpenAsync"/> said; what it opened is committed.</param>
    /// <param name="method">One of <see cref="SignInMethod"/>.</param>
    /// <param name="newUser">The sign-in made the account.</param>
    /// <param name="forBrowsers">What a browser is answered beside its cookies.</param>
    /// <param name="forRefused">What is answered when there is no room for the device; a problem unless it is given.</param>
    public IResult Answer(
        HttpContext context,
        SignInStep step,
        string method,
        bool newUser,
        Func<IResult> forBrowsers,
        Func<DeviceEntry, IResult>? forRefused = null
    ) =>
        step switch
        {
            SignInStep.Opened opened => Answer(context, opened.SignIn, method, newUser, forBrowsers),
            SignInStep.DeviceRefused refused => Refuse(context, refused.Entry, method, forRefused),
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
        if (signIn.Entry.Replaced is { } replaced)
            Log.DeviceReplaced(log, replaced, signIn.UserId);
        switch (signIn.Session)
        {
            case OpenedSession.Browser browser:
                cookie.Issue(context, browser.Token);
                deviceCookie.Issue(context, signIn.Device);
                return forBrowsers();
            case OpenedSession.Api api:
                return TypedResults.Ok(
                    TokensAnswer.Of(api.Tokens, signIn.UserId, signIn.Email, time.GetUtcNow()) with
                    {
                        DeviceId = signIn.Entry.Id,
                        DeviceFingerprint = signIn.Device.IsIssued ? signIn.Device.Fingerprint : null,
                    }
                );
            default:
                throw new InvalidOperationException($"no answer for {signIn.Session}");
        }
    }

    private IResult Refuse(
        HttpContext context,
        DeviceEntry entry,
        string method,
        Func<DeviceEntry, IResult>? forRefused
    )
    {
        var code = DeviceAnswers.CodeOf(entry);
        meter.Failed(method, code);
        Log.SignInRefused(log, method, code);
        return forRefused?.Invoke(entry) ?? DeviceAnswers.Of(context, entry, time.GetUtcNow());
    }
}
