using System.Collections.Concurrent;
using System.Threading.Channels;
using Heretix.Platform.Mail;
using Heretix.Platform.Settings;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Heretix.Tests.Integration.Servers;

/// <summary>
/// Reads the mail of a server: everything passes on to the server's own mailer and is kept here as well, for all servers
/// of the program that share a database, because any of them may do the sending.
/// </summary>
public sealed class CapturedMail(ServerSettings settings, IMailer? passOnTo) : IMailer
{
    private static readonly ConcurrentDictionary<(string Database, string To), Channel<MailMessage>> Boxes = new();

    /// <inheritdoc />
    public async Task SendAsync(MailMessage message, CancellationToken cancellationToken)
    {
        if (passOnTo is not null)
            await passOnTo.SendAsync(message, cancellationToken);
        Box(message.To).Writer.TryWrite(message);
    }

    /// <inheritdoc />
    public Task ForgetAsync(string address, CancellationToken cancellationToken) =>
        passOnTo?.ForgetAsync(address, cancellationToken) ?? Task.CompletedTask;

    /// <summary>The next message to an address that was not read yet; waits for it.</summary>
    public async Task<MailMessage> NextAsync(string to)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        return await Box(to).Reader.ReadAsync(patience.Token);
    }

    /// <summary>How many messages to an address were not read yet.</summary>
    public int Waiting(string to) => Box(to).Reader.Count;

    private Channel<MailMessage> Box(string to) =>
        Boxes.GetOrAdd((settings.DatabaseUrl ?? "", to), _ => Channel.CreateUnbounded<MailMessage>());

    /// <summary>Puts it in front of the mailer that is registered.</summary>
    public static void AddTo(IServiceCollection services)
    {
        var registered = services.LastOrDefault(service => service.ServiceType == typeof(IMailer));
        services.RemoveAll<IMailer>();
        services.AddSingleton(provider => new CapturedMail(
            provider.GetRequiredService<ServerSettings>(),
            Original(provider, registered)
        ));
        services.AddSingleton<IMailer>(provider => provider.GetRequiredService<CapturedMail>());
    }

    private static IMailer? Original(IServiceProvider provider, ServiceDescriptor? registered) =>
        registered switch
        {
            null => null,
            { ImplementationInstance: IMailer mailer } => mailer,
            { ImplementationFactory: { } make } => (IMailer)make(provider),
            { ImplementationType: { } type } => (IMailer)ActivatorUtilities.CreateInstance(provider, type),
            _ => throw new InvalidOperationException("an unknown way to register a mailer"),
        };
}
