using System.Text.Json;

namespace Heretix.Tests.Integration.Chaos.Money;

/// <summary>One of those who do all sorts of things at once.</summary>
internal sealed class MoneyWorker(StormScene scene, int number)
{
    private static readonly string[] Plans = ["starter", "core", "pro"];

    private readonly int household = number / 2;

    /// <summary>Works until the storm is over.</summary>
    public async Task RunAsync(CancellationToken storm)
    {
        for (var step = 0; !storm.IsCancellationRequested; step++)
        {
            var planned = StormPlan.Step(scene.Seed, number, step);
            await DoAsync(planned, step, storm);
            scene.Done.AddOrUpdate(planned.What, 1, (_, before) => before + 1);
            await Task.Delay(planned.Chance.Next(10, 80), storm).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task DoAsync(PlannedStep planned, int step, CancellationToken storm)
    {
        var (what, twice, chance) = planned;
        if (what == Act.SignUp)
        {
            await scene.People.SignUpAsync(household, $"person{number}-{step}@example.org", twice, storm);
            return;
        }
        if (scene.People.Of(household, chance.Next(1000)) is not { } person)
            return;
        var id = StormPlan.Id(scene.Seed, number, step);
        switch (what)
        {
            case Act.Check:
                await CheckAsync(person, id, twice, chance.Next(2), storm);
                break;
            case Act.Checkout:
                await CheckoutAsync(person, id, twice, chance, storm);
                break;
            case Act.ChangeAtProvider:
                scene.Stripe.Change(person.Id, chance);
                break;
            case Act.BuyInStore:
                scene.Store.Change(person.Id, chance);
                break;
            case Act.Buy:
                await scene.Orders.BuyAsync(person, id, twice, chance, storm);
                break;
            case Act.Reverse:
                scene.Orders.Reverse(person.Id, chance);
                break;
            case Act.RefundOrder:
                await scene.Orders.RefundAsync(person.Id, id, twice, chance);
                break;
            case Act.Debit:
                await scene.Ledger.DebitAsync(person.Id, id, chance.Next(1, 60), twice);
                break;
            case Act.Refund:
                await scene.Ledger.RefundAsync(person.Id, chance.Next(1000), twice);
                break;
            case Act.Adjust:
                var coins = chance.Next(1, 120);
                await scene.Ledger.AdjustAsync(person.Id, id, chance.Next(3) == 0 ? -coins : coins, twice);
                break;
            default:
                await scene.Client.SendAsync(person, HttpMethod.Get, "/api/me", null, null, chance.Next(2), storm);
                break;
        }
    }

    private async Task CheckAsync(Person person, Guid id, bool twice, int server, CancellationToken storm)
    {
        var body = new
        {
            claim = $"Claim {id} holds",
            K = 4,
            R = 1,
            B = 200,
            mock = true,
        };
        var answers = await Task.WhenAll(
            Enumerable
                .Range(server, twice ? 2 : 1)
                .Select(at =>
                    scene.Client.SendAsync(person, HttpMethod.Post, "/api/checks/run", body, $"{id}", at, storm)
                )
        );
        var made = answers
            .Where(answer => answer is { Status: 200 })
            .Select(answer => Text(answer!.Value.Body, "check_id"))
            .Distinct()
            .ToList();
        foreach (var check in made)
            scene.Checks[Guid.Parse(check)] = person.Id;
        if (made.Count > 1)
            scene.Contradictions.Enqueue($"one key, two checks: {string.Join(" and ", made)}");
    }

    private async Task CheckoutAsync(Person person, Guid id, bool twice, Random chance, CancellationToken storm)
    {
        var (plan, server, pays) = (Plans[chance.Next(Plans.Length)], chance.Next(2), chance.Next(6) > 0);
        var answers = await Task.WhenAll(
            Enumerable
                .Range(server, twice ? 2 : 1)
                .Select(at =>
                    scene.Client.SendAsync(
                        person,
                        HttpMethod.Post,
                        "/api/billing/checkout",
                        new { plan },
                        $"{id}",
                        at,
                        storm
                    )
                )
        );
        foreach (var answer in answers)
        {
            if (answer is not { Status: 200, Body: var body })
                continue;
            if (body.GetProperty("changed").GetBoolean())
                scene.Stripe.Post();
            else if (pays && scene.Stripe.Pay(Text(body, "session_id")))
                scene.Subscribed();
        }
    }

    private static string Text(JsonElement body, string member) => body.GetProperty(member).GetString()!;
}
