using System.Diagnostics.Metrics;
using Heretix.Platform.Settings;
using Microsoft.Extensions.DependencyInjection;

namespace Heretix.Platform.Mail;

internal static class MailServices
{
    /// <summary>Postmark when there is a token, else SMTP when there is a host, else the local outbox.</summary>
    public static IServiceCollection AddMail(this IServiceCollection services, ServerSettings settings)
    {
        services
            .AddKnownOptions<MailOptions>(MailOptions.Section)
            .AddOptions<MailOptions>()
            .Bind(settings.Configuration.GetSection(MailOptions.Section))
            .ValidateDataAnnotations()
            .ValidateOnStart();
        if (!string.IsNullOrEmpty(settings.Configuration["POSTMARK_TOKEN"]))
            return services.AddMailer<PostmarkMailer>("postmark");
        if (!string.IsNullOrEmpty(settings.Configuration["SMTP_HOST"]))
            return services.AddMailer<SmtpMailer>("smtp");
        // Production never comes here: its settings are refused without a provider.
        return services.AddMailer<Outbox>("outbox");
    }

    private static IServiceCollection AddMailer<TMailer>(this IServiceCollection services, string name)
        where TMailer : class, IMailer =>
        services
            .AddSingleton<TMailer>()
            .AddSingleton<IMailer>(provider => new MeasuredMailer(
                provider.GetRequiredService<TMailer>(),
                name,
                provider.GetRequiredService<IMeterFactory>()
            ));
}
