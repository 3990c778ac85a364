namespace Heretix.Billing.Orders.Placing;

/// <summary>Which coins are wanted, and how they are paid.</summary>
/// <param name="PackageId">A package of <c>GET /api/credits/packages</c>.</param>
/// <param name="Provider"><c>stripe</c>, <c>razorpay</c>, or <c>test</c> where it is on.</param>
/// <param name="IdempotencyKey">
/// A word for this wish, as the header <c>Idempotency-Key</c>, but kept as long as the order: repeated with it, the request
/// gives the same order.
/// </param>
internal sealed record OrderBody(string? PackageId, string? Provider, string? IdempotencyKey = null);

/// <summary>An order, with what is needed to pay it.</summary>
/// <param name="OrderId">Its id.</param>
/// <param name="ProviderOrderId">The provider's: a PaymentIntent, or an order of Razorpay's.</param>
/// <param name="Status"><c>pending</c>, <c>processing</c>, <c>completed</c>, <c>failed</c> or <c>refunded</c>.</param>
/// <param name="Provider">Who is paid.</param>
/// <param name="Amount">The price in minor units: cents or paise.</param>
/// <param name="Currency">ISO 4217, in capitals.</param>
/// <param name="Coins">Coins that it buys.</param>
/// <param name="ClientSecret">For Stripe's payment element; null for others, and when there is nothing to pay any more.</param>
/// <param name="KeyId">For Razorpay's checkout.</param>
/// <param name="CheckoutUrl">The page to pay on, with the test provider.</param>
internal sealed record OrderAnswer(
    Guid OrderId,
    string? ProviderOrderId,
    string Status,
    string Provider,
    long Amount,
    string Currency,
    long Coins,
    string? ClientSecret,
    string? KeyId,
    string? CheckoutUrl
)
{
    public static OrderAnswer Of(PaymentOrder order, Opening.Ready? ready) =>
        new(
            order.Id,
            order.ProviderOrderId,
            order.Status,
            order.Provider,
            order.Amount,
            order.Currency,
            order.Coins,
            ready?.ClientSecret,
            ready?.KeyId,
            ready?.CheckoutUrl
        );
}

/// <summary>An order as it stands.</summary>
/// <param name="OrderId">Its id.</param>
/// <param name="Status"><c>pending</c>, <c>processing</c>, <c>completed</c>, <c>failed</c> or <c>refunded</c>.</param>
/// <param name="Provider">Who is paid.</param>
/// <param name="ProviderOrderId">The provider's id.</param>
/// <param name="Amount">The price in minor units: cents or paise.</param>
/// <param name="Currency">ISO 4217, in capitals.</param>
/// <param name="Coins">Coins that it buys.</param>
/// <param name="CreatedAt">When it was placed (UTC).</param>
/// <param name="CompletedAt">When its coins were credited; null before.</param>
internal sealed record OrderItem(
    Guid OrderId,
    string Status,
    string Provider,
    string? ProviderOrderId,
    long Amount,
    string Currency,
    long Coins,
    DateTimeOffset CreatedAt,
    DateTimeOffset? CompletedAt
)
{
    public static OrderItem Of(PaymentOrder order) =>
        new(
            order.Id,
            order.Status,
            order.Provider,
            order.ProviderOrderId,
            order.Amount,
            order.Currency,
            order.Coins,
            order.CreatedAt,
            order.CompletedAt
        );
}
