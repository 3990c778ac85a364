using Heretix.Platform.Database;
using Microsoft.Extensions.DependencyInjection;

namespace Heretix.Platform.Notifications;

internal static class NotificationsServices
{
    public static IServiceCollection AddNotifications(this IServiceCollection services)
    {
        services.AddSingleton(provider => new ListenerAddress(
            provider.GetRequiredService<DatabaseConnections>().ForListener
        ));
        services.AddSingleton<NotificationListener>();
        services.AddSingleton<INotifications>(provider => provider.GetRequiredService<NotificationListener>());
        services.AddHostedService(provider => provider.GetRequiredService<NotificationListener>());
        services.AddHealthChecks().AddCheck<ListenerHealth>("notifications", tags: ["ready"]);
        return services;
    }
}
