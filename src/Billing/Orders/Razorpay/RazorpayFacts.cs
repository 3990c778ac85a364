using System.Text.Json;
using Heretix.Billing.Events.Sources;
using Heretix.Billing.Orders.Settling;
using Heretix.Billing.Providers;

namespace Heretix.Billing.Orders.Razorpay;

/// <summary>Reads what Razorpay's objects say about an order.</summary>
internal static class RazorpayFacts
{
    public const string Provider = RazorpaySource.Source;

    /// <summary>What lists of Razorpay hold.</summary>
    public static IEnumerable<JsonElement> Items(JsonElement list) => JsonMembers.Items(list, "items");

    /// <summary>What a payment says; null for one that was only begun.</summary>
    public static PaymentFact? OfPayment(JsonElement payment) =>
        JsonMembers.Text(payment, "status") switch
        {
            "captured" or "refunded" => ProviderId.Read(JsonMembers.Text(payment, "id")) is { } id
            && JsonMembers.Integer(payment, "amount") is { } amount
            && Currency(payment) is { } currency
                ? new PaymentFact.Paid(id, amount, currency)
                : null,
            "authorized" => new PaymentFact.Processing(),
            "failed" => new PaymentFact.Failed(),
            _ => null,
        };

    /// <summary>What a refund says; null when it is none.</summary>
    public static PaymentFact.Reversed? OfRefund(JsonElement refund) =>
        Reversed(
            refund,
            ReversalState.Refund,
            JsonMembers.Text(refund, "status") switch
            {
                "pending" => ReversalState.Pending,
                "processed" => ReversalState.Succeeded,
                "failed" => ReversalState.Failed,
                _ => null,
            }
        );

    /// <summary>What a dispute says. While a bank only asks (retrieval, fraud), nothing is deducted.</summary>
    public static PaymentFact.Reversed? OfDispute(JsonElement dispute) =>
        Reversed(
            dispute,
            ReversalState.Dispute,
            (JsonMembers.Text(dispute, "status"), JsonMembers.Text(dispute, "phase")) switch
            {
                ("lost", _) => ReversalState.Lost,
                ("won", _) => ReversalState.Won,
                (_, "retrieval" or "fraud") => ReversalState.Inquiry,
                ("open" or "under_review", _) => ReversalState.Open,
                ("closed", _) => ReversalState.Won,
                _ => null,
            }
        );

    private static PaymentFact.Reversed? Reversed(JsonElement about, string kind, string? state) =>
        state is not null
        && ProviderId.Read(JsonMembers.Text(about, "id")) is { } id
        && JsonMembers.Integer(about, "amount") is > 0 and { } amount
        && Currency(about) is { } currency
            ? new PaymentFact.Reversed(kind, id, amount, currency, state)
            {
                PaymentId = ProviderId.Read(JsonMembers.Text(about, "payment_id")),
                Own = Guid.TryParseExact(
                    JsonMembers.Text(JsonMembers.Object(about, "notes"), "refund_id"),
                    "D",
                    out var own
                )
                    ? own
                    : null,
            }
            : null;

    private static string? Currency(JsonElement about) =>
        JsonMembers.Text(about, "currency") is { Length: 3 } currency ? currency.ToUpperInvariant() : null;
}
