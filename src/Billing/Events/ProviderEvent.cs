using System.Text.Json;

namespace Heretix.Billing.Events;

/// <summary>Something that a provider told us, with its signature checked.</summary>
/// <param name="Source">Who: <c>stripe</c>, <c>razorpay</c>, <c>revenuecat</c>.</param>
/// <param name="EventId">The provider's id of the event.</param>
/// <param name="Type">The provider's word for what happened.</param>
/// <param name="Object">What it happened to, as the provider describes it.</param>
/// <param name="ObjectHash">
/// SHA-256, in hex, of the type and the object in canonical form. What changes from one delivery to the next (how many other
/// endpoints are still to be told, say) is not in it.
/// </param>
/// <param name="OccurredAt">When it happened by the provider's clock, in its resolution; null when the event does not say.</param>
/// <param name="Body">The body as it came.</param>
internal sealed record ProviderEvent(
    string Source,
    string EventId,
    string Type,
    JsonElement Object,
    string ObjectHash,
    DateTimeOffset? OccurredAt,
    ReadOnlyMemory<byte> Body
);
