using System.Collections.Concurrent;
using Heretix.Billing.Orders.Refunding;
using Heretix.Tests.Integration.Servers;
using Heretix.Tests.Integration.Stubs.Razorpay;
using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace Heretix.Tests.Integration.Chaos.Money;

/// <summary>An order that somebody was told of.</summary>
internal sealed record StormOrder(Guid Id, Guid User, string Provider, string ProviderOrder, long Coins);

/// <summary>Orders of coins: placed over HTTP, paid at the provider, verified, and refunded by operators.</summary>
internal sealed class StormOrders(
    StormClient client,
    CoinDesk desk,
    HeretixHost host,
    IReadOnlyList<Guid> packages,
    CancellationToken end
)
{
    private readonly OrderRefunds refunds = host.Services.GetRequiredService<OrderRefunds>();
    private readonly ConcurrentDictionary<Guid, StormOrder> orders = new();

    /// <summary>What people were told of.</summary>
    public IReadOnlyCollection<StormOrder> Told => [.. orders.Values];

    /// <summary>How many were paid.</summary>
    public int Paid => paid;

    private int paid;

    /// <summary>How many refunds operators were told were made.</summary>
    public int Refunded => refunded;

    private int refunded;

    /// <summary>Answers that contradict one another.</summary>
    public ConcurrentQueue<string> Contradictions { get; } = new();

    /// <summary>Orders a package, mostly pays it, and comes back from the checkout.</summary>
    public async Task BuyAsync(Person person, Guid id, bool twice, Random chance, CancellationToken storm)
    {
        var (package, server, byHeader) = (packages[chance.Next(packages.Count)], chance.Next(2), chance.Next(2) == 0);
        var body = new
        {
            package_id = package,
            provider = chance.Next(2) == 0 ? "stripe" : "razorpay",
            idempotency_key = byHeader ? null : $"{id}",
        };
        var answers = await Task.WhenAll(
            Enumerable
                .Range(server, twice ? 2 : 1)
                .Select(at =>
                    client.SendAsync(
                        person,
                        HttpMethod.Post,
                        "/api/payments/orders",
                        body,
                        byHeader ? $"{id}" : null,
                        at,
                        storm
                    )
                )
        );
        var placed = answers
            .Where(answer => answer is { Status: 200 })
            .Select(answer => answer!.Value.Body)
            .Select(answer => new StormOrder(
                answer.GetProperty("order_id").GetGuid(),
                person.Id,
                body.provider,
                answer.GetProperty("provider_order_id").GetString()!,
                answer.GetProperty("coins").GetInt64()
            ))
            .Distinct()
            .ToList();
        if (placed.Count > 1)
            Contradictions.Enqueue($"one key, two orders: {string.Join(" and ", placed)}");
        foreach (var order in placed)
        {
            orders[order.Id] = order;
            if (chance.Next(6) == 0 || desk.Pay(order, chance) is not { } payment)
                continue;
            Interlocked.Increment(ref paid);
            if (order.Provider == "razorpay" && chance.Next(2) == 0)
                await VerifyAsync(person, order, payment, server, storm);
        }
    }

    /// <summary>Money of one of the orders of a user goes back, or is fought for.</summary>
    public void Reverse(Guid user, Random chance)
    {
        if (Pick(user, chance) is { } order)
            desk.Reverse(order, chance);
    }

    /// <summary>An operator refunds one of the orders of a user, and asks again until there is an answer.</summary>
    public async Task RefundAsync(Guid user, Guid id, bool twice, Random chance)
    {
        if (Pick(user, chance) is not { } order)
            return;
        var wish = new RefundWish(
            Amount: chance.Next(3) == 0 ? null : chance.Next(1, 300),
            Coins: null,
            "a slow evening",
            $"{id}"
        );
        var outcomes = await Task.WhenAll(
            Enumerable.Range(0, twice ? 2 : 1).Select(_ => Task.Run(() => UntilDecidedAsync(order.Id, wish)))
        );
        desk.Post();
        var made = outcomes
            .OfType<RefundOutcome.Done>()
            .Where(done => !done.Earlier)
            .Select(done => done.ProviderRefundId)
            .Distinct()
            .ToList();
        Interlocked.Add(ref refunded, made.Count);
        if (made.Count > 1)
            Contradictions.Enqueue($"one key, two refunds of {order.Id}: {string.Join(" and ", made)}");
    }

    private async Task VerifyAsync(
        Person person,
        StormOrder order,
        string payment,
        int server,
        CancellationToken storm
    ) =>
        await client.SendAsync(
            person,
            HttpMethod.Post,
            "/api/payments/razorpay/verify",
            new
            {
                razorpay_order_id = order.ProviderOrder,
                razorpay_payment_id = payment,
                razorpay_signature = RazorpayDeliveries.SignPayment(order.ProviderOrder, payment),
            },
            null,
            server,
            storm
        );

    private async Task<RefundOutcome> UntilDecidedAsync(Guid order, RefundWish wish)
    {
        while (true)
        {
            try
            {
                var outcome = await refunds.RefundAsync(order, wish, end);
                if (outcome is not (RefundOutcome.Unfinished or RefundOutcome.Done { Earlier: true }))
                    return outcome;
            }
            catch (Exception gone) when (gone is NpgsqlException or InvalidOperationException or DbUpdateException)
            {
                // The database is away.
            }
            await Task.Delay(100, end);
        }
    }

    private StormOrder? Pick(Guid user, Random chance)
    {
        var all = orders.Values.Where(order => order.User == user).OrderBy(order => order.Id).ToList();
        return all.Count == 0 ? null : all[chance.Next(1000) % all.Count];
    }
}
