using System.Security.Cryptography;
using System.Text;
using Heretix.Accounts.Cookies;
using Heretix.Accounts.Csrf;
using Heretix.Accounts.Devices;
using Heretix.Accounts.Sessions;
using Heretix.Accounts.Tokens;
using Heretix.Platform.Pages;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Options;

namespace Heretix.Accounts.MagicLink;

/// <summary>
/// The page that a link shows in any browser but the one that asked for it. Its button sends the form that signs in; a
/// scanner that only follows links gets no further than here. It names the account, so that nobody signs in to somebody
/// else's without noticing, and its form works only together with a cookie that the page itself set: no other site can
/// send it.
/// </summary>
internal sealed class ConfirmPage(HeretixCookies cookies, AllowedOrigins origins, IOptions<AccountsOptions> options)
{
    public const string TokenField = "token";
    public const string ConfirmField = "confirm";
    public const string PasswordField = "password";
    private const string ReplaceField = "replace_device";

    /// <summary>The page for an open link.</summary>
    public IResult Show(HttpContext context, LinkToken link, EmailToken token)
    {
        var registers = token.PasswordHash is not null;
        return HtmlPage.Render(
            StatusCodes.Status200OK,
            registers ? "Confirm your account" : "Sign in",
            $"""
            {Question(token, registers)}
            {Form(context, link, registers ? Password() : Nothing(), registers ? "Confirm" : "Sign in")}
            <p class="quiet">You see this page because the link was asked for in another browser. If you did not ask for it,
            or if this is not your address, close the page: nothing has happened.</p>
            """
        );
    }

    /// <summary>The page for a link that would sign in a device for which there is no room.</summary>
    /// <param name="context">The request.</param>
    /// <param name="link">The link, which was not used up.</param>
    /// <param name="token">What is stored of it.</param>
    /// <param name="askPassword">The form must prove the password once more.</param>
    /// <param name="reached">The devices that take up the places, one of which can be replaced.</param>
    public IResult OfferReplacement(
        HttpContext context,
        LinkToken link,
        EmailToken token,
        bool askPassword,
        DeviceEntry.LimitReached reached
    ) =>
        HtmlPage.Render(
            StatusCodes.Status403Forbidden,
            "No room for this device",
            $"""
            <p>The plan of <strong>{token.Email}</strong> allows {DeviceAnswers.Count(
                reached.Limit
            )}. You can sign in here
            in place of the one that was used least recently. It is signed out.</p>
            <p><strong>{reached.Replaceable!.Name}</strong>, last used
            {reached.Replaceable.LastSeenAt.UtcDateTime:yyyy-MM-dd HH:mm} UTC</p>
            {Form(context, link, Replacement(askPassword), "Replace it and sign in")}
            <p class="quiet">Replacements left today: {reached.ReplacementsLeft}. Close the page to leave everything as it
            is.</p>
            """
        );

    /// <summary>The visit of who sent the form of one of these pages.</summary>
    public static Visit Read(IFormCollection form, Visit visit) =>
        form[ReplaceField] == "true" ? visit with { Device = visit.Device with { Replaces = true } } : visit;

    /// <summary>A form that works only together with the cookie that is set with it.</summary>
    private HtmlContent Form(HttpContext context, LinkToken link, HtmlContent fields, string button)
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
        return $"""
            <form method="post" action="/api/auth/callback">
            <input type="hidden" name="{TokenField}" value="{link.Text}">
            <input type="hidden" name="{ConfirmField}" value="{Sign(link, secret)}">
            {fields}
            <button type="submit">{button}</button>
            </form>
            """;
    }

    private static HtmlContent Replacement(bool askPassword) =>
        $"""
            <input type="hidden" name="{ReplaceField}" value="true">
            {(askPassword ? Password() : Nothing())}
            """;

    private static HtmlContent Question(EmailToken token, bool registers) =>
        $"<p>{(registers ? "Make a Heretix account for" : "Sign in to Heretix as")} <strong>{token.Email}</strong>?</p>";

    /// <summary>Asked of whoever is not known to have chosen it: this may be the mail of a person who chose none.</summary>
    private static HtmlContent Password() =>
        $"""
            <p><label for="{PasswordField}">The password that you chose</label><br>
            <input type="password" id="{PasswordField}" name="{PasswordField}" autocomplete="current-password" required></p>
            """;

    private static HtmlContent Nothing() => $"";

    /// <summary>What is wrong with a form that claims to come from this page; null when it does.</summary>
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
