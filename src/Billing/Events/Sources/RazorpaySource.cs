using System.Text.Json;
using Heretix.Billing.Providers;
using Microsoft.AspNetCore.Http;

namespace Heretix.Billing.Events.Sources;

/// <summary>Events of Razorpay: <c>{"event", "created_at", "payload"}</c>, with their id in a header.</summary>
internal sealed class RazorpaySource(ProviderSettings settings) : IEventSource
{
    /// <summary>The name under which its events are stored.</summary>
    public const string Source = "razorpay";

    public string Name => Source;

    public string? IdHeader => "X-Razorpay-Event-Id";

    public bool IsConfigured => settings.RazorpayWebhookSecrets.Count > 0;

    public SenderProof Check(IHeaderDictionary headers, ReadOnlySpan<byte> body, DateTimeOffset now) =>
        RazorpaySignature.Check(headers["X-Razorpay-Signature"], body, settings.RazorpayWebhookSecrets);

    public ProviderEvent? Read(ReadOnlyMemory<byte> body, string? id)
    {
        if (
            EventEnvelope.Word(id) is not { } eventId
            || EventEnvelope.Parse(body) is not { } root
            || EventEnvelope.Word(JsonMembers.Text(root, "event")) is not { } type
            || !root.TryGetProperty("payload", out var payload)
            || payload.ValueKind != JsonValueKind.Object
        )
            return null;
        return new ProviderEvent(
            Name,
            eventId,
            type,
            payload,
            CanonicalJson.Hash(type, payload),
            JsonMembers.Seconds(root, "created_at"),
            body
        );
    }
}
