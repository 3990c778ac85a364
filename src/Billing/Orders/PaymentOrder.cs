namespace Heretix.Billing.Orders;

/// <summary>
/// A package of coins that somebody wants to pay for, with the price as it was then. The row is there before the provider
/// hears of it, and it is kept when its user is erased: amounts belong to the books, and name nobody.
/// </summary>
internal sealed class PaymentOrder
{
    /// <summary>Version 7 UUID. The provider is told it, and no other id of ours.</summary>
    public Guid Id { get; init; }

    /// <summary>Who ordered; null once the account was erased.</summary>
    public Guid? UserId { get; init; }

    /// <summary>What was ordered. Packages may go, orders stay.</summary>
    public Guid PackageId { get; init; }

    /// <summary><c>stripe</c>, <c>razorpay</c> or <c>test</c>.</summary>
    public required string Provider { get; init; }

    /// <summary>The provider's id: of a PaymentIntent, or of an order. Null until the provider answered.</summary>
    public string? ProviderOrderId { get; set; }

    /// <summary>The provider's id of the payment that was made for it.</summary>
    public string? ProviderPaymentId { get; set; }

    /// <summary>The price in minor units: cents or paise.</summary>
    public long Amount { get; init; }

    /// <summary>ISO 4217, in capitals.</summary>
    public required string Currency { get; init; }

    /// <summary>Coins to be credited.</summary>
    public long Coins { get; init; }

    /// <summary>As in <see cref="OrderStatus"/>.</summary>
    public required string Status { get; set; }

    /// <summary>The caller's word for this wish, unique for each user; forgotten with the user.</summary>
    public string? IdempotencyKey { get; init; }

    /// <summary>What the provider says was paid, in minor units; null before. Differs from the price only when flagged.</summary>
    public long? AmountPaid { get; set; }

    /// <summary>Somebody has to look at it.</summary>
    public bool Flagged { get; set; }

    /// <summary>Why, in snake_case.</summary>
    public string? FlagReason { get; set; }

    /// <summary>A sentence on that, without anything personal.</summary>
    public string? FlagDetail { get; set; }

    public DateTimeOffset CreatedAt { get; init; }

    public DateTimeOffset UpdatedAt { get; set; }

    /// <summary>When the coins were credited; null before. Never null again.</summary>
    public DateTimeOffset? CompletedAt { get; set; }

    /// <summary>Until then one request has the turn to open it at the provider.</summary>
    public DateTimeOffset? BusyUntil { get; set; }

    /// <summary>When the provider is asked about it; null when there is nothing to ask any more.</summary>
    public DateTimeOffset? NextCheckAt { get; set; }

    /// <summary>How often it was asked.</summary>
    public int Checks { get; set; }

    /// <summary>Whether coins were credited for it.</summary>
    public bool IsCredited => CompletedAt is not null;
}
