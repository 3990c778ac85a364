using Heretix.Platform.Database;
using Heretix.Platform.Settings;
using Microsoft.Extensions.DependencyInjection;

namespace Heretix.Platform.Notifications;

internal static class NotificationsServices
{
    public static IServiceCollection AddNotifications(this IServiceCollection services, ServerSettings settings)
    {
        services.AddSingleton(_ => Address(settings));
        services.AddSingleton<NotificationListener>();
        services.AddSingleton<INotifications>(provider => provider.GetRequiredService<NotificationListener>());
        services.AddHostedService(provider => provider.GetRequiredService<NotificationListener>());
        services.AddHealthChecks().AddCheck<ListenerHealth>("notifications", tags: ["ready"]);
        return services;
    }

    private static ListenerAddress Address(ServerSettings settings)
    {
        var address = DatabaseAddress.ToConnectionString(settings.DatabaseUrl!);
        (address.Pooling, address.KeepAlive) = (false, 30);
        return new ListenerAddress(address.ConnectionString);
    }
}
