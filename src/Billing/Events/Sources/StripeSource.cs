using System.Text.Json;
using Heretix.Billing.Providers;
using Heretix.Billing.Providers.Stripe;
using Microsoft.AspNetCore.Http;

namespace Heretix.Billing.Events.Sources;

/// <summary>Events of Stripe: <c>{"id", "type", "created", "data": {"object"}}</c>.</summary>
internal sealed class StripeSource(ProviderSettings settings) : IEventSource
{
    public string Name => StripeClient.Source;

    public string? IdHeader => null;

    public bool IsConfigured => settings.StripeWebhookSecrets.Count > 0;

    public SenderProof Check(IHeaderDictionary headers, ReadOnlySpan<byte> body, DateTimeOffset now) =>
        StripeSignature.Check(headers["Stripe-Signature"], body, settings.StripeWebhookSecrets, now);

    public ProviderEvent? Read(ReadOnlyMemory<byte> body, string? id)
    {
        if (
            EventEnvelope.Parse(body) is not { } root
            || EventEnvelope.Word(JsonMembers.Text(root, "id")) is not { } eventId
            || EventEnvelope.Word(JsonMembers.Text(root, "type")) is not { } type
            || !root.TryGetProperty("data", out var data)
            || data.ValueKind != JsonValueKind.Object
            || !data.TryGetProperty("object", out var about)
            || about.ValueKind != JsonValueKind.Object
        )
            return null;
        return new ProviderEvent(
            Name,
            eventId,
            type,
            about,
            CanonicalJson.Hash(type, about),
            JsonMembers.Seconds(root, "created"),
            body
        );
    }
}
