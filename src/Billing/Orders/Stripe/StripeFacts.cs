using System.Text.Json;
using Heretix.Billing.Orders.Settling;
using Heretix.Billing.Providers;
using Heretix.Billing.Providers.Stripe;

namespace Heretix.Billing.Orders.Stripe;

/// <summary>Reads what Stripe's objects say about an order.</summary>
internal static class StripeFacts
{
    /// <summary>Which order an object is about; null when it is about no single payment.</summary>
    public static OrderReference? Reference(JsonElement about) =>
        ProviderId.Read(IsIntent(about) ? JsonMembers.Text(about, "id") : JsonMembers.Id(about, "payment_intent"))
            is { } intent
            ? new OrderReference(
                StripeClient.Source,
                intent,
                // What others hang on an intent may carry metadata of somebody else's.
                IsIntent(about)
                && Guid.TryParseExact(
                    JsonMembers.Text(JsonMembers.Object(about, "metadata"), "order_id"),
                    "D",
                    out var order
                )
                    ? order
                    : null
            )
            : null;

    /// <summary>What one object says; nothing when it says nothing about money.</summary>
    public static IEnumerable<PaymentFact> Of(JsonElement about) =>
        JsonMembers.Text(about, "object") switch
        {
            "payment_intent" => OfIntent(about) is { } fact ? [fact] : [],
            "refund" => Reversed(about, ReversalState.Refund, RefundState(about)),
            "dispute" => Reversed(about, ReversalState.Dispute, DisputeState(about)),
            _ => [],
        };

    private static PaymentFact? OfIntent(JsonElement intent) =>
        JsonMembers.Text(intent, "status") switch
        {
            "succeeded" => ProviderId.Read(JsonMembers.Text(intent, "id")) is { } id
            && JsonMembers.Integer(intent, "amount_received") is { } amount
            && Currency(intent) is { } currency
                ? new PaymentFact.Paid(id, amount, currency)
                : null,
            "processing" => new PaymentFact.Processing(),
            "canceled" => new PaymentFact.Failed(),
            "requires_payment_method"
                when JsonMembers.Object(intent, "last_payment_error").ValueKind == JsonValueKind.Object =>
                new PaymentFact.Failed(),
            _ => null,
        };

    private static IEnumerable<PaymentFact> Reversed(JsonElement about, string kind, string? state) =>
        state is not null
        && ProviderId.Read(JsonMembers.Text(about, "id")) is { } id
        && JsonMembers.Integer(about, "amount") is > 0 and { } amount
        && Currency(about) is { } currency
            ?
            [
                new PaymentFact.Reversed(kind, id, amount, currency, state)
                {
                    PaymentId = ProviderId.Read(JsonMembers.Id(about, "payment_intent")),
                    Own = Guid.TryParseExact(
                        JsonMembers.Text(JsonMembers.Object(about, "metadata"), "refund_id"),
                        "D",
                        out var own
                    )
                        ? own
                        : null,
                },
            ]
            : [];

    private static string? RefundState(JsonElement refund) =>
        JsonMembers.Text(refund, "status") switch
        {
            "pending" or "requires_action" => ReversalState.Pending,
            "succeeded" => ReversalState.Succeeded,
            "failed" or "canceled" => ReversalState.Failed,
            _ => null,
        };

    /// <summary>Of a mere warning nothing is withdrawn, and when it is closed it has ended without anything.</summary>
    private static string? DisputeState(JsonElement dispute) =>
        JsonMembers.Text(dispute, "status") switch
        {
            "warning_needs_response" or "warning_under_review" or "warning_closed" => ReversalState.Inquiry,
            "needs_response" or "under_review" => ReversalState.Open,
            "lost" => ReversalState.Lost,
            "won" or "prevented" => ReversalState.Won,
            _ => null,
        };

    private static string? Currency(JsonElement about) =>
        JsonMembers.Text(about, "currency") is { Length: 3 } currency ? currency.ToUpperInvariant() : null;

    private static bool IsIntent(JsonElement about) => JsonMembers.Text(about, "object") == "payment_intent";
}
