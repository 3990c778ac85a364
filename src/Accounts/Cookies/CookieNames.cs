namespace Heretix.Accounts.Cookies;

/// <summary>The names of the cookies; with <c>__Host-</c> in front where cookies are secure.</summary>
public static class CookieNames
{
    /// <summary>The session: proves who the caller is.</summary>
    public const string Session = "heretix_session";

    /// <summary>Tells browsers without a session apart.</summary>
    public const string Browser = "heretix_anon";

    /// <summary>The CSRF token; the only one that scripts can read.</summary>
    public const string Csrf = "heretix_csrf";

    /// <summary>Binds a mailed link to the browser that asked for it.</summary>
    public const string Link = "heretix_link";

    /// <summary>Binds the page that asks for a confirmation to the form that it sends.</summary>
    public const string Confirm = "heretix_confirm";

    /// <summary>Half a sign-in of this browser, which waits for the second factor.</summary>
    public const string Challenge = "heretix_challenge";

    /// <summary>Binds a nonce to the browser that asked for it.</summary>
    public const string Nonce = "heretix_nonce";

    /// <summary>The id of the device.</summary>
    public const string Device = "heretix_device";
}
