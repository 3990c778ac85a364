using System.Security.Cryptography;
using Heretix.Accounts.Cookies;
using Heretix.Accounts.Tokens;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Options;

namespace Heretix.Accounts.MagicLink;

/// <summary>
/// The cookie that binds a link to the browser that asked for it: there a single visit signs in, and a link that an
/// attacker asked for and sends to somebody else never does.
/// </summary>
internal sealed class LinkBinding(HeretixCookies cookies, IOptions<AccountsOptions> options)
{
    /// <summary>
    /// Sets the cookie and gives its hash. A browser that asked before keeps its secret, so that the first mail is as good
    /// as the second.
    /// </summary>
    public byte[] Bind(HttpContext context)
    {
        if (!Secret.TryParse(cookies.Read(context, CookieNames.Link), out var secret))
            secret = Secret.New();
        cookies.Set(context, CookieNames.Link, secret.Text, options.Value.LinkLifetime);
        return secret.Hash();
    }

    /// <summary>Whether the request comes from the browser with this hash.</summary>
    public bool Matches(HttpContext context, byte[]? hash) =>
        hash is not null
        && Secret.TryParse(cookies.Read(context, CookieNames.Link), out var secret)
        && CryptographicOperations.FixedTimeEquals(secret.Hash(), hash);

    /// <summary>The link was used: its cookies have done their work.</summary>
    public void Release(HttpContext context)
    {
        if (cookies.Read(context, CookieNames.Link) is not null)
            cookies.Clear(context, CookieNames.Link);
        if (cookies.Read(context, CookieNames.Confirm) is not null)
            cookies.Clear(context, CookieNames.Confirm);
    }
}
