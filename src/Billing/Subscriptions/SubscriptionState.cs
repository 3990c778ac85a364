namespace Heretix.Billing.Subscriptions;

/// <summary>
/// How a user's subscription stands according to its source, in words that are the same for every provider. It says
/// everything, not what changed, so that it does not matter which states before it were seen.
/// </summary>
public sealed record SubscriptionState
{
    /// <summary>Whose it is.</summary>
    public required Guid UserId { get; init; }

    /// <summary>Who says so: <c>stripe</c>, <c>revenuecat</c>, <c>operator</c>; at most 32 characters.</summary>
    public required string Source { get; init; }

    /// <summary><c>starter</c>, <c>core</c> or <c>pro</c>.</summary>
    public required string Plan { get; init; }

    /// <summary>How it stands.</summary>
    public required SubscriptionStatus Status { get; init; }

    /// <summary>
    /// When the source said so, by its own clock and in its own resolution: of two states the later holds. A state that
    /// was fetched at a moment must not claim to be later than an event of the same moment, so it is cut to the resolution
    /// of the events.
    /// </summary>
    public required DateTimeOffset AsOf { get; init; }

    /// <summary>It was read from the source just now, rather than sent by it: it decides ties and doubts.</summary>
    public bool Fetched { get; init; }

    /// <summary>Start of the period that is paid, if the source says.</summary>
    public DateTimeOffset? CurrentPeriodStart { get; init; }

    /// <summary>Its end; null for a subscription without one.</summary>
    public DateTimeOffset? CurrentPeriodEnd { get; init; }

    /// <summary>From where months are counted, if the source says; else they are counted from the first period.</summary>
    public DateTimeOffset? BillingAnchor { get; init; }

    /// <summary>It will not be renewed.</summary>
    public bool CancelAtPeriodEnd { get; init; }

    /// <summary>The provider's customer, if it has them.</summary>
    public string? ExternalCustomerId { get; init; }

    /// <summary>The provider's subscription, if it has ids for them.</summary>
    public string? ExternalSubscriptionId { get; init; }
}

/// <summary>What became of a state.</summary>
public enum SubscriptionChange
{
    /// <summary>It holds now.</summary>
    Applied,

    /// <summary>It held already.</summary>
    Unchanged,

    /// <summary>A later one holds, or it ends a subscription that is no longer the user's.</summary>
    Stale,

    /// <summary>
    /// Which holds cannot be told; nothing was changed. Fetch the subscription (both, if there are two) from the provider
    /// and apply that.
    /// </summary>
    Doubtful,
}
