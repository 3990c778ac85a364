using System.Security.Cryptography;
using System.Text;
using Heretix.Accounts.Cookies;
using Heretix.Accounts.Tokens;
using Microsoft.AspNetCore.Http;

namespace Heretix.Accounts.Csrf;

/// <summary>
/// Refuses requests that a page from elsewhere made a signed-in browser send. Asked exactly where the session cookie
/// authenticates an unsafe request; anonymous requests have nothing to forge.
/// </summary>
internal sealed class CsrfGuard(HeretixCookies cookies, AllowedOrigins origins)
{
    public const string Header = "X-CSRF-Token";

    /// <summary>What is wrong with a request; null when it may go on.</summary>
    public CsrfRefusal? Check(HttpContext context, Secret session)
    {
        if (IsSafe(context.Request.Method))
            return null;
        if (!origins.IsFrom(context.Request))
            return CsrfRefusal.Origin;
        var header = context.Request.Headers[Header].ToString();
        var cookie = cookies.Read(context, CookieNames.Csrf);
        if (header.Length == 0 || string.IsNullOrEmpty(cookie))
            return CsrfRefusal.Missing;
        var same = CryptographicOperations.FixedTimeEquals(
            Encoding.UTF8.GetBytes(header),
            Encoding.UTF8.GetBytes(cookie)
        );
        return same && CsrfToken.IsFor(session, header) ? null : CsrfRefusal.Invalid;
    }

    private static bool IsSafe(string method) =>
        HttpMethods.IsGet(method)
        || HttpMethods.IsHead(method)
        || HttpMethods.IsOptions(method)
        || HttpMethods.IsTrace(method);
}

/// <summary>Why a request was refused with 403.</summary>
/// <param name="Error">The code on the wire.</param>
/// <param name="Detail">A sentence for who writes the client.</param>
internal sealed record CsrfRefusal(string Error, string Detail)
{
    public static CsrfRefusal Origin { get; } =
        new(
            "origin_not_allowed",
            "The request must carry the Origin (or Referer) of a page that may use this session: APP_URL, API_URL or Heretix:Platform:CorsOrigins."
        );

    public static CsrfRefusal Missing { get; } =
        new(
            "csrf_token_missing",
            "Send the value of the cookie heretix_csrf in the header X-CSRF-Token as well; GET /api/auth/csrf issues one."
        );

    public static CsrfRefusal Invalid { get; } =
        new(
            "csrf_token_invalid",
            "X-CSRF-Token is not the value of the cookie heretix_csrf, or not of this session; GET /api/auth/csrf issues a new one."
        );
}
