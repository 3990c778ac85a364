using Heretix.Accounts.Cookies;
using Heretix.Accounts.Csrf;
using Heretix.Accounts.Tokens;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Options;

namespace Heretix.Accounts.Sessions;

/// <summary>The cookie of the session and the CSRF token that goes with it.</summary>
internal sealed class SessionCookie(HeretixCookies cookies, IOptions<AccountsOptions> options)
{
    private static readonly object Cleared = new();

    /// <summary>The token that the client sent; null when it sent none, or something else.</summary>
    public Secret? Read(HttpContext context) =>
        Secret.TryParse(cookies.Read(context, CookieNames.Session), out var token) ? token : null;

    /// <summary>Whether the client sent a cookie at all.</summary>
    public bool IsSent(HttpContext context) => cookies.Read(context, CookieNames.Session) is not null;

    /// <summary>Signs the browser in.</summary>
    public void Issue(HttpContext context, Secret token)
    {
        cookies.Set(context, CookieNames.Session, token.Text, options.Value.SessionLifetime);
        cookies.Set(context, CookieNames.Csrf, CsrfToken.New(token), options.Value.SessionLifetime);
    }

    /// <summary>Signs the browser out; once for an answer.</summary>
    public void Clear(HttpContext context)
    {
        if (!context.Items.TryAdd(Cleared, true))
            return;
        cookies.Clear(context, CookieNames.Session);
        cookies.Clear(context, CookieNames.Csrf);
    }
}
