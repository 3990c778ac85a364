namespace Heretix.Billing.Orders;

/// <summary>
/// Money of an order that goes back, or may go back: a refund by an operator, one in the provider's dashboard, or a dispute.
/// A row of <c>billing.payment_refunds</c>.
/// </summary>
internal sealed class PaymentReversal
{
    public Guid Id { get; init; }

    public Guid PaymentOrderId { get; init; }

    /// <summary><c>refund</c> or <c>dispute</c>.</summary>
    public required string Kind { get; init; }

    /// <summary>The provider of the order.</summary>
    public required string Provider { get; init; }

    /// <summary>The provider's id, unique with it; null for a refund that the provider has not answered for yet.</summary>
    public string? ProviderRefundId { get; set; }

    /// <summary>The provider's id of the payment whose money it is; null where it does not say.</summary>
    public string? ProviderPaymentId { get; set; }

    /// <summary>In minor units of the order's currency.</summary>
    public long Amount { get; set; }

    public required string Currency { get; init; }

    /// <summary>As in <see cref="ReversalState"/>.</summary>
    public required string State { get; set; }

    /// <summary>What the user reads; null when it came from the provider. Nothing of anybody's.</summary>
    public string? Reason { get; set; }

    /// <summary>An operator's word for it, unique within the order.</summary>
    public string? IdempotencyKey { get; set; }

    /// <summary>Its coins were taken back, as many as there were to take.</summary>
    public bool Taken { get; set; }

    /// <summary>They were given again.</summary>
    public bool Returned { get; set; }

    /// <summary>Coins that this took, less those given again.</summary>
    public long Coins { get; set; }

    public DateTimeOffset CreatedAt { get; init; }

    public DateTimeOffset UpdatedAt { get; set; }

    /// <summary>When it was decided: succeeded, failed, won or lost.</summary>
    public DateTimeOffset? ProcessedAt { get; set; }

    /// <summary>Until then one process has the turn to ask the provider for it.</summary>
    public DateTimeOffset? BusyUntil { get; set; }

    /// <summary>Whether it is the money of the payment that the order was credited for, and not of another one.</summary>
    public bool Concerns(PaymentOrder order) =>
        ProviderPaymentId is null || order.ProviderPaymentId is null || ProviderPaymentId == order.ProviderPaymentId;

    /// <summary>Whether the money is away now.</summary>
    public bool Counts => ReversalState.Counts(State);
}
