using Heretix.Billing.Orders.Settling;
using Heretix.Billing.Packages;
using Heretix.Billing.Providers;

namespace Heretix.Billing.Orders;

/// <summary>A provider that takes money for coins. No database connection is held while it is asked.</summary>
internal interface ICoinSeller
{
    /// <summary>Its name, as clients send it and as it is stored.</summary>
    string Provider { get; }

    /// <summary>Whether it is set up here.</summary>
    bool IsSetUp { get; }

    /// <summary>What a package costs with it.</summary>
    Price PriceOf(CreditPackage package);

    /// <summary>
    /// Makes the provider's object for an order. Asked again for the same order it gives the same object, or one that
    /// nobody has heard of and nobody can pay.
    /// </summary>
    Task<Opening> OpenAsync(PaymentOrder order, CancellationToken cancellationToken);

    /// <summary>What the client needs to pay an order that was opened before.</summary>
    Task<Opening> ReopenAsync(PaymentOrder order, CancellationToken cancellationToken);

    /// <summary>How an order stands.</summary>
    Task<Asked> AskAsync(PaymentOrder order, CancellationToken cancellationToken);

    /// <summary>Sees to it that an order is not paid any more, where the provider can; gives how it stands after that.</summary>
    Task<Asked> CloseAsync(PaymentOrder order, CancellationToken cancellationToken);

    /// <summary>Refunds a payment, once for each refund.</summary>
    /// <param name="order">The order.</param>
    /// <param name="refund">The refund; the provider is told its id.</param>
    /// <param name="again">It may have been asked for before: it is looked for first.</param>
    /// <param name="cancellationToken">Stops it.</param>
    Task<Asked> RefundAsync(
        PaymentOrder order,
        PaymentReversal refund,
        bool again,
        CancellationToken cancellationToken
    );
}

/// <summary>An amount of money.</summary>
/// <param name="Amount">In minor units: cents or paise.</param>
/// <param name="Currency">ISO 4217, in capitals.</param>
internal readonly record struct Price(long Amount, string Currency)
{
    /// <summary>From an amount with at most two decimals; exact.</summary>
    public static Price Of(decimal amount, string currency) => new(decimal.ToInt64(amount * 100), currency);
}

/// <summary>What became of the wish to open an order at its provider.</summary>
internal abstract record Opening
{
    private Opening() { }

    /// <summary>It is open.</summary>
    /// <param name="ProviderOrderId">The provider's id.</param>
    /// <param name="ClientSecret">With which the client pays at Stripe. Never stored.</param>
    /// <param name="CheckoutUrl">The page to pay on, where there is one.</param>
    /// <param name="KeyId">The public key for Razorpay's checkout.</param>
    public sealed record Ready(
        string ProviderOrderId,
        string? ClientSecret = null,
        string? CheckoutUrl = null,
        string? KeyId = null
    ) : Opening;

    /// <summary>The provider did not do it.</summary>
    public sealed record Failed(ProviderAnswer Answer) : Opening;
}

/// <summary>What a provider said when it was asked.</summary>
internal abstract record Asked
{
    private Asked() { }

    /// <summary>It answered.</summary>
    public sealed record Told(params IReadOnlyList<PaymentFact> Facts) : Asked;

    /// <summary>It did not, or did not do it.</summary>
    public sealed record Failed(ProviderAnswer Answer) : Asked;
}
