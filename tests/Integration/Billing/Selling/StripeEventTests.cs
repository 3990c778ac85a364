using System.Text.Json.Nodes;
using Heretix.Billing.Providers.Stripe;
using Heretix.Platform.Jobs;
using Heretix.Tests.Integration.Servers;
using Heretix.Tests.Integration.Stubs.Stripe;

namespace Heretix.Tests.Integration.Billing.Selling;

/// <summary>What follows from Stripe's events: late, twice, in any order, and while Stripe itself is away.</summary>
public sealed class StripeEventTests(PostgresCluster postgres, ITestOutputHelper output)
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_life_of_a_subscription_and_of_what_was_used()
    {
        await using var shop = await Shop.OpenAsync(postgres);
        var someone = await shop.CustomerAsync();
        await someone.UseAsync(2);
        var subscription = await someone.SubscribeAsync("starter");
        (await someone.UsageAsync()).Used.ShouldBe(0, "a first subscription begins with nothing used");
        await someone.UseAsync(5);

        // The customer upgrades in the portal.
        shop.Time.Advance(TimeSpan.FromDays(3));
        await After(shop, () => shop.Stripe.Reprice(subscription, Shop.Core));
        var usage = await someone.UsageAsync();
        (usage.Plan, usage.Used, usage.Allowed).ShouldBe(("core", 5, 100));

        // Everything again, from the first event on.
        await shop.DeliverAllAsync();
        (await someone.UsageAsync()).ShouldBe(usage);

        shop.Time.MoveTo(Shop.Opening.AddMonths(1));
        await After(shop, () => shop.Stripe.Renew(subscription));
        usage = await someone.UsageAsync();
        (usage.Used, usage.PeriodStart, usage.PeriodEnd).ShouldBe(
            (0, Shop.Opening.AddMonths(1), Shop.Opening.AddMonths(2))
        );
        await someone.UseAsync(3);
        await shop.DeliverAllAsync();
        (await someone.UsageAsync()).Used.ShouldBe(3, "a replay resets nothing");

        await After(shop, () => shop.Stripe.CancelAtPeriodEnd(subscription));
        (await someone.SubscriptionAsync()).GetProperty("cancel_at_period_end").GetBoolean().ShouldBeTrue();
        shop.Time.MoveTo(Shop.Opening.AddMonths(2));
        (await someone.PlanAsync()).ShouldBe(
            "trial",
            "no grace follows a cancellation, even before the event has come"
        );
        await After(shop, () => shop.Stripe.Cancel(subscription));
        usage = await someone.UsageAsync();
        (usage.Plan, usage.Used, usage.Allowed).ShouldBe(("trial", 2, 3));
        (await someone.SubscriptionAsync())
            .GetProperty("sources")[0]
            .GetProperty("status")
            .GetString()
            .ShouldBe("canceled");
        await shop.DeliverAllAsync();
        (await someone.PlanAsync()).ShouldBe("trial");
        (
            await shop.ScalarAsync<long>("select count(*) from billing.processed_webhook_events where deliveries > 1")
        ).ShouldBeGreaterThan(5);
    }

    [Fact]
    public async Task A_renewal_that_is_not_paid_keeps_the_plan_for_the_grace_and_no_longer()
    {
        await using var shop = await Shop.OpenAsync(postgres);
        var someone = await shop.CustomerAsync();
        var subscription = await someone.SubscribeAsync("core");
        var end = Shop.Opening.AddMonths(1);
        shop.Time.MoveTo(end);
        await After(shop, () => shop.Stripe.Renew(subscription, paid: false));

        var view = await someone.SubscriptionAsync();
        (view.GetProperty("plan").GetString(), view.GetProperty("status").GetString()).ShouldBe(("core", "past_due"));
        view.GetProperty("period_end").GetDateTimeOffset().ShouldBe(end, "the new period was not paid");
        shop.Time.MoveTo(end.AddDays(3).AddSeconds(-1));
        (await someone.PlanAsync()).ShouldBe("core");
        shop.Time.MoveTo(end.AddDays(3));
        (await someone.PlanAsync()).ShouldBe("trial");

        shop.Time.MoveTo(end.AddDays(5));
        await After(shop, () => shop.Stripe.PayUp(subscription));
        (await someone.PlanAsync()).ShouldBe("core");
        (await someone.UsageAsync()).PeriodStart.ShouldBe(end, "months go on from the same anchor");
    }

    /// <summary>The seed replays a run: <c>HERETIX_EVENT_SEED</c>.</summary>
    [Fact]
    public async Task Events_in_any_order_and_repeated_end_in_the_same_state()
    {
        var seed = int.TryParse(Environment.GetEnvironmentVariable("HERETIX_EVENT_SEED"), out var given)
            ? given
            : Environment.TickCount;
        output.WriteLine($"HERETIX_EVENT_SEED={seed}");
        var random = new Random(seed);
        for (var round = 0; round < 6; round++)
        {
            await using var shop = await Shop.OpenAsync(postgres, processes: 2);
            var someone = await shop.CustomerAsync();
            var session = (await someone.CheckoutAsync("starter")).Body.GetProperty("session_id").GetString()!;
            var subscription = shop.Stripe.Pay(session);
            Live(shop, subscription, random);
            var deliveries = shop.Stripe.Events.Concat(shop.Stripe.Events).ToArray();
            random.Shuffle(deliveries);

            // Two processes take them in at once.
            foreach (var pair in deliveries.Chunk(2))
                await Task.WhenAll(
                    pair.Select(async (happened, n) => (await shop.DeliverAsync(happened, n)).ShouldBe(200))
                );

            var row = await shop.RowAsync(someone);
            row.ShouldBe(await ExpectedAsync(shop, subscription), $"round {round}");
            (await shop.ScalarAsync<long>("select count(*) from billing.subscriptions")).ShouldBe(1);
            (await shop.ScalarAsync<long>("select count(*) from billing.processed_webhook_events")).ShouldBe(
                shop.Stripe.Events.Count
            );
            (await shop.ScalarAsync<long>("select sum(deliveries) from billing.processed_webhook_events")).ShouldBe(
                deliveries.Length
            );
            (
                await shop.ScalarAsync<long>("select count(*) from billing.processed_webhook_events where flagged")
            ).ShouldBe(0);
            (await shop.OutcomesAsync()).ShouldAllBe(outcome =>
                outcome.EndsWith(": applied") || outcome.EndsWith(": unchanged") || outcome.EndsWith(": stale")
            );
        }
    }

    [Fact]
    public async Task Two_events_of_the_same_second_are_settled_by_asking()
    {
        await using var shop = await Shop.OpenAsync(postgres);
        var someone = await shop.CustomerAsync();
        var subscription = await someone.SubscribeAsync("starter");
        shop.Time.Advance(TimeSpan.FromMinutes(1));
        shop.Stripe.Reprice(subscription, Shop.Pro);
        shop.Stripe.Reprice(subscription, Shop.Core);
        var asked = shop.Stripe.Count("GET", "/v1/subscriptions");

        // The one that was true last comes first.
        foreach (var happened in shop.Stripe.Events.TakeLast(2).Reverse())
            (await shop.DeliverAsync(happened)).ShouldBe(200);

        (await someone.PlanAsync()).ShouldBe("core");
        shop.Stripe.Count("GET", "/v1/subscriptions").ShouldBe(asked + 1);
    }

    [Fact]
    public async Task A_late_event_changes_nothing()
    {
        await using var shop = await Shop.OpenAsync(postgres);
        var someone = await shop.CustomerAsync();
        var subscription = await someone.SubscribeAsync("starter");
        shop.Time.Advance(TimeSpan.FromMinutes(1));
        shop.Stripe.Reprice(subscription, Shop.Pro);
        var late = shop.Stripe.Events[^1];
        shop.Time.Advance(TimeSpan.FromMinutes(1));
        shop.Stripe.Reprice(subscription, Shop.Core);
        (await shop.DeliverAsync(shop.Stripe.Events[^1])).ShouldBe(200);

        (await shop.DeliverAsync(late)).ShouldBe(200);

        (await someone.PlanAsync()).ShouldBe("core");
        (await shop.OutcomeOfAsync(late)).ShouldBe("stale");
    }

    [Theory]
    [InlineData(StripeFault.Error500)]
    [InlineData(StripeFault.TooMany429)]
    [InlineData(StripeFault.CutAfterWork)]
    public async Task While_stripe_is_away_an_event_that_needs_it_is_refused_and_taken_later(StripeFault fault)
    {
        await using var shop = await Shop.OpenAsync(postgres);
        var someone = await shop.CustomerAsync();
        var session = (await someone.CheckoutAsync("core")).Body.GetProperty("session_id").GetString()!;
        shop.Stripe.Pay(session);
        var paid = shop.Stripe.Events.Single(happened => happened.Type == "invoice.paid");
        shop.Stripe.Fail("/v1/subscriptions", fault, fault, fault);

        (await shop.DeliverAsync(paid)).ShouldBe(503);

        (await shop.ScalarAsync<long>("select count(*) from billing.processed_webhook_events")).ShouldBe(0);
        (await someone.PlanAsync()).ShouldBe("trial");
        (await shop.DeliverAsync(paid)).ShouldBe(200);
        (await someone.PlanAsync()).ShouldBe("core");
        (await shop.DeliverAsync(paid)).ShouldBe(200);
        (await shop.OutcomesAsync()).ShouldBe(["invoice.paid: applied"]);
    }

    [Fact]
    public async Task While_stripe_is_asked_no_connection_is_held()
    {
        await using var shop = await Shop.OpenAsync(postgres, options: ("Heretix:Billing:ProviderTimeout", "00:00:01"));
        var someone = await shop.CustomerAsync();
        shop.Stripe.Pay((await someone.CheckoutAsync("core")).Body.GetProperty("session_id").GetString()!);
        shop.Stripe.Fail("/v1/subscriptions", StripeFault.Hang);
        var waiting = shop.DeliverAsync(shop.Stripe.Events.Single(happened => happened.Type == "invoice.paid"));
        (await shop.Stripe.Hanging.WaitAsync(TimeSpan.FromSeconds(30), Stop)).ShouldBeTrue();
        shop[0].Connections.HeldNow.ShouldBe(0);
        (await waiting).ShouldBe(200, "the second attempt is answered");
    }

    [Fact]
    public async Task Twenty_deliveries_at_once_to_two_processes_are_one_event()
    {
        await using var shop = await Shop.OpenAsync(postgres, processes: 2);
        var someone = await shop.CustomerAsync();
        shop.Stripe.Pay((await someone.CheckoutAsync("core")).Body.GetProperty("session_id").GetString()!);
        var created = shop.Stripe.Events[0];

        var answers = await Task.WhenAll(Enumerable.Range(0, 20).Select(n => shop.DeliverAsync(created, n)));

        answers.ShouldAllBe(status => status == 200);
        (await shop.ScalarAsync<long>("select count(*) from billing.processed_webhook_events")).ShouldBe(1);
        (await shop.ScalarAsync<int>("select deliveries from billing.processed_webhook_events")).ShouldBe(20);
        (await someone.PlanAsync()).ShouldBe("core");
    }

    [Fact]
    public async Task The_same_id_with_another_object_is_flagged_and_has_no_effect()
    {
        await using var shop = await Shop.OpenAsync(postgres);
        var someone = await shop.CustomerAsync();
        await someone.SubscribeAsync("starter");
        var first = shop.Stripe.Events[0];
        var forged = JsonNode.Parse(first.Body)!;
        forged["data"]!["object"]!["items"]!["data"]![0]!["price"]!["id"] = Shop.Pro;
        var again = JsonNode.Parse(first.Body)!;
        again["pending_webhooks"] = 7;

        (await shop.DeliverAsync(first with { Body = again.ToJsonString() })).ShouldBe(200);
        (await shop.ScalarAsync<long>("select count(*) from billing.processed_webhook_events where flagged")).ShouldBe(
            0,
            "what is around the object may differ"
        );
        (await shop.DeliverAsync(first with { Body = forged.ToJsonString() })).ShouldBe(200);

        (await someone.PlanAsync()).ShouldBe("starter");
        (
            await shop.ScalarAsync<string>(
                $"select detail from billing.processed_webhook_events where flagged and event_id = '{first.Id}'"
            )
        ).ShouldContain("another object");
    }

    [Fact]
    public async Task What_nobody_asked_for_is_recorded_and_acknowledged()
    {
        await using var shop = await Shop.OpenAsync(postgres);
        var someone = await shop.CustomerAsync();
        const string body =
            """{"id":"evt_x","type":"radar.early_fraud_warning.created","created":1769850000,"data":{"object":{"id":"x"}}}""";
        (await shop.DeliverAsync(new StripeEvent("evt_x", "x", body))).ShouldBe(200);
        (await shop.OutcomesAsync()).ShouldBe(["radar.early_fraud_warning.created: ignored"]);

        // A subscription of somebody whom nobody knows here, and one at a price that is none of ours.
        using var client = shop[0].Client();
        var strange = await CustomerAtStripeAsync(shop);
        shop.Stripe.Subscribe(strange, Shop.Core);
        (await shop.DeliverAsync(shop.Stripe.Events[^1])).ShouldBe(200);
        await someone.CheckoutAsync("core");
        var customer = await shop.ScalarAsync<string>("select external_id from billing.provider_customers");
        shop.Stripe.Subscribe(customer, "price_of_something_else");
        await shop.DeliverAllAsync();
        var outcomes = await shop.OutcomesAsync();
        outcomes.ShouldContain("invoice.paid: unknown_user");
        outcomes.ShouldContain("customer.subscription.created: unknown_price");
        (await shop.ScalarAsync<long>("select count(*) from billing.subscriptions")).ShouldBe(0);
        (
            await shop.ScalarAsync<bool>(
                "select bool_and(flagged) from billing.processed_webhook_events where outcome = 'unknown_price'"
            )
        ).ShouldBeTrue();
    }

    [Fact]
    public async Task A_user_named_by_an_event_gets_nobody_elses_customer()
    {
        await using var shop = await Shop.OpenAsync(postgres);
        var (owner, other) = (await shop.CustomerAsync(), await shop.CustomerAsync());
        await owner.CheckoutAsync("core");
        await other.CheckoutAsync("core");
        var customer = await shop.ScalarAsync<string>(
            $"select external_id from billing.provider_customers where user_id = '{owner.Id}'"
        );

        // The customer is known, whoever else is named.
        shop.Stripe.Subscribe(customer, Shop.Core, new JsonObject { ["user_id"] = other.Id.ToString() });
        await shop.DeliverAllAsync();
        (await owner.PlanAsync()).ShouldBe("core");
        (await other.PlanAsync()).ShouldBe("trial");

        // A customer that is not known, named for a user who has one.
        var strange = await CustomerAtStripeAsync(shop);
        var before = shop.Stripe.Events.Count;
        shop.Stripe.Subscribe(strange, Shop.Pro, new JsonObject { ["user_id"] = other.Id.ToString() });
        await shop.DeliverAllAsync(before);
        (await other.PlanAsync()).ShouldBe("trial");
        foreach (var happened in shop.Stripe.Events.TakeLast(2))
            (await shop.OutcomeOfAsync(happened)).ShouldBe("customer_mismatch");
    }

    [Fact]
    public async Task Of_two_subscriptions_the_highest_counts_and_somebody_is_told()
    {
        await using var shop = await Shop.OpenAsync(postgres);
        var someone = await shop.CustomerAsync();
        var pro = await someone.SubscribeAsync("pro");
        var customer = await shop.ScalarAsync<string>("select external_id from billing.provider_customers");
        shop.Time.Advance(TimeSpan.FromMinutes(1));
        await After(shop, () => shop.Stripe.Subscribe(customer, Shop.Starter));
        (await someone.PlanAsync()).ShouldBe("pro");
        (await shop.OutcomeOfAsync(shop.Stripe.Events[^1])).ShouldBe("several_subscriptions");

        shop.Time.Advance(TimeSpan.FromMinutes(1));
        await After(shop, () => shop.Stripe.Cancel(pro));
        (await someone.PlanAsync()).ShouldBe("starter", "the other one is still paid");
    }

    [Fact]
    public async Task A_new_subscription_whose_end_of_the_old_one_comes_late_counts()
    {
        await using var shop = await Shop.OpenAsync(postgres);
        var someone = await shop.CustomerAsync();
        var pro = await someone.SubscribeAsync("pro");
        shop.Time.Advance(TimeSpan.FromMinutes(1));
        shop.Stripe.Cancel(pro);
        var late = shop.Stripe.Events[^1];
        await someone.SubscribeAsync("starter");
        (await someone.PlanAsync()).ShouldBe("starter");

        (await shop.DeliverAsync(late)).ShouldBe(200);

        (await someone.PlanAsync()).ShouldBe("starter");
    }

    [Fact]
    public async Task A_subscription_of_which_nothing_is_heard_is_asked_for()
    {
        await using var shop = await Shop.OpenAsync(postgres);
        var (renewed, ended) = (await shop.CustomerAsync(), await shop.CustomerAsync());
        var first = await renewed.SubscribeAsync("core");
        var second = await ended.SubscribeAsync("core");
        shop.Time.MoveTo(Shop.Opening.AddMonths(1));
        shop.Stripe.Renew(first);
        shop.Stripe.Cancel(second);
        shop.Time.Advance(TimeSpan.FromHours(7));
        (await ended.PlanAsync()).ShouldBe("core", "no word has come, and the grace runs");
        var asked = shop.Stripe.Count("GET", "/v1/subscriptions");

        await OverdueAsync(shop);

        (await ended.PlanAsync()).ShouldBe("trial");
        (await renewed.UsageAsync()).PeriodEnd.ShouldBe(Shop.Opening.AddMonths(2));
        shop.Time.MoveTo(Shop.Opening.AddMonths(1).AddDays(6));
        (await renewed.PlanAsync()).ShouldBe("core");
        await OverdueAsync(shop);
        shop.Stripe.Count("GET", "/v1/subscriptions").ShouldBe(asked + 2, "nothing is overdue any more");
    }

    [Fact]
    public async Task A_failed_effect_leaves_no_record_so_that_the_event_comes_again()
    {
        await using var shop = await Shop.OpenAsync(postgres);
        var someone = await shop.CustomerAsync();
        shop.Stripe.Pay((await someone.CheckoutAsync("core")).Body.GetProperty("session_id").GetString()!);
        await shop.ExecuteAsync("alter table billing.subscriptions rename to subscriptions_away");
        (await shop.DeliverAsync(shop.Stripe.Events[0])).ShouldBe(500);
        await shop.ExecuteAsync("alter table billing.subscriptions_away rename to subscriptions");
        (await shop.ScalarAsync<long>("select count(*) from billing.processed_webhook_events")).ShouldBe(0);
        (await shop.DeliverAsync(shop.Stripe.Events[0])).ShouldBe(200);
        (await someone.PlanAsync()).ShouldBe("core");
    }

    [Fact]
    public async Task Events_and_questions_are_counted_without_a_word_about_anybody()
    {
        await using var shop = await Shop.OpenAsync(postgres);
        var someone = await shop.CustomerAsync("someone.special@example.org");
        await someone.SubscribeAsync("core");
        (await shop.DeliverAsync(shop.Stripe.Events[0])).ShouldBe(200);
        var customer = await shop.ScalarAsync<string>("select external_id from billing.provider_customers");
        shop.Stripe.Subscribe(customer, "price_x");
        (await shop.DeliverAsync(shop.Stripe.Events[^2])).ShouldBe(200);

        using var client = shop[0].Client();
        var page = await client.GetStringAsync("/metrics", Stop);

        string[] lines =
        [
            "heretix_billing_events_total{outcome=\"applied\",source=\"stripe\"}",
            "heretix_billing_events_total{outcome=\"duplicate\",source=\"stripe\"} 1",
            "heretix_billing_events_flagged_total{reason=\"unknown_price\",source=\"stripe\"} 1",
            "heretix_provider_calls_seconds_count{operation=\"create a customer\",outcome=\"ok\",provider=\"stripe\"} 1",
        ];
        foreach (var line in lines)
            page.ShouldContain(line);
        foreach (var secret in (string[])["someone.special", customer, StripeStub.Key, StripeDeliveries.Secret])
            page.ShouldNotContain(secret);
    }

    private static async Task OverdueAsync(Shop shop)
    {
        await using var scope = shop[0].Services.CreateAsyncScope();
        await scope
            .ServiceProvider.GetRequiredService<StripeOverdue>()
            .RunAsync(new JobRun(StripeOverdue.Kind, "now", 1, shop[0].OpenDb), Stop);
    }

    private static async Task After(Shop shop, Action change)
    {
        var before = shop.Stripe.Events.Count;
        change();
        await shop.DeliverAllAsync(before);
    }

    /// <summary>Some of what can happen within three months.</summary>
    private static void Live(Shop shop, string subscription, Random random)
    {
        for (var month = 1; month <= 3; month++)
        {
            for (var step = random.Next(4); step > 0; step--)
            {
                // Now and then within the same second.
                shop.Time.Advance(TimeSpan.FromSeconds(random.Next(3)));
                switch (random.Next(3))
                {
                    case 0:
                        shop.Stripe.Reprice(subscription, random.Next(2) == 0 ? Shop.Core : Shop.Pro);
                        break;
                    case 1:
                        shop.Stripe.CancelAtPeriodEnd(subscription, random.Next(2) == 0);
                        break;
                    default:
                        shop.Stripe.Reprice(subscription, Shop.Starter);
                        break;
                }
            }
            shop.Time.MoveTo(Shop.Opening.AddMonths(month));
            shop.Stripe.Renew(subscription, paid: random.Next(3) > 0);
            if (random.Next(2) == 0)
                shop.Stripe.PayUp(subscription);
        }
        if (random.Next(3) == 0)
            shop.Stripe.Cancel(subscription);
    }

    /// <summary>What the row must say, out of the stub's own object.</summary>
    private static Task<string> ExpectedAsync(Shop shop, string id)
    {
        var json = shop.Stripe.Get(id);
        var plan = json["items"]!["data"]![0]!["price"]!["id"]!.GetValue<string>()["price_".Length..];
        var (start, end) = ((long)json["current_period_start"]!, (long)json["current_period_end"]!);
        var unpaid = (string?)json["status"] == "past_due";
        return shop.ScalarAsync<string>(
            $"""
            select concat_ws(' ', '{plan}', '{json["status"]}', {(unpaid ? "null" : $"to_timestamp({start})")},
                to_timestamp({(unpaid ? start : end)}), to_timestamp({json["billing_cycle_anchor"]}),
                {((bool)json["cancel_at_period_end"]! ? "true" : "false")}, '{id}')
            """
        );
    }

    /// <summary>A customer that was made by hand, on Stripe's own site.</summary>
    private static async Task<string> CustomerAtStripeAsync(Shop shop)
    {
        using var http = new HttpClient { BaseAddress = shop.Stripe.Address };
        using var request = new HttpRequestMessage(HttpMethod.Post, "/v1/customers")
        {
            Headers = { { "Authorization", "Bearer " + StripeStub.Key }, { "Stripe-Version", "any" } },
        };
        using var answer = await http.SendAsync(request, Stop);
        return JsonNode.Parse(await answer.Content.ReadAsStringAsync(Stop))!["id"]!.GetValue<string>();
    }
}
