namespace Heretix.Billing.Orders.Settling;

/// <summary>
/// Something that a provider says about the payment of an order. Facts hold whenever they are heard: applied in any order,
/// and any number of times, they lead to the same end.
/// </summary>
internal abstract record PaymentFact
{
    private PaymentFact() { }

    /// <summary>A payment is on its way.</summary>
    public sealed record Processing : PaymentFact;

    /// <summary>An attempt to pay failed; another may succeed.</summary>
    public sealed record Failed : PaymentFact;

    /// <summary>The money is here.</summary>
    /// <param name="PaymentId">The provider's id of the payment.</param>
    /// <param name="Amount">What was paid, in minor units.</param>
    /// <param name="Currency">ISO 4217, in capitals.</param>
    public sealed record Paid(string PaymentId, long Amount, string Currency) : PaymentFact;

    /// <summary>Money goes back, or may go back.</summary>
    /// <param name="Kind"><c>refund</c> or <c>dispute</c>.</param>
    /// <param name="Id">The provider's id of it.</param>
    /// <param name="Amount">In minor units.</param>
    /// <param name="Currency">ISO 4217, in capitals.</param>
    /// <param name="State">As in <see cref="ReversalState"/>.</param>
    public sealed record Reversed(string Kind, string Id, long Amount, string Currency, string State) : PaymentFact
    {
        /// <summary>The provider's id of the payment whose money it is.</summary>
        public string? PaymentId { get; init; }

        /// <summary>The refund of ours that it is, as it was told to the provider.</summary>
        public Guid? Own { get; init; }
    }
}

/// <summary>Which order something is about, as a provider names it.</summary>
/// <param name="Provider">The provider.</param>
/// <param name="OrderId">Its id of the PaymentIntent or order.</param>
/// <param name="Named">Our id, where it was written to the provider's object.</param>
/// <param name="PaymentId">Its id of a payment, where that is all it says.</param>
internal sealed record OrderReference(string Provider, string? OrderId, Guid? Named = null, string? PaymentId = null);
