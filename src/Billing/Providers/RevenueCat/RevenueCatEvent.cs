using System.Globalization;
using System.Text.Json;

namespace Heretix.Billing.Providers.RevenueCat;

/// <summary>What RevenueCat says about a purchase, with what matters here.</summary>
internal sealed record RevenueCatEvent
{
    /// <summary>A number beyond this is one of milliseconds.</summary>
    private const long LargestSeconds = 1_000_000_000_000;

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
                .. Ids([
                    JsonMembers.Text(json, "app_user_id"),
                    JsonMembers.Text(json, "original_app_user_id"),
                    .. Texts(json, "aliases"),
                ]),
            ],
            Entitlements = [.. Entitled(json)],
            Purchase = JsonMembers.Text(json, "original_transaction_id"),
            PurchasedAt = JsonMembers.Milliseconds(json, "purchased_at_ms"),
            ExpiresAt = Moment(json, "expiration_at_ms", "expiration_at", "expires_at_ms", "expires_at"),
            GraceEndsAt = JsonMembers.Milliseconds(json, "grace_period_expiration_at_ms"),
            IsSandbox = JsonMembers.Text(json, "environment") == "SANDBOX",
            From = [.. Ids(Texts(json, "transferred_from"))],
            To = [.. Ids(Texts(json, "transferred_to"))],
        };

    private static IEnumerable<Guid> Ids(IEnumerable<string?> texts) =>
        texts
            .Select(text => Guid.TryParse(text, out var id) ? id : Guid.Empty)
            .Where(id => id != Guid.Empty)
            .Distinct();

    /// <summary>A list of ids, one id, or an object whose members are called by them.</summary>
    private static IEnumerable<string> Entitled(JsonElement json)
    {
        foreach (var id in Texts(json, "entitlement_ids").Append(JsonMembers.Text(json, "entitlement_id")))
        {
            if (id is not null)
                yield return id;
        }
        if (json.TryGetProperty("entitlements", out var named) && named.ValueKind == JsonValueKind.Object)
        {
            foreach (var entitlement in named.EnumerateObject())
                yield return entitlement.Name;
        }
    }

    /// <summary>The first of these members that is a moment: in milliseconds, in seconds, or as ISO 8601 writes it.</summary>
    private static DateTimeOffset? Moment(JsonElement json, params ReadOnlySpan<string> members)
    {
        foreach (var member in members)
        {
            if (JsonMembers.Milliseconds(json, member) is { } moment)
                return moment.ToUnixTimeMilliseconds() > LargestSeconds ? moment : JsonMembers.Seconds(json, member);
            if (
                DateTimeOffset.TryParse(
                    JsonMembers.Text(json, member),
                    CultureInfo.InvariantCulture,
                    DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal,
                    out var written
                )
            )
                return written;
        }
        return null;
    }

    private static IEnumerable<string?> Texts(JsonElement json, string member) =>
        json.TryGetProperty(member, out var list) && list.ValueKind == JsonValueKind.Array
            ? list.EnumerateArray()
                .Where(item => item.ValueKind == JsonValueKind.String)
                .Select(item => item.GetString())
            : [];
}
