using Microsoft.AspNetCore.Http;

namespace Heretix.Accounts.Browsers;

/// <summary>Tells browsers without a session apart by the cookie <c>heretix_anon</c> (365 days).</summary>
public interface IBrowserIdentity
{
    /// <summary>
    /// SHA-256 (hex, 64 characters) of the browser's token. A browser without one gets a cookie with the answer, whatever
    /// its status.
    /// </summary>
    string TokenHash(HttpContext context);
}
