using System.Diagnostics.Metrics;

namespace Heretix.Billing.Orders;

/// <summary>What became of orders, and how many coins were credited and taken back.</summary>
internal sealed class OrderMetrics
{
    private readonly Counter<long> orders;
    private readonly Counter<long> flagged;
    private readonly Counter<long> coins;

    public OrderMetrics(IMeterFactory meters)
    {
        var meter = meters.Create("Heretix.Billing");
        orders = meter.CreateCounter<long>(
            "heretix.billing.orders",
            unit: "{order}",
            description: "Orders of coins that were made or reached a status, by provider and outcome."
        );
        flagged = meter.CreateCounter<long>(
            "heretix.billing.orders.flagged",
            unit: "{order}",
            description: "Orders of coins that somebody has to look at, by provider and reason."
        );
        coins = meter.CreateCounter<long>(
            "heretix.billing.order.coins",
            unit: "{coin}",
            description: "Coins that were credited for orders, taken back and given again, by provider and movement."
        );
    }

    public void Reached(string provider, string outcome) =>
        orders.Add(1, new("provider", provider), new("outcome", outcome));

    public void Flagged(string provider, string reason) =>
        flagged.Add(1, new("provider", provider), new("reason", reason));

    public void Moved(string provider, string movement, long amount) =>
        coins.Add(amount, new("provider", provider), new("movement", movement));
}
