using Heretix.Billing.Events;
using Heretix.Billing.Providers;

namespace Heretix.Billing.Orders;

/// <summary>What becomes of events about orders when their provider cannot be asked.</summary>
internal static class OrderEvents
{
    public static Preparation.Ready NotConfigured(string provider, string variable) =>
        Preparation.Ready.With(
            EventOutcome.Flag(
                "not_configured",
                $"{provider} has to be asked and {variable} is not set; set it and replay the event."
            )
        );

    public static Preparation.Ready Refused(string provider, ProviderAnswer answer) =>
        Preparation.Ready.With(
            EventOutcome.Flag(
                "provider_refused",
                answer is ProviderAnswer.Refused refused
                    ? $"{provider} refused to tell about the payment (HTTP {refused.Status}, {refused.Code}); put that right and replay the event."
                    : $"{provider} does not know the payment (HTTP 404)."
            )
        );
}
