using Heretix.Billing.Events;
using Heretix.Billing.Events.Sources;
using Heretix.Billing.Providers.RevenueCat;
using Heretix.Billing.Providers.Stripe;
using Heretix.Billing.Providers.Testing;
using Heretix.Platform.Database;
using Heretix.Platform.Encryption;
using Heretix.Platform.Jobs;
using Heretix.Platform.Settings;
using Microsoft.Extensions.DependencyInjection;

namespace Heretix.Billing.Providers;

/// <summary>What it takes to sell plans and to hear from those who were paid.</summary>
internal static class ProviderServices
{
    public static IServiceCollection AddProviders(this IServiceCollection services, ServerSettings settings)
    {
        services
            .AddKnownOptions<ProviderOptions>(BillingOptions.Section)
            .AddOptions<ProviderOptions>()
            .Bind(settings.Configuration.GetSection(BillingOptions.Section))
            .ValidateDataAnnotations()
            .ValidateOnStart();
        services.AddSingleton<ISettingsCheck, ProviderSettingsCheck>();
        services.AddSingleton<ProviderSettings>();
        services.AddSingleton<PlanSellers>();
        services
            .AddHttpClient(
                ProviderHttp.Client,
                client =>
                {
                    client.Timeout = Timeout.InfiniteTimeSpan;
                    client.MaxResponseContentBufferSize = 4 * 1024 * 1024;
                }
            )
            .ConfigurePrimaryHttpMessageHandler(static () =>
                new SocketsHttpHandler
                {
                    AllowAutoRedirect = false,
                    UseCookies = false,
                    PooledConnectionLifetime = TimeSpan.FromMinutes(10),
                }
            )
            .RemoveAllLoggers();
        services.AddSingleton<ProviderMetrics>();
        services.AddSingleton<ProviderHttp>();

        services.AddSingleton<StripeClient>();
        services.AddSingleton<StripeCustomers>();
        services.AddSingleton<StripeStanding>();
        services.AddSingleton<StripeSeller>();
        services.AddEventHandler<StripeEvents>();
        services.AddJob<StripeDeparture, DepartedCustomer>(
            StripeDeparture.Kind,
            StripeDeparture.Retry,
            BillingJson.Default.DepartedCustomer
        );
        services.AddRecurringJob<StripeOverdue>(StripeOverdue.Kind, StripeOverdue.Interval);

        services.AddSingleton<RevenueCatPurchases>();
        services.AddEventHandler<RevenueCatEvents>();

        services.AddSingleton<TestTickets>();
        services.AddSingleton<TestSeller>();

        services.AddSource<StripeSource>();
        services.AddSource<RevenueCatSource>();
        services.AddSource<RazorpaySource>();
        services.AddSingleton<EventHandlers>();
        services.AddSingleton<EventMetrics>();
        services.AddSingleton<EventRecords>();
        services.AddSingleton<EventIntake>();
        services.AddSingleton(provider => new EventArchive(
            provider.GetRequiredService<DatabaseConnections>(),
            provider.GetServices<IEventSource>(),
            provider.GetRequiredService<EventHandlers>(),
            provider.GetRequiredService<IFieldCipher>(),
            provider.GetRequiredService<TimeProvider>()
        ));
        services.AddEncryptedColumn<StoredEvent>(stored => stored.Payload, StoredEvent.Purpose);
        services.AddRecurringJob<EventRetention>(EventRetention.Kind, EventRetention.At);
        return services;
    }

    private static void AddSource<TSource>(this IServiceCollection services)
        where TSource : class, IEventSource
    {
        services.AddSingleton<TSource>();
        services.AddSingleton<IEventSource>(provider => provider.GetRequiredService<TSource>());
    }
}
