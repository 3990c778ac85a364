using Heretix.Billing.Events;
using Heretix.Billing.Orders.Settling;
using Heretix.Billing.Providers;
using Heretix.Billing.Providers.Stripe;

namespace Heretix.Billing.Orders.Stripe;

/// <summary>
/// Stripe's events about single payments, their refunds and disputes. Each says something that holds whenever it is heard;
/// only <c>charge.refunded</c> does not say which refunds there are, so they are fetched.
/// </summary>
internal sealed class StripePaymentEvents(StripeCoins stripe, OrderSettlement settlement, ProviderSettings settings)
    : IEventHandler
{
    private const string ChargeRefunded = "charge.refunded";

    public string Source => StripeClient.Source;

    public IReadOnlyCollection<string> Types { get; } =
    [
        "payment_intent.processing",
        "payment_intent.succeeded",
        "payment_intent.payment_failed",
        "payment_intent.canceled",
        ChargeRefunded,
        "charge.refund.updated",
        "charge.dispute.created",
        "charge.dispute.updated",
        "charge.dispute.closed",
        "charge.dispute.funds_withdrawn",
        "charge.dispute.funds_reinstated",
        "refund.created",
        "refund.updated",
        "refund.failed",
    ];

    public async ValueTask<Preparation> PrepareAsync(
        ProviderEvent received,
        bool fetch,
        CancellationToken cancellationToken
    )
    {
        if (StripeFacts.Reference(received.Object) is not { } about)
            return Preparation.Ready.With(EventOutcome.Ignored);
        List<PaymentFact> facts = [.. StripeFacts.Of(received.Object)];
        if (fetch || received.Type == ChargeRefunded)
        {
            if (!await settlement.KnowsAsync(about, cancellationToken))
                return Preparation.Ready.With(OrderSettlement.UnknownOrder);
            if (!settings.SellsByStripe)
                return OrderEvents.NotConfigured("Stripe", "STRIPE_SECRET");
            switch (await stripe.AllOfAsync(about.OrderId!, cancellationToken))
            {
                case Asked.Told told:
                    facts.AddRange(told.Facts);
                    break;
                case Asked.Failed { Answer: ProviderAnswer.Unavailable away }:
                    return new Preparation.Unavailable(away.RetryAfter);
                case Asked.Failed failed:
                    return OrderEvents.Refused("Stripe", failed.Answer);
            }
        }
        return facts.Count == 0
            ? Preparation.Ready.With(EventOutcome.Ignored)
            : new Preparation.Ready((db, stop) => settlement.ApplyAsync(db, about, facts, stop));
    }
}
