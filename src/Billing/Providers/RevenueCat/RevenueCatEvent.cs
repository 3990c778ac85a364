using System.Text.Json;

namespace Heretix.Billing.Providers.RevenueCat;

/// <summary>What RevenueCat says about a purchase, with what matters here.</summary>
internal sealed record RevenueCatEvent
{
    /// <summary>The users that are named: the one of the app first, then its aliases.</summary>
    public required IReadOnlyList<Guid> Users { get; init; }

    /// <summary>The entitlements that the purchase opens.</summary>
    public required IReadOnlyList<string> Entitlements { get; init; }

    /// <summary>The purchase, over all its renewals; null when the event does not name it.</summary>
    public string? Purchase { get; init; }

    public DateTimeOffset? PurchasedAt { get; init; }

    public DateTimeOffset? ExpiresAt { get; init; }

    /// <summary>Until when the store itself keeps the purchase open while a payment is tried again.</summary>
    public DateTimeOffset? GraceEndsAt { get; init; }

    /// <summary>It was made in the sandbox of a store, for nothing.</summary>
    public bool IsSandbox { get; init; }

    /// <summary>Whose purchases were taken over, for a transfer.</summary>
    public required IReadOnlyList<Guid> From { get; init; }

    /// <summary>Who took them over.</summary>
    public required IReadOnlyList<Guid> To { get; init; }

    public static RevenueCatEvent Read(JsonElement json) =>
        new()
        {
            Users =
            [
                .. Ids(
                    [
                        JsonMembers.Text(json, "app_user_id"),
                        JsonMembers.Text(json, "original_app_user_id"),
                        .. Texts(json, "aliases"),
                    ]
                ),
            ],
            Entitlements = [.. Entitled(json)],
            Purchase = JsonMembers.Text(json, "original_transaction_id"),
            PurchasedAt = JsonMembers.Milliseconds(json, "purchased_at_ms"),
            ExpiresAt = JsonMembers.Milliseconds(json, "expiration_at_ms"),
            GraceEndsAt = JsonMembers.Milliseconds(json, "grace_period_expiration_at_ms"),
            IsSandbox = JsonMembers.Text(json, "environment") == "SANDBOX",
            From = [.. Ids(Texts(json, "transferred_from"))],
            To = [.. Ids(Texts(json, "transferred_to"))],
        };

    private static IEnumerable<Guid> Ids(IEnumerable<string?> texts) =>
        texts.Select(text => Guid.TryParse(text, out var id) ? id : Guid.Empty).Where(id => id != Guid.Empty).Distinct();

    private static IEnumerable<string> Entitled(JsonElement json) =>
        Texts(json, "entitlement_ids").OfType<string>().Append(JsonMembers.Text(json, "entitlement_id")).OfType<string>();

    private static IEnumerable<string?> Texts(JsonElement json, string member) =>
        json.TryGetProperty(member, out var list) && list.ValueKind == JsonValueKind.Array
            ? list.EnumerateArray()
                .Where(item => item.ValueKind == JsonValueKind.String)
                .Select(item => item.GetString())
            : [];
}
