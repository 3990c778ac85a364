using Heretix.Accounts.Devices;
using Heretix.Accounts.Sessions;
using Heretix.Platform.Pages;
using Microsoft.AspNetCore.Http;

namespace Heretix.Accounts.MagicLink;

/// <summary>
/// The page that a link shows in any browser but the one that asked for it. Its button sends the form that signs in; a
/// scanner that only follows links gets no further than here. It names the account, so that nobody signs in to somebody
/// else's without noticing, and its form is bound to the browser (<see cref="FormBinding"/>).
/// </summary>
internal sealed class ConfirmPage(FormBinding binding)
{
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
    private HtmlContent Form(HttpContext context, LinkToken link, HtmlContent fields, string button) =>
        $"""
            <form method="post" action="/api/auth/callback">
            <input type="hidden" name="{FormBinding.TokenField}" value="{link.Text}">
            <input type="hidden" name="{FormBinding.ConfirmField}" value="{binding.Bind(context, link)}">
            {fields}
            <button type="submit">{button}</button>
            </form>
            """;

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
}
