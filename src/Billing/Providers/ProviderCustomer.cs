namespace Heretix.Billing.Providers;

/// <summary>A user as a provider knows them: one customer for each user and provider, and one user for each customer.</summary>
internal sealed record ProviderCustomer
{
    public Guid UserId { get; init; }

    /// <summary><c>stripe</c>.</summary>
    public required string Source { get; init; }

    /// <summary>The provider's id.</summary>
    public required string ExternalId { get; init; }

    public DateTimeOffset CreatedAt { get; init; }

    /// <summary>Until then a checkout is under way, and no other begins.</summary>
    public DateTimeOffset? BusyUntil { get; init; }
}
