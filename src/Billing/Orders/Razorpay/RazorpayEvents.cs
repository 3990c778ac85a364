using System.Text.Json;
using Heretix.Billing.Events;
using Heretix.Billing.Orders.Settling;
using Heretix.Billing.Providers;

namespace Heretix.Billing.Orders.Razorpay;

/// <summary>
/// Razorpay's events about payments, refunds and disputes. Each brings the objects that it is about, and what they say
/// holds whenever it is heard. Notes of a payment come from the buyer's browser, so an order is known by Razorpay's own id
/// and the receipt alone.
/// </summary>
internal sealed class RazorpayEvents(RazorpayCoins razorpay, OrderSettlement settlement, ProviderSettings settings)
    : IEventHandler
{
    public string Source => RazorpayFacts.Provider;

    public IReadOnlyCollection<string> Types { get; } =
    [
        "payment.authorized",
        "payment.captured",
        "payment.failed",
        "order.paid",
        "refund.created",
        "refund.processed",
        "refund.failed",
        "refund.speed_changed",
        "payment.dispute.created",
        "payment.dispute.action_required",
        "payment.dispute.under_review",
        "payment.dispute.won",
        "payment.dispute.lost",
        "payment.dispute.closed",
    ];

    public async ValueTask<Preparation> PrepareAsync(
        ProviderEvent received,
        bool fetch,
        CancellationToken cancellationToken
    )
    {
        var payload = received.Object;
        var (payment, order) = (Entity(payload, "payment"), Entity(payload, "order"));
        var (refund, dispute) = (Entity(payload, "refund"), Entity(payload, "dispute"));
        var about = new OrderReference(
            Source,
            ProviderId.Read(JsonMembers.Text(payment, "order_id") ?? JsonMembers.Text(order, "id")),
            Guid.TryParseExact(JsonMembers.Text(order, "receipt"), "N", out var named) ? named : null,
            ProviderId.Read(
                JsonMembers.Text(payment, "id")
                    ?? JsonMembers.Text(refund, "payment_id")
                    ?? JsonMembers.Text(dispute, "payment_id")
            )
        );
        List<PaymentFact> facts =
        [
            .. (
                (PaymentFact?[])
                    [RazorpayFacts.OfPayment(payment), RazorpayFacts.OfRefund(refund), RazorpayFacts.OfDispute(dispute)]
            ).OfType<PaymentFact>(),
        ];
        if (fetch && about.OrderId is { } id && await settlement.KnowsAsync(about, cancellationToken))
        {
            if (!settings.SellsByRazorpay)
                return OrderEvents.NotConfigured("Razorpay", "RAZORPAY_KEY_ID");
            switch (await razorpay.AllOfAsync(id, default, cancellationToken))
            {
                case Asked.Told told:
                    facts.AddRange(told.Facts);
                    break;
                case Asked.Failed { Answer: ProviderAnswer.Unavailable away }:
                    return new Preparation.Unavailable(away.RetryAfter);
                case Asked.Failed failed:
                    return OrderEvents.Refused("Razorpay", failed.Answer);
            }
        }
        return facts.Count == 0 || (about.OrderId ?? about.PaymentId) is null
            ? Preparation.Ready.With(EventOutcome.Ignored)
            : new Preparation.Ready((db, stop) => settlement.ApplyAsync(db, about, facts, stop));
    }

    private static JsonElement Entity(JsonElement payload, string name) =>
        JsonMembers.Object(JsonMembers.Object(payload, name), "entity");
}
