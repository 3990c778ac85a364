using System.Diagnostics.Metrics;

namespace Heretix.Platform.Mail;

/// <summary>Checks every message before it is handed over, and counts how that ended.</summary>
internal sealed class MeasuredMailer : IMailer
{
    private readonly IMailer provider;
    private readonly string name;
    private readonly Counter<long> messages;

    /// <param name="provider">Who sends.</param>
    /// <param name="name"><c>postmark</c>, <c>smtp</c> or <c>outbox</c>.</param>
    /// <param name="meters">Makes the meter.</param>
    public MeasuredMailer(IMailer provider, string name, IMeterFactory meters)
    {
        this.provider = provider;
        this.name = name;
        messages = meters
            .Create("Heretix.Mail")
            .CreateCounter<long>(
                "heretix.mail.messages",
                "{message}",
                "Messages that were handed over (sent) or could not be (failed), by kind."
            );
    }

    public Task ForgetAsync(string address, CancellationToken cancellationToken) =>
        provider.ForgetAsync(address, cancellationToken);

    public async Task SendAsync(MailMessage message, CancellationToken cancellationToken)
    {
        MailRules.Check(message);
        var result = "failed";
        try
        {
            await provider.SendAsync(message, cancellationToken);
            result = "sent";
        }
        finally
        {
            messages.Add(1, [new("kind", message.Kind), new("provider", name), new("result", result)]);
        }
    }
}
