using Heretix.Accounts.Cookies;
using Heretix.Accounts.Tokens;
using Microsoft.AspNetCore.Http;

namespace Heretix.Accounts.Browsers;

/// <summary>
/// The token of a browser: 256 random bits, kept for a year. What is not such a token is replaced. The cookie is set when
/// the answer starts, so that also an error carries it; otherwise a refused caller would come back as a new browser.
/// </summary>
internal sealed class BrowserIdentity(HeretixCookies cookies) : IBrowserIdentity
{
    private static readonly TimeSpan Lifetime = TimeSpan.FromDays(365);
    private static readonly object Issued = new();

    /// <inheritdoc />
    public string TokenHash(HttpContext context)
    {
        if (!Secret.TryParse(cookies.Read(context, CookieNames.Browser), out var token))
            token = Issue(context);
        return Convert.ToHexStringLower(token.Hash());
    }

    private Secret Issue(HttpContext context)
    {
        if (context.Items.TryGetValue(Issued, out var earlier))
            return (Secret)earlier!;
        var token = Secret.New();
        context.Items[Issued] = token;
        context.Response.OnStarting(() =>
        {
            cookies.Set(context, CookieNames.Browser, token.Text, Lifetime);
            return Task.CompletedTask;
        });
        return token;
    }
}
