using Heretix.Billing.Usage;

namespace Heretix.Billing.Subscriptions;

/// <summary>What one source (a provider, or the operator) says about a user's plan. There is one row per user and source.</summary>
internal sealed record Subscription
{
    public Guid Id { get; init; }

    public Guid UserId { get; init; }

    /// <summary><c>stripe</c>, <c>revenuecat</c>, <c>operator</c> ...</summary>
    public required string Source { get; init; }

    /// <summary>The plan that it opens.</summary>
    public required string Plan { get; init; }

    public SubscriptionStatus Status { get; init; }

    /// <summary>Start of the period that is paid; null when the source does not say.</summary>
    public DateTimeOffset? CurrentPeriodStart { get; init; }

    /// <summary>Its end; null for a subscription without one.</summary>
    public DateTimeOffset? CurrentPeriodEnd { get; init; }

    /// <summary>From where the months of usage are counted.</summary>
    public DateTimeOffset BillingAnchor { get; init; }

    /// <summary>It will not be renewed, so no grace follows its period.</summary>
    public bool CancelAtPeriodEnd { get; init; }

    public string? ExternalCustomerId { get; init; }

    public string? ExternalSubscriptionId { get; init; }

    /// <summary>The moment, by the source's clock, at which the source said all this.</summary>
    public DateTimeOffset AsOf { get; init; }

    public DateTimeOffset CreatedAt { get; init; }

    public DateTimeOffset UpdatedAt { get; init; }

    /// <summary>Whether it opens its plan at a moment.</summary>
    public bool IsLive(DateTimeOffset now, TimeSpan grace) =>
        Status is SubscriptionStatus.Active or SubscriptionStatus.PastDue
        && (CurrentPeriodEnd is not { } end || now < (CancelAtPeriodEnd ? end : end + grace));

    /// <summary>
    /// The month of usage at a moment. It begins no sooner than the paid period, so that a new subscription never falls
    /// into a month of an earlier one; and as long as a renewal is awaited, the last paid month goes on.
    /// </summary>
    public BillingMonth MonthAt(DateTimeOffset now)
    {
        var paid = CurrentPeriodEnd is { } end && end <= now ? end.AddMicroseconds(-1) : now;
        var month = BillingMonth.Containing(BillingAnchor, paid);
        return CurrentPeriodStart is { } start && start > month.Start && start < month.End
            ? month with
            {
                Start = start,
            }
            : month;
    }
}
