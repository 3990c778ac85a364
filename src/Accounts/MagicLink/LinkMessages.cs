using Heretix.Accounts.Passwords;
using Heretix.Platform.Mail;
using Heretix.Platform.Settings;
using Microsoft.Extensions.Options;

namespace Heretix.Accounts.MagicLink;

/// <summary>What is mailed to the owner of an address.</summary>
internal sealed class LinkMessages(ServerSettings settings, IOptions<AccountsOptions> options)
{
    /// <summary>The mail for a token; null when there is nothing to say.</summary>
    /// <param name="row">What was asked for.</param>
    /// <param name="token">The link of this attempt.</param>
    /// <param name="hasAccount">The address has an account.</param>
    public MailMessage? Write(EmailToken row, LinkToken token, bool hasAccount) =>
        row.Purpose switch
        {
            EmailToken.Registration when hasAccount => AccountExists(row.Email),
            EmailToken.Registration => Confirm(row.Email, token),
            EmailToken.Reset => hasAccount ? Reset(row.Email, token) : null,
            _ => SignIn(row.Email, token),
        };

    private Uri Callback(LinkToken token) => new(settings.ApiUrl, $"/api/auth/callback?token={token.Text}");

    /// <summary>The page of the web application; the server's own when there is none.</summary>
    private string ResetAddress(LinkToken token) =>
        ResetPage.IsUsed(settings)
            ? new Uri(settings.ApiUrl, $"/api/auth/reset-password?token={token.Text}").AbsoluteUri
            : $"{settings.AppUrl.AbsoluteUri.TrimEnd('/')}/reset-password?token={token.Text}";

    private MailMessage SignIn(string to, LinkToken token) =>
        new(
            to,
            "Your link to sign in to Heretix",
            $"""
            Open this link to sign in to Heretix:

            {Callback(token)}

            It works once and for {options.Value.LinkMinutes} minutes after you asked for it. Open it in the browser in which
            you asked; in another one you are asked to confirm first.

            You did not ask for it? Then ignore this mail: nobody is signed in unless the link is opened.
            """,
            "magic_link"
        );

    private MailMessage Confirm(string to, LinkToken token) =>
        new(
            to,
            "Confirm your Heretix account",
            $"""
            Open this link to make your Heretix account:

            {Callback(token)}

            It works once and for {options.Value.LinkMinutes} minutes after you asked for it. Open it in the browser in which
            you asked; in another one you are asked for the password that you chose.

            You did not ask for it? Then ignore this mail: no account is made unless the link is opened.
            """,
            "registration"
        );

    private MailMessage AccountExists(string to) =>
        new(
            to,
            "You have a Heretix account",
            $"""
            Somebody, probably you, asked for a Heretix account with this address. It has one already:

            {settings.AppUrl}

            Sign in there as usual. If you have forgotten the password, or never had one, ask there for a link to sign in or
            for a new password.

            You did not ask for it? Then ignore this mail: nothing has changed.
            """,
            "account_exists"
        );

    private MailMessage Reset(string to, LinkToken token) =>
        new(
            to,
            "Set a new Heretix password",
            $"""
            Open this link to choose a new password:

            {ResetAddress(token)}

            It works once and for {options.Value.ResetMinutes} minutes after you asked for it. Setting a new password signs you
            out everywhere.

            You did not ask for it? Then ignore this mail: your password stays as it is.
            """,
            "password_reset"
        );
}
