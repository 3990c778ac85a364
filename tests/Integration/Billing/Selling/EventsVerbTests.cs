using System.Text.Json;
using Heretix.Billing.Events;
using Heretix.Tests.Integration.Servers;
using Heretix.Tests.Integration.Stubs.Stripe;

namespace Heretix.Tests.Integration.Billing.Selling;

/// <summary><c>heretix events</c> as operators type it.</summary>
public sealed class EventsVerbTests(PostgresCluster postgres)
{
    [Fact]
    public async Task Events_are_listed_shown_and_handled_again()
    {
        await using var shop = await Shop.OpenAsync(postgres, options: ("ENCRYPTION_KEY", Key));
        var someone = await shop.CustomerAsync();
        await someone.CheckoutAsync("core");
        var customer = await shop.ScalarAsync<string>("select external_id from billing.provider_customers");
        var subscription = shop.Stripe.Subscribe(customer, "price_new");
        await shop.DeliverAllAsync();
        var id = shop.Stripe.Events[0].Id;
        (await someone.PlanAsync()).ShouldBe("trial");

        var (code, said) = await VerbAsync(shop, [], "events", "list", "--flagged", "--json");
        code.ShouldBe(0, said);
        // What is logged may stand beside it.
        var flagged = JsonElement.Parse(said.Split('\n').Single(line => line.StartsWith('[')));
        flagged.GetArrayLength().ShouldBe(2);
        flagged[0].GetProperty("outcome").GetString().ShouldBe("unknown_price");
        (
            await VerbAsync(
                shop,
                [],
                "events",
                "list",
                "--source",
                "stripe",
                "--type",
                "customer.subscription.created",
                "--since",
                "2026-01-31"
            )
        ).ShouldSatisfyAllConditions(
            answer => answer.Said.ShouldContain(id),
            answer => answer.Said.ShouldNotContain("invoice.paid")
        );
        var archive = shop[0].Services.GetRequiredService<EventArchive>();
        var none = new EventFilter("razorpay", null, false, null, 10);
        (await archive.ListAsync(none, Stop)).ShouldBeEmpty();
        var later = new EventFilter(null, null, false, Shop.Opening.AddSeconds(1), 10);
        (await archive.ListAsync(later, Stop)).ShouldBeEmpty();
        (await archive.ListAsync(later with { Since = null, Limit = 1 }, Stop)).Count.ShouldBe(1);
        (await VerbAsync(shop, [], "events", "show", id)).Said.ShouldContain($"\"customer\":\"{customer}\"");
        (await VerbAsync(shop, [], "events", "show", "evt_none")).ShouldSatisfyAllConditions(
            answer => answer.Code.ShouldBe(1),
            answer => answer.Said.ShouldContain("no such event")
        );

        // The operator adds the price, and has the event handled again: the subscription as it is by now.
        shop.Stripe.CancelAtPeriodEnd(subscription);
        (string, string)[] known = [("STRIPE_PRICE_CORE", $"{Shop.Core},price_new")];
        shop.Stripe.Fail("/v1/subscriptions", StripeFault.Error500, StripeFault.Error500, StripeFault.Error500);
        (code, said) = await VerbAsync(shop, known, "events", "replay", id);
        code.ShouldBe(1);
        said.ShouldContain("does not answer");
        (code, said) = await VerbAsync(shop, known, "events", "replay", id);
        code.ShouldBe(0, said);
        said.ShouldContain("applied");
        var view = await someone.SubscriptionAsync();
        view.GetProperty("plan").GetString().ShouldBe("core");
        view.GetProperty("cancel_at_period_end").GetBoolean().ShouldBeTrue();
        (await VerbAsync(shop, known, "events", "replay", id)).Said.ShouldContain("unchanged");
        (
            await shop.ScalarAsync<int>($"select replays from billing.processed_webhook_events where event_id = '{id}'")
        ).ShouldBe(2);

        await shop.ExecuteAsync("update billing.processed_webhook_events set payload = null");
        (await archive.ReplayAsync(id, Stop)).ShouldBeOfType<EventReplay.ContentGone>();
    }

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    private static readonly string Key = Convert.ToBase64String(
        System.Security.Cryptography.SHA256.HashData("a key of these tests"u8)
    );

    private static Task<(int Code, string Said)> VerbAsync(
        Shop shop,
        (string Name, string Value)[] more,
        params string[] arguments
    )
    {
        var variables = Shop.Variables(shop.Stripe)
            .ToDictionary(pair => pair.Key.Replace(":", "__", StringComparison.Ordinal), pair => pair.Value);
        variables["ENCRYPTION_KEY"] = Key;
        foreach (var (name, value) in more)
            variables[name] = value;
        return ServerVerb.RunAsync(shop.DatabaseUrl, variables, arguments);
    }
}
