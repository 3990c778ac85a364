using System.Text.Json;

namespace Heretix.Billing.Providers.Stripe;

/// <summary>A subscription as Stripe describes it, with what matters here.</summary>
/// <param name="Id"><c>sub_...</c></param>
/// <param name="Customer"><c>cus_...</c></param>
/// <param name="Status">Stripe's own word.</param>
/// <param name="Created">When it was made.</param>
internal sealed record StripeSubscription(string Id, string Customer, string Status, DateTimeOffset Created)
{
    /// <summary>The item that carries the price.</summary>
    public string? Item { get; init; }

    public string? Price { get; init; }

    public DateTimeOffset? PeriodStart { get; init; }

    public DateTimeOffset? PeriodEnd { get; init; }

    /// <summary>From where its months are counted.</summary>
    public DateTimeOffset? Anchor { get; init; }

    public bool EndsWithPeriod { get; init; }

    /// <summary>The user that our checkout wrote into it.</summary>
    public Guid? UserId { get; init; }

    /// <summary>When the latest invoice was made, and whether it is that of a renewal; null when Stripe was not asked.</summary>
    public (DateTimeOffset Created, bool Renewal)? LatestInvoice { get; init; }

    /// <summary>It opens its plan, or does so until its grace ends.</summary>
    public bool IsLive => Status is "active" or "trialing" or "past_due";

    /// <summary>An event can be believed to say all that is needed.</summary>
    public bool IsInOrder => Status is "active" or "trialing";

    /// <summary>Reads one; null when it lacks what every subscription has.</summary>
    public static StripeSubscription? Read(JsonElement json)
    {
        if (
            JsonMembers.Text(json, "id") is not { } id
            || JsonMembers.Id(json, "customer") is not { } customer
            || JsonMembers.Text(json, "status") is not { } status
        )
            return null;
        var item = json.TryGetProperty("items", out var items) ? JsonMembers.Items(items).FirstOrDefault() : default;
        // Since 2025 the period stands with the item.
        var start =
            JsonMembers.Seconds(json, "current_period_start") ?? JsonMembers.Seconds(item, "current_period_start");
        var end = JsonMembers.Seconds(json, "current_period_end") ?? JsonMembers.Seconds(item, "current_period_end");
        var created = JsonMembers.Seconds(json, "created") ?? start ?? DateTimeOffset.UnixEpoch;
        return new StripeSubscription(id, customer, status, created)
        {
            Item = JsonMembers.Text(item, "id"),
            Price =
                item.ValueKind == JsonValueKind.Object && item.TryGetProperty("price", out var price)
                    ? JsonMembers.Text(price, "id")
                    : null,
            PeriodStart = start,
            PeriodEnd = end < start ? start : end,
            Anchor = JsonMembers.Seconds(json, "billing_cycle_anchor"),
            EndsWithPeriod =
                JsonMembers.Flag(json, "cancel_at_period_end")
                || (JsonMembers.Seconds(json, "cancel_at") is { } ends && ends <= end),
            UserId = User(json),
            LatestInvoice = Invoice(json),
        };
    }

    private static Guid? User(JsonElement json) =>
        json.TryGetProperty("metadata", out var metadata)
        && Guid.TryParse(JsonMembers.Text(metadata, "user_id"), out var user)
            ? user
            : null;

    private static (DateTimeOffset, bool)? Invoice(JsonElement json) =>
        json.TryGetProperty("latest_invoice", out var invoice) && JsonMembers.Seconds(invoice, "created") is { } created
            ? (created, JsonMembers.Text(invoice, "billing_reason") is null or "subscription_cycle")
            : null;
}
