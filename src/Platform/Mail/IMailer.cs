namespace Heretix.Platform.Mail;

/// <summary>Sends mail to people: by Postmark, by SMTP, or into a local outbox.</summary>
public interface IMailer
{
    /// <summary>Hands the message to the provider.</summary>
    /// <exception cref="MailException">The provider refused it or could not be reached.</exception>
    Task SendAsync(MailMessage message, CancellationToken cancellationToken);

    /// <summary>Deletes what is still here of messages to an address; what a provider was given is out of reach.</summary>
    Task ForgetAsync(string address, CancellationToken cancellationToken) => Task.CompletedTask;
}

/// <summary>A message in plain text.</summary>
/// <param name="To">One address.</param>
/// <param name="Subject">One line.</param>
/// <param name="Text">The body.</param>
/// <param name="Kind">What it is for, in snake_case, for metrics: <c>magic_link</c>.</param>
public sealed record MailMessage(string To, string Subject, string Text, string Kind);

/// <summary>A message could not be handed over.</summary>
public sealed class MailException(string message, Exception? inner = null) : Exception(message, inner)
{
    /// <summary>Sending the same message again would fail again: the recipient or the sender is refused.</summary>
    public bool Permanent { get; init; }
}
