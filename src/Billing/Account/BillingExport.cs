using System.Text.Json;
using System.Text.Json.Serialization;

namespace Heretix.Billing.Account;

/// <summary>What billing holds on a user.</summary>
internal sealed record BillingExport(
    [property: JsonPropertyName("subscriptions")] IReadOnlyList<ExportedSubscription> Subscriptions,
    [property: JsonPropertyName("usage")] IReadOnlyList<ExportedUsage> Usage,
    [property: JsonPropertyName("customers")] IReadOnlyList<ExportedCustomer> Customers,
    [property: JsonPropertyName("events")] IReadOnlyList<ExportedEvent> Events,
    [property: JsonPropertyName("orders")] IReadOnlyList<ExportedOrder> Orders,
    [property: JsonPropertyName("coins")] ExportedCoins? Coins
);

internal sealed record ExportedCustomer(
    [property: JsonPropertyName("source")] string Source,
    [property: JsonPropertyName("id")] string Id,
    [property: JsonPropertyName("created_at")] DateTime CreatedAt
);

internal sealed record ExportedEvent(
    [property: JsonPropertyName("source")] string Source,
    [property: JsonPropertyName("event_id")] string EventId,
    [property: JsonPropertyName("type")] string Type,
    [property: JsonPropertyName("received_at")] DateTime ReceivedAt,
    [property: JsonPropertyName("outcome")] string Outcome
);

internal sealed record ExportedSubscription(
    [property: JsonPropertyName("id")] Guid Id,
    [property: JsonPropertyName("source")] string Source,
    [property: JsonPropertyName("plan")] string Plan,
    [property: JsonPropertyName("status")] string Status,
    [property: JsonPropertyName("current_period_start")] DateTime? CurrentPeriodStart,
    [property: JsonPropertyName("current_period_end")] DateTime? CurrentPeriodEnd,
    [property: JsonPropertyName("billing_anchor")] DateTime BillingAnchor,
    [property: JsonPropertyName("cancel_at_period_end")] bool CancelAtPeriodEnd,
    [property: JsonPropertyName("external_customer_id")] string? ExternalCustomerId,
    [property: JsonPropertyName("external_subscription_id")] string? ExternalSubscriptionId,
    [property: JsonPropertyName("created_at")] DateTime CreatedAt,
    [property: JsonPropertyName("updated_at")] DateTime UpdatedAt
);

internal sealed record ExportedUsage(
    [property: JsonPropertyName("meter")] string Meter,
    [property: JsonPropertyName("plan")] string Plan,
    [property: JsonPropertyName("period_start")] DateTime? PeriodStart,
    [property: JsonPropertyName("period_end")] DateTime? PeriodEnd,
    [property: JsonPropertyName("allowed")] int? Allowed,
    [property: JsonPropertyName("used")] int Used,
    [property: JsonPropertyName("updated_at")] DateTime UpdatedAt
);

internal sealed record ExportedCoins(
    [property: JsonPropertyName("balance")] long Balance,
    [property: JsonPropertyName("receivable")] long Receivable,
    [property: JsonPropertyName("transactions")] IReadOnlyList<ExportedTransaction> Transactions
);

internal sealed record ExportedTransaction(
    [property: JsonPropertyName("id")] Guid Id,
    [property: JsonPropertyName("type")] string Type,
    [property: JsonPropertyName("amount")] long Amount,
    [property: JsonPropertyName("balance_after")] long BalanceAfter,
    [property: JsonPropertyName("description")] string? Description,
    [property: JsonPropertyName("status")] string Status,
    [property: JsonPropertyName("created_at")] DateTime CreatedAt,
    [property: JsonPropertyName("chat_id")] Guid? ChatId,
    [property: JsonPropertyName("metadata")] JsonElement? Metadata
);

internal sealed record ExportedOrder(
    [property: JsonPropertyName("id")] Guid Id,
    [property: JsonPropertyName("package_id")] Guid PackageId,
    [property: JsonPropertyName("provider")] string Provider,
    [property: JsonPropertyName("provider_order_id")] string? ProviderOrderId,
    [property: JsonPropertyName("provider_payment_id")] string? ProviderPaymentId,
    [property: JsonPropertyName("status")] string Status,
    [property: JsonPropertyName("amount")] long Amount,
    [property: JsonPropertyName("currency")] string Currency,
    [property: JsonPropertyName("coins")] long Coins,
    [property: JsonPropertyName("idempotency_key")] string? IdempotencyKey,
    [property: JsonPropertyName("created_at")] DateTime CreatedAt,
    [property: JsonPropertyName("completed_at")] DateTime? CompletedAt,
    [property: JsonPropertyName("refunds")] IReadOnlyList<ExportedReversal> Refunds
);

internal sealed record ExportedReversal(
    [property: JsonPropertyName("id")] Guid Id,
    [property: JsonPropertyName("kind")] string Kind,
    [property: JsonPropertyName("state")] string State,
    [property: JsonPropertyName("amount")] long Amount,
    [property: JsonPropertyName("currency")] string Currency,
    [property: JsonPropertyName("coins")] long Coins,
    [property: JsonPropertyName("reason")] string? Reason,
    [property: JsonPropertyName("created_at")] DateTime CreatedAt
);
