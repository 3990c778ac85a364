using System.Globalization;
using System.Text.Json.Serialization;

namespace Heretix.Billing.Orders.Operating;

/// <summary>An order as operators see it.</summary>
/// <param name="Id">Its id.</param>
/// <param name="UserId">Who ordered; null once erased.</param>
/// <param name="Provider">Who is paid.</param>
/// <param name="ProviderOrderId">The provider's id of the order.</param>
/// <param name="ProviderPaymentId">The provider's id of the payment.</param>
/// <param name="Status">How far it is.</param>
/// <param name="Amount">The price in minor units.</param>
/// <param name="AmountPaid">What was paid, in minor units.</param>
/// <param name="Currency">ISO 4217.</param>
/// <param name="Coins">Coins that it buys.</param>
/// <param name="Flagged">Somebody has to look at it.</param>
/// <param name="FlagReason">Why.</param>
/// <param name="FlagDetail">A sentence on that.</param>
/// <param name="CreatedAt">When it was placed (UTC).</param>
/// <param name="CompletedAt">When its coins were credited.</param>
/// <param name="NextCheckAt">When its provider is asked next.</param>
/// <param name="Reversals">Its refunds and disputes; empty in lists.</param>
public sealed record OrderEntry(
    [property: JsonPropertyName("id")] Guid Id,
    [property: JsonPropertyName("user_id")] Guid? UserId,
    [property: JsonPropertyName("provider")] string Provider,
    [property: JsonPropertyName("provider_order_id")] string? ProviderOrderId,
    [property: JsonPropertyName("provider_payment_id")] string? ProviderPaymentId,
    [property: JsonPropertyName("status")] string Status,
    [property: JsonPropertyName("amount")] long Amount,
    [property: JsonPropertyName("amount_paid")] long? AmountPaid,
    [property: JsonPropertyName("currency")] string Currency,
    [property: JsonPropertyName("coins")] long Coins,
    [property: JsonPropertyName("flagged")] bool Flagged,
    [property: JsonPropertyName("flag_reason")] string? FlagReason,
    [property: JsonPropertyName("flag_detail")] string? FlagDetail,
    [property: JsonPropertyName("created_at")] DateTime CreatedAt,
    [property: JsonPropertyName("completed_at")] DateTime? CompletedAt,
    [property: JsonPropertyName("next_check_at")] DateTime? NextCheckAt,
    [property: JsonPropertyName("reversals")] IReadOnlyList<ReversalEntry> Reversals
)
{
    /// <summary>The headings of the cells.</summary>
    public static IReadOnlyList<string> Headings { get; } =
    ["PLACED", "ORDER", "PROVIDER", "STATUS", "PRICE", "COINS", "FLAG"];

    /// <summary>Itself as a row of a table.</summary>
    public IReadOnlyList<string> Cells() =>
        [
            CreatedAt.ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture) + "Z",
            Id.ToString("D"),
            Provider,
            Status,
            string.Create(CultureInfo.InvariantCulture, $"{Amount / 100m:F2} {Currency}"),
            Coins.ToString(CultureInfo.InvariantCulture),
            FlagReason ?? "",
        ];

    internal static OrderEntry Of(PaymentOrder order, params IReadOnlyList<PaymentReversal> reversals) =>
        new(
            order.Id,
            order.UserId,
            order.Provider,
            order.ProviderOrderId,
            order.ProviderPaymentId,
            order.Status,
            order.Amount,
            order.AmountPaid,
            order.Currency,
            order.Coins,
            order.Flagged,
            order.FlagReason,
            order.FlagDetail,
            order.CreatedAt.UtcDateTime,
            order.CompletedAt?.UtcDateTime,
            order.NextCheckAt?.UtcDateTime,
            [.. reversals.Select(ReversalEntry.Of)]
        );
}

/// <summary>A refund or a dispute as operators see it.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Kind"><c>refund</c> or <c>dispute</c>.</param>
/// <param name="ProviderRefundId">The provider's id.</param>
/// <param name="State">How far it is.</param>
/// <param name="Amount">In minor units.</param>
/// <param name="Currency">ISO 4217.</param>
/// <param name="Coins">Coins that it took, less those given again.</param>
/// <param name="Reason">What the buyer reads.</param>
/// <param name="CreatedAt">When it was asked for, or heard of (UTC).</param>
/// <param name="ProcessedAt">When it was decided.</param>
public sealed record ReversalEntry(
    [property: JsonPropertyName("id")] Guid Id,
    [property: JsonPropertyName("kind")] string Kind,
    [property: JsonPropertyName("provider_refund_id")] string? ProviderRefundId,
    [property: JsonPropertyName("state")] string State,
    [property: JsonPropertyName("amount")] long Amount,
    [property: JsonPropertyName("currency")] string Currency,
    [property: JsonPropertyName("coins")] long Coins,
    [property: JsonPropertyName("reason")] string? Reason,
    [property: JsonPropertyName("created_at")] DateTime CreatedAt,
    [property: JsonPropertyName("processed_at")] DateTime? ProcessedAt
)
{
    internal static ReversalEntry Of(PaymentReversal reversal) =>
        new(
            reversal.Id,
            reversal.Kind,
            reversal.ProviderRefundId,
            reversal.State,
            reversal.Amount,
            reversal.Currency,
            reversal.Coins,
            reversal.Reason,
            reversal.CreatedAt.UtcDateTime,
            reversal.ProcessedAt?.UtcDateTime
        );
}

/// <summary>How orders are written as JSON.</summary>
[JsonSerializable(typeof(IReadOnlyList<OrderEntry>))]
[JsonSerializable(typeof(OrderEntry))]
public sealed partial class OrderEntryJson : JsonSerializerContext;
