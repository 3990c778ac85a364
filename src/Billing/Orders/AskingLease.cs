using Heretix.Billing.Providers;

namespace Heretix.Billing.Orders;

/// <summary>How long one process may have the turn to ask a provider for something: longer than all attempts at a question or two take.</summary>
internal static class AskingLease
{
    public static TimeSpan Of(ProviderOptions options) =>
        (2 * options.ProviderAttempts * options.ProviderTimeout) + TimeSpan.FromSeconds(options.ProviderAttempts);
}
