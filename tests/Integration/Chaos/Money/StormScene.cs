using System.Collections.Concurrent;

namespace Heretix.Tests.Integration.Chaos.Money;

/// <summary>What all workers share.</summary>
internal sealed record StormScene(
    int Seed,
    StormPeople People,
    StormClient Client,
    StormLedger Ledger,
    StormOrders Orders,
    CoinDesk Coins,
    StripeDesk Stripe,
    StoreDesk Store
)
{
    private int subscriptions;

    /// <summary>How many steps of each kind were taken.</summary>
    public ConcurrentDictionary<Act, int> Done { get; } = new();

    /// <summary>Checks that were answered, and whose they are.</summary>
    public ConcurrentDictionary<Guid, Guid> Checks { get; } = new();

    /// <summary>Answers that contradict one another.</summary>
    public ConcurrentQueue<string> Contradictions { get; } = new();

    /// <summary>Subscriptions that were paid for.</summary>
    public int Subscriptions => subscriptions;

    /// <summary>Whether enough of everything has happened for the invariants to mean something.</summary>
    public bool IsBusy =>
        People.All.Count > 3 && Ledger.Told.Count > 5 && Checks.Count > 2 && Subscriptions > 0 && Orders.Paid > 1;

    public void Subscribed() => Interlocked.Increment(ref subscriptions);
}
