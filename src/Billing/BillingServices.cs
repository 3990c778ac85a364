using Heretix.Accounts.Entitlements;
using Heretix.Billing.Entitlements;
using Heretix.Billing.Plans;
using Heretix.Billing.Providers;
using Heretix.Billing.Usage;
using Heretix.Platform.Jobs;
using Heretix.Platform.Settings;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Heretix.Billing;

internal static class BillingServices
{
    public static IServiceCollection AddBilling(this IServiceCollection services, ServerSettings settings)
    {
        services
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
        services.AddProviders(settings);
        return services;
    }
}
