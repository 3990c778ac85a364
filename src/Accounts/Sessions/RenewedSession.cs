using Heretix.Accounts.SignIn;
using Heretix.Platform.Http;
using Microsoft.AspNetCore.Http;

namespace Heretix.Accounts.Sessions;

/// <summary>Gives a session that was renewed to the client that has it: a browser its cookies, an API client its tokens.</summary>
internal sealed class RenewedSession(SessionCookie cookie, TimeProvider time)
{
    /// <summary>Sets the cookies of a browser.</summary>
    /// <param name="context">The request of the session.</param>
    /// <param name="session">What <see cref="SessionRenewal"/> made, which is committed; null when nothing was renewed.</param>
    /// <returns>What an API client is to be answered; null for browsers, and when nothing was renewed.</returns>
    public TokensAnswer? Give(HttpContext context, OpenedSession? session)
    {
        switch (session)
        {
            case OpenedSession.Browser browser:
                cookie.Issue(context, browser.Token);
                return null;
            case OpenedSession.Api api:
                var caller = context.Caller();
                return TokensAnswer.Of(api.Tokens, caller.UserId!.Value, caller.Email, time.GetUtcNow());
            default:
                return null;
        }
    }
}
