using Heretix.Billing.Events;
using Heretix.Billing.Orders.Operating;
using Heretix.Billing.Orders.Placing;
using Heretix.Billing.Orders.Razorpay;
using Heretix.Billing.Orders.Refunding;
using Heretix.Billing.Orders.Settling;
using Heretix.Billing.Orders.Stripe;
using Heretix.Billing.Orders.Testing;
using Heretix.Billing.Providers;
using Heretix.Platform.Database;
using Heretix.Platform.Jobs;
using Heretix.Platform.Settings;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Heretix.Billing.Orders;

/// <summary>What it takes to sell coins.</summary>
internal static class OrderServices
{
    public static IServiceCollection AddOrders(this IServiceCollection services, ServerSettings settings)
    {
        services
            .AddKnownOptions<OrderOptions>(BillingOptions.Section)
            .AddOptions<OrderOptions>()
            .Bind(settings.Configuration.GetSection(BillingOptions.Section))
            .ValidateDataAnnotations()
            .ValidateOnStart();
        services.AddSingleton<OrderMetrics>();
        services.AddSingleton<OrderCoins>();
        services.AddSingleton<OrderSettlement>();
        services.AddSingleton<OrderPlacement>();
        services.AddSingleton<CoinSellers>();

        services.AddSingleton<StripePayments>();
        services.AddSeller<StripeCoins>();
        services.AddEventHandler<StripePaymentEvents>();

        services.AddSingleton<RazorpayClient>();
        services.AddSeller<RazorpayCoins>();
        services.AddEventHandler<RazorpayEvents>();

        services.AddSingleton<TestOrderTickets>();
        services.AddSeller<TestCoins>();

        services.AddSingleton(provider => new OrderRefunds(
            provider.GetRequiredService<DatabaseConnections>(),
            provider.GetRequiredService<CoinSellers>(),
            provider.GetRequiredService<OrderSettlement>(),
            provider.GetRequiredService<IOptions<ProviderOptions>>(),
            provider.GetRequiredService<TimeProvider>()
        ));
        services.AddSingleton(provider => new OrderArchive(
            provider.GetRequiredService<DatabaseConnections>(),
            provider.GetRequiredService<TimeProvider>()
        ));
        services.AddRecurringJob<OrderReconciliation>(OrderReconciliation.Kind, OrderReconciliation.Interval);
        return services;
    }

    public static void MapPayments(this IEndpointRouteBuilder routes)
    {
        var payments = routes.MapGroup("/api/payments").WithTags("payments");
        payments.MapOrders();
        payments.MapRazorpayVerification();
        routes.MapTestOrders();
    }

    private static void AddSeller<TSeller>(this IServiceCollection services)
        where TSeller : class, ICoinSeller
    {
        services.AddSingleton<TSeller>();
        services.AddSingleton<ICoinSeller>(provider => provider.GetRequiredService<TSeller>());
    }
}
