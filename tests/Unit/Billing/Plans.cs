using Heretix.Billing;
using Heretix.Billing.Plans;
using Microsoft.Extensions.Options;

namespace Heretix.Tests.Unit.Billing;

internal static class Plans
{
    /// <summary>The plans without any configuration.</summary>
    public static PlanCatalogue Usual => new(Options.Create(new BillingOptions()));
}
