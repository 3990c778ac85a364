using Heretix.Accounts.Cookies;
using Microsoft.AspNetCore.Http;

namespace Heretix.Accounts.Devices;

/// <summary>
/// The cookie by which a browser is known as a device. It gets the fingerprint that it signed in with, also one of a header:
/// a link in a mail is opened without headers, and would otherwise be opened by another device.
/// </summary>
internal sealed class DeviceCookie(HeretixCookies cookies)
{
    /// <summary>How long a device is known without being seen.</summary>
    public static TimeSpan Lifetime { get; } = TimeSpan.FromDays(400);

    /// <summary>Sets it, for another 400 days.</summary>
    public void Issue(HttpContext context, PresentedDevice device) =>
        cookies.Set(context, CookieNames.Device, device.Fingerprint, Lifetime);
}
