using Heretix.Accounts.Entitlements;
using Heretix.Billing.Entitlements;
using Heretix.Billing.Ledger;
using Heretix.Billing.Ledger.Audit;
using Heretix.Billing.Orders;
using Heretix.Billing.Plans;
using Heretix.Billing.Providers;
using Heretix.Billing.Usage;
using Heretix.Platform.Jobs;
using Heretix.Platform.Settings;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Heretix.Billing;

internal static class BillingServices
{
    public static IServiceCollection AddBilling(this IServiceCollection services, ServerSettings settings)
    {
        services
            .AddKnownOptions<BillingOptions>(BillingOptions.Section)
            .AddKnownSection(BillingOptionsValidation.Plans)
            .AddOptions<BillingOptions>()
            .Bind(settings.Configuration.GetSection(BillingOptions.Section))
            .ValidateDataAnnotations()
            .ValidateOnStart();
        services.AddSingleton<IValidateOptions<BillingOptions>>(new BillingOptionsValidation(settings.Configuration));

        services.AddSingleton<PlanCatalogue>();
        services.AddSingleton<UsageReader>();
        services.AddSingleton<UsageMetrics>();
        services.AddSingleton<IUsageMeter, UsageMeter>();
        services.AddSingleton<UsageProblem>();
        services.AddSingleton<ReservationSweep>();
        services.AddRecurringJob<ReservationSweep>("billing.reservations", ReservationSweep.Interval);
        services.AddSingleton<Subscriptions.Subscriptions>();
        services.AddSingleton<IEntitlements, PlanEntitlements>();
        services.AddLedger(settings);
        services.AddProviders(settings);
        services.AddOrders(settings);

        services.ConfigureHttpJsonOptions(json =>
            json.SerializerOptions.TypeInfoResolverChain.Insert(0, BillingJson.Default)
        );
        return services;
    }

    private static void AddLedger(this IServiceCollection services, ServerSettings settings)
    {
        services.AddSingleton<LedgerMetrics>();
        services.AddSingleton(provider => new CoinLedger(
            provider.GetRequiredService<LedgerMetrics>(),
            provider.GetRequiredService<IOptions<BillingOptions>>(),
            provider.GetRequiredService<TimeProvider>(),
            provider.GetRequiredService<ILogger<CoinLedger>>()
        ));
        services.AddSingleton<CoinProblem>();
        services.AddSingleton<LedgerAudit>();
        services.AddRecurringJob<LedgerAudit>(LedgerAudit.Kind, LedgerAudit.Interval);
        if (settings.Role != ServerRole.Api)
            services.AddHostedService<LedgerGauge>();
    }
}
