using Heretix.Platform.Settings;
using Microsoft.Extensions.DependencyInjection;

namespace Heretix.Platform.Mail;

internal static class MailServices
{
    public static IServiceCollection AddMail(this IServiceCollection services, ServerSettings settings) => services;
}
