using Heretix.Platform.Settings;
using Microsoft.AspNetCore.Http;

namespace Heretix.Accounts.Cookies;

/// <summary>
/// Every cookie of the server is read, set and cleared here. Each has <c>Path=/</c>, no domain, <c>SameSite=Lax</c>
/// unless said otherwise, and <c>HttpOnly</c> but for the CSRF token. In production, and wherever the API is reached by
/// https, it is also <c>Secure</c> and its name begins with <c>__Host-</c>: then neither a neighbouring subdomain nor a
/// connection in clear can plant it.
/// </summary>
public sealed class HeretixCookies(ServerSettings settings)
{
    private readonly bool secure = settings.IsProduction || settings.ApiUrl.Scheme == Uri.UriSchemeHttps;

    /// <summary>The name on the wire of one of <see cref="CookieNames"/>.</summary>
    public string NameOf(string cookie) => secure ? "__Host-" + cookie : cookie;

    /// <summary>What the client sent; null when it sent none.</summary>
    public string? Read(HttpContext context, string cookie) => context.Request.Cookies[NameOf(cookie)];

    /// <summary>Sets a cookie.</summary>
    /// <param name="context">The request whose answer carries it.</param>
    /// <param name="cookie">One of <see cref="CookieNames"/>.</param>
    /// <param name="value">Characters that need no encoding.</param>
    /// <param name="lifetime">How long the client keeps it.</param>
    /// <param name="sameSite">When it travels with requests from elsewhere.</param>
    public void Set(
        HttpContext context,
        string cookie,
        string value,
        TimeSpan lifetime,
        SameSiteMode sameSite = SameSiteMode.Lax
    ) => context.Response.Cookies.Append(NameOf(cookie), value, Flags(cookie, lifetime, sameSite));

    /// <summary>Asks the client to forget a cookie.</summary>
    public void Clear(HttpContext context, string cookie) =>
        context.Response.Cookies.Append(NameOf(cookie), "", Flags(cookie, TimeSpan.Zero, SameSiteMode.Lax));

    private CookieOptions Flags(string cookie, TimeSpan lifetime, SameSiteMode sameSite) =>
        new()
        {
            Path = "/",
            HttpOnly = cookie != CookieNames.Csrf,
            Secure = secure,
            SameSite = sameSite,
            MaxAge = lifetime,
            IsEssential = true,
        };
}
