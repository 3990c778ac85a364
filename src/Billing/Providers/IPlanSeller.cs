namespace Heretix.Billing.Providers;

/// <summary>Sells plans: Stripe, or the built-in test provider. One is in use at a time.</summary>
internal interface IPlanSeller
{
    /// <summary>The source of its subscriptions.</summary>
    string Source { get; }

    /// <summary>Where to pay for a plan; or, for who subscribes already, the change to a higher one.</summary>
    Task<CheckoutOutcome> CheckoutAsync(Buyer buyer, string plan, CancellationToken cancellationToken);

    /// <summary>Where to see invoices, change how one pays, and cancel.</summary>
    Task<PortalOutcome> PortalAsync(Guid userId, CancellationToken cancellationToken);
}

/// <summary>Who buys.</summary>
/// <param name="UserId">The user.</param>
/// <param name="Email">Their address, which the provider gets for its receipts.</param>
internal sealed record Buyer(Guid UserId, string Email);

/// <summary>What became of the wish for a plan.</summary>
internal abstract record CheckoutOutcome
{
    private CheckoutOutcome() { }

    /// <summary>The user pays at this address; nothing is sold yet.</summary>
    public sealed record Pay(Uri Url, string SessionId) : CheckoutOutcome;

    /// <summary>The subscription was changed.</summary>
    public sealed record Changed(string Plan) : CheckoutOutcome;

    /// <summary>The user has this plan or a higher one already.</summary>
    public sealed record AlreadySubscribed(string Plan, string Source) : CheckoutOutcome;

    /// <summary>The last payment of the subscription failed; that comes first.</summary>
    public sealed record PaymentDue(string Plan) : CheckoutOutcome;

    /// <summary>Another checkout of the user is under way.</summary>
    public sealed record Busy : CheckoutOutcome;

    /// <summary>The plan has no price.</summary>
    public sealed record NotSold : CheckoutOutcome;

    /// <summary>The provider did not do it.</summary>
    public sealed record Failed(ProviderAnswer Answer) : CheckoutOutcome;
}

/// <summary>What became of the wish for the portal.</summary>
internal abstract record PortalOutcome
{
    private PortalOutcome() { }

    public sealed record Open(Uri Url) : PortalOutcome;

    /// <summary>The user has never bought anything here.</summary>
    public sealed record NoCustomer : PortalOutcome;

    public sealed record Failed(ProviderAnswer Answer) : PortalOutcome;
}
