using System.Net.Mail;
using Heretix.Platform.Settings;

namespace Heretix.Platform.Mail;

/// <summary>What the variables about mail must look like.</summary>
internal static class MailSettings
{
    public static void Check(VariableValues values, ICollection<string> problems)
    {
        var sends = values["POSTMARK_TOKEN"] is not null || values["SMTP_HOST"] is not null;
        if (sends && values["SMTP_FROM"] is null)
            problems.Add("SMTP_FROM: name the sender of mail, for example no-reply@example.org.");
        if (values["SMTP_FROM"] is { } from && !MailAddress.TryCreate(from, out _))
            problems.Add("SMTP_FROM: write one address, no-reply@example.org or Heretix <no-reply@example.org>.");
        if (values["SMTP_PORT"] is { } port)
        {
            if (ServerSettingsReader.Port(port) is null)
                problems.Add($"SMTP_PORT: '{port}' is not a number from 1 to 65535; 587 is usual.");
            else if (port == "465")
                problems.Add(
                    "SMTP_PORT: 465 speaks TLS from the first byte, which is not supported; use 587 (STARTTLS)."
                );
        }
        if (values["SMTP_TLS"] is { } tls and not ("starttls" or "none"))
            problems.Add($"SMTP_TLS: '{tls}' is neither starttls nor none.");
        if (values["SMTP_USER"] is null != values["SMTP_PASSWORD"] is null)
            problems.Add("SMTP_USER and SMTP_PASSWORD: set both, or neither for a server that asks for none.");
    }
}
