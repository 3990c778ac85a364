namespace Heretix.Tests.Integration.Billing.Selling;

/// <summary>Events as RevenueCat writes them.</summary>
internal static class StoreEvents
{
    private static int number;

    /// <summary>A first purchase.</summary>
    public static object Purchase(
        Customer customer,
        string entitlement,
        DateTimeOffset at,
        string type = "INITIAL_PURCHASE",
        string? purchase = null,
        DateTimeOffset? purchasedAt = null,
        DateTimeOffset? expiresAt = null,
        DateTimeOffset? graceEndsAt = null,
        string environment = "PRODUCTION",
        string? id = null
    )
    {
        var start = purchasedAt ?? at;
        return new
        {
            id = id ?? $"rc-{Interlocked.Increment(ref number)}",
            type,
            event_timestamp_ms = at.ToUnixTimeMilliseconds(),
            app_user_id = customer.Id.ToString(),
            aliases = new[] { "$RCAnonymousID:1" },
            entitlement_ids = new[] { entitlement },
            original_transaction_id = purchase ?? $"store-{customer.Id:N}",
            purchased_at_ms = start.ToUnixTimeMilliseconds(),
            expiration_at_ms = (expiresAt ?? start.AddMonths(1)).ToUnixTimeMilliseconds(),
            grace_period_expiration_at_ms = graceEndsAt?.ToUnixTimeMilliseconds(),
            environment,
        };
    }

    /// <summary>What one bought in stores is another's now.</summary>
    public static object Transfer(Customer from, Customer to, DateTimeOffset at) =>
        new
        {
            id = $"rc-{Interlocked.Increment(ref number)}",
            type = "TRANSFER",
            event_timestamp_ms = at.ToUnixTimeMilliseconds(),
            transferred_from = new[] { from.Id.ToString() },
            transferred_to = new[] { "$RCAnonymousID:2", to.Id.ToString() },
            environment = "PRODUCTION",
        };
}
