using System.Text.Json.Serialization;

namespace Heretix.Billing.Ledger;

/// <summary>The metadata of a transfer that reverses another.</summary>
internal sealed record ReversalNote(
    [property: JsonPropertyName("original_transaction_id")] Guid OriginalTransactionId,
    [property: JsonPropertyName("reason")] string Reason
);
