using System.Security.Cryptography;
using System.Text;
using Heretix.Accounts.Cookies;
using Heretix.Accounts.Csrf;
using Heretix.Accounts.Tokens;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Options;

namespace Heretix.Accounts.MagicLink;

/// <summary>
/// Binds the form of a page that a link shows to the browser that was shown it: it works only together with a cookie that
/// the page itself set, so no other site can send it.
/// </summary>
internal sealed class FormBinding(HeretixCookies cookies, AllowedOrigins origins, IOptions<AccountsOptions> options)
{
    public const string TokenField = "token";
    public const string ConfirmField = "confirm";

    /// <summary>Sets the cookie and gives what the form carries in <see cref="ConfirmField"/>.</summary>
    public string Bind(HttpContext context, LinkToken link)
    {
        if (!Secret.TryParse(cookies.Read(context, CookieNames.Confirm), out var secret))
            secret = Secret.New();
        cookies.Set(context, CookieNames.Confirm, secret.Text, options.Value.LinkLifetime, SameSiteMode.Strict);
        // Without a referrer policy that names the origin, the browser would send the form with "Origin: null". The
        // address of the page, which holds the token, is not sent with this one either.
        context.Response.OnStarting(() =>
        {
            context.Response.Headers["Referrer-Policy"] = "strict-origin";
            return Task.CompletedTask;
        });
        return Sign(link, secret);
    }

    /// <summary>What is wrong with a form that claims to come from such a page; null when it does.</summary>
    public CsrfRefusal? Check(HttpContext context, LinkToken link, string? confirm)
    {
        if (!origins.IsFrom(context.Request))
            return CsrfRefusal.Origin;
        if (
            string.IsNullOrEmpty(confirm)
            || !Secret.TryParse(cookies.Read(context, CookieNames.Confirm), out var secret)
        )
            return Missing;
        var expected = Encoding.ASCII.GetBytes(Sign(link, secret));
        return CryptographicOperations.FixedTimeEquals(expected, Encoding.UTF8.GetBytes(confirm)) ? null : Stale;
    }

    private static CsrfRefusal Missing { get; } =
        new(
            "csrf_token_missing",
            "The form came without its cookie. Allow cookies for this site and open the link again."
        );

    private static CsrfRefusal Stale { get; } =
        new("csrf_token_invalid", "The form does not belong to this browser. Open the link again.");

    /// <summary>Binds the form to the cookie and to this very link.</summary>
    private static string Sign(LinkToken link, Secret secret) =>
        Convert.ToHexStringLower(
            HMACSHA256.HashData(
                Encoding.ASCII.GetBytes(secret.Text),
                Encoding.ASCII.GetBytes("heretix confirm " + link.Text)
            )
        );
}
