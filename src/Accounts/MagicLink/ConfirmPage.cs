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

    /// <summary>The page for an open link.</summary>
    public IResult Show(HttpContext context, LinkToken link, EmailToken token)
    {
        var registers = token.PasswordHash is not null;
        return HtmlPage.Render(
            StatusCodes.Status200OK,
            registers ? "Confirm your account" : "Sign in",
            $"""
            {Question(token, registers)}
            <form method="post" action="/api/auth/callback">
            <input type="hidden" name="{FormBinding.TokenField}" value="{link.Text}">
            <input type="hidden" name="{FormBinding.ConfirmField}" value="{binding.Bind(context, link)}">
            {(registers ? Password() : Nothing())}
            <button type="submit">{(registers ? "Confirm" : "Sign in")}</button>
            </form>
            <p class="quiet">You see this page because the link was asked for in another browser. If you did not ask for it,
            or if this is not your address, close the page: nothing has happened.</p>
            """
        );
    }

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
