using System.Text.Json;
using Heretix.Billing.Providers;
using Microsoft.AspNetCore.Http;

namespace Heretix.Billing.Events.Sources;

/// <summary>Events of RevenueCat: <c>{"event": {"id", "type", "event_timestamp_ms", ...}}</c>, or the event alone.</summary>
internal sealed class RevenueCatSource(ProviderSettings settings) : IEventSource
{
    /// <summary>The name under which its events and subscriptions are stored.</summary>
    public const string Source = "revenuecat";

    public string Name => Source;

    public string? IdHeader => null;

    public bool IsConfigured => settings.RevenueCatSecrets.Count > 0;

    public SenderProof Check(IHeaderDictionary headers, ReadOnlySpan<byte> body, DateTimeOffset now) =>
        BearerSecret.Check(headers.Authorization, settings.RevenueCatSecrets);

    public ProviderEvent? Read(ReadOnlyMemory<byte> body, string? id)
    {
        if (EventEnvelope.Parse(body) is not { } root)
            return null;
        var about =
            root.TryGetProperty("event", out var inner) && inner.ValueKind == JsonValueKind.Object ? inner : root;
        var eventId = EventEnvelope.Word(JsonMembers.Text(about, "id") ?? JsonMembers.Text(about, "event_id"));
        var type = EventEnvelope
            .Word(JsonMembers.Text(about, "type") ?? JsonMembers.Text(about, "event_type"))
            ?.ToUpperInvariant();
        return eventId is null || type is null
            ? null
            : new ProviderEvent(
                Name,
                eventId,
                type,
                about,
                CanonicalJson.Hash(type, about),
                JsonMembers.Milliseconds(about, "event_timestamp_ms"),
                body
            );
    }
}
