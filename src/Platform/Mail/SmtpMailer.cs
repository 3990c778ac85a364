using System.Globalization;
using System.Net;
using System.Net.Mail;
using System.Security.Authentication;
using System.Text;
using Heretix.Platform.Settings;
using Microsoft.Extensions.Options;

namespace Heretix.Platform.Mail;

/// <summary>
/// Sends by SMTP, with STARTTLS unless <c>SMTP_TLS=none</c>: a server that does not offer it gets nothing. Each message
/// has a connection of its own.
/// </summary>
internal sealed class SmtpMailer(ServerSettings settings, IOptions<MailOptions> options, TimeProvider time) : IMailer
{
    private const int DefaultPort = 587;
    private readonly MailAddress from = new(settings.Configuration["SMTP_FROM"] ?? "heretix@localhost");

    public async Task SendAsync(MailMessage message, CancellationToken cancellationToken)
    {
        using var limit = new CancellationTokenSource(options.Value.MailTimeout, time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        using var client = Client();
        using var mail = Compose(message);
        try
        {
            await client.SendMailAsync(mail, both.Token);
        }
        catch (SmtpFailedRecipientException refused)
        {
            throw new MailException($"The mail server refused the recipient ({(int)refused.StatusCode}).")
            {
                // 5yz is final, 4yz asks to come back (RFC 5321, 4.2.1).
                Permanent = (int)refused.StatusCode >= 500,
            };
        }
        catch (Exception failure)
            when (failure is SmtpException or OperationCanceledException or AuthenticationException)
        {
            // Calling a message off while the server is silent ends in an SmtpException that does not say so.
            cancellationToken.ThrowIfCancellationRequested();
            var why = failure switch
            {
                _ when IsAboutTrust(failure) =>
                    "The mail server's certificate is not trusted: it must be valid for SMTP_HOST.",
                SmtpException refusal when !limit.IsCancellationRequested => Meaning(refusal),
                _ => $"The mail server did not take the message within {options.Value.MailTimeout.TotalSeconds:0.#} s.",
            };
            throw new MailException(why, failure);
        }
    }

    private SmtpClient Client()
    {
        var values = settings.Configuration;
        var client = new SmtpClient(
            values["SMTP_HOST"]!,
            int.TryParse(values["SMTP_PORT"], NumberStyles.None, CultureInfo.InvariantCulture, out var port)
                ? port
                : DefaultPort
        )
        {
            EnableSsl = values["SMTP_TLS"] != "none",
            UseDefaultCredentials = false,
            DeliveryFormat = SmtpDeliveryFormat.International,
            Timeout = (int)options.Value.MailTimeout.TotalMilliseconds,
        };
        if (values["SMTP_USER"] is { } user)
            client.Credentials = new NetworkCredential(user, values["SMTP_PASSWORD"]);
        return client;
    }

    private System.Net.Mail.MailMessage Compose(MailMessage message)
    {
        var mail = new System.Net.Mail.MailMessage(from, new MailAddress(message.To))
        {
            Subject = message.Subject,
            Body = message.Text,
            SubjectEncoding = Encoding.UTF8,
            BodyEncoding = Encoding.UTF8,
            HeadersEncoding = Encoding.UTF8,
        };
        mail.Headers.Add("Message-ID", $"<{Guid.CreateVersion7(time.GetUtcNow()):N}@{from.Host}>");
        // Out-of-office programs do not answer what says this (RFC 3834).
        mail.Headers.Add("Auto-Submitted", "auto-generated");
        return mail;
    }

    private static bool IsAboutTrust(Exception? failure) =>
        failure is not null && (failure is AuthenticationException || IsAboutTrust(failure.InnerException));

    private static string Meaning(SmtpException failure) =>
        failure.StatusCode switch
        {
            SmtpStatusCode.MustIssueStartTlsFirst =>
                "The mail server wants STARTTLS: leave SMTP_TLS out or set starttls.",
            SmtpStatusCode.ClientNotPermitted =>
                "The mail server refused this sender: check SMTP_USER and SMTP_PASSWORD.",
            SmtpStatusCode.GeneralFailure =>
                "The mail server cannot be reached, or does not offer what was asked of it: "
                    + "check SMTP_HOST, SMTP_PORT and SMTP_TLS.",
            var code => $"The mail server refused the message ({(int)code}).",
        };
}
