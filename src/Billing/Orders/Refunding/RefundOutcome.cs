namespace Heretix.Billing.Orders.Refunding;

/// <summary>What an operator wants back for a buyer.</summary>
/// <param name="Amount">In minor units; null for what is left.</param>
/// <param name="Coins">Instead of an amount: the price of so many coins of the order, rounded up to a whole minor unit.</param>
/// <param name="Reason">What the buyer reads, at most 400 characters; it is kept when the account is erased.</param>
/// <param name="Key">A word for this refund: repeated with it, nothing is refunded again.</param>
public sealed record RefundWish(long? Amount, long? Coins, string Reason, string? Key);

/// <summary>What became of a refund.</summary>
public abstract record RefundOutcome
{
    private RefundOutcome() { }

    /// <summary>The provider has it, and its coins are taken back.</summary>
    /// <param name="ProviderRefundId">The provider's id.</param>
    /// <param name="Amount">In minor units.</param>
    /// <param name="Currency">ISO 4217.</param>
    /// <param name="Coins">Coins taken back because of it, those that are owed included.</param>
    /// <param name="State"><c>pending</c>, <c>succeeded</c> or <c>failed</c>.</param>
    /// <param name="Earlier">
    /// It is one that was asked for earlier and not finished, of another amount or key: the wish itself was not carried out.
    /// </param>
    /// <param name="Repeated">It was made before, under the same key.</param>
    public sealed record Done(
        string ProviderRefundId,
        long Amount,
        string Currency,
        long Coins,
        string State,
        bool Earlier = false,
        bool Repeated = false
    ) : RefundOutcome;

    /// <summary>There is no such order.</summary>
    public sealed record Unknown : RefundOutcome;

    /// <summary>Nobody paid it.</summary>
    public sealed record NotPaid : RefundOutcome;

    /// <summary>Its provider is not set up here.</summary>
    public sealed record NotSetUp(string Provider) : RefundOutcome;

    /// <summary>More was wanted than is left.</summary>
    /// <param name="Left">In minor units; 0 when all of it went back.</param>
    /// <param name="Currency">ISO 4217.</param>
    public sealed record TooMuch(long Left, string Currency) : RefundOutcome;

    /// <summary>The provider refused it. Nothing was refunded.</summary>
    public sealed record Refused(string Code) : RefundOutcome;

    /// <summary>The provider does not answer. Asked for again, the refund is gone on with, and made once.</summary>
    public sealed record Unfinished : RefundOutcome;
}
