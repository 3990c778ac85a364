using Heretix.Billing.Providers.Stripe;
using Heretix.Billing.Providers.Testing;
using Microsoft.Extensions.DependencyInjection;

namespace Heretix.Billing.Providers;

/// <summary>Who sells plans here.</summary>
internal sealed class PlanSellers(ProviderSettings settings, IServiceProvider services)
{
    /// <summary>The seller; null when none is set up.</summary>
    public IPlanSeller? Current =>
        settings.SellsByStripe ? services.GetRequiredService<StripeSeller>()
        : settings.SellsByTest ? services.GetRequiredService<TestSeller>()
        : null;
}
