using Heretix.Platform.Settings;
using Heretix.Tests.Integration.Servers;
using Heretix.Tests.Integration.Stubs.Stripe;

namespace Heretix.Tests.Integration.Billing.Selling;

/// <summary>Buying a plan by Stripe: one customer, one subscription, whatever is clicked and whatever breaks.</summary>
public sealed class CheckoutTests(PostgresCluster postgres)
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_plan_is_bought_and_opens_with_the_event()
    {
        await using var shop = await Shop.OpenAsync(postgres);
        var someone = await shop.CustomerAsync();
        (await someone.PlanAsync()).ShouldBe("trial");
        (await someone.PortalAsync()).Status.ShouldBe(404);

        var (status, body) = await someone.CheckoutAsync("core");

        status.ShouldBe(200, body.ToString());
        body.GetProperty("changed").GetBoolean().ShouldBeFalse();
        var session = body.GetProperty("session_id").GetString()!;
        body.GetProperty("checkout_url").GetString().ShouldBe($"https://checkout.stripe.test/{session}");
        (await someone.PlanAsync()).ShouldBe("trial", "nothing is sold yet");

        var subscription = shop.Stripe.Pay(session);
        await shop.DeliverAllAsync();

        var view = await someone.SubscriptionAsync();
        view.GetProperty("plan").GetString().ShouldBe("core");
        view.GetProperty("status").GetString().ShouldBe("active");
        view.GetProperty("source").GetString().ShouldBe("stripe");
        view.GetProperty("period_start").GetDateTimeOffset().ShouldBe(Shop.Opening);
        view.GetProperty("period_end").GetDateTimeOffset().ShouldBe(Shop.Opening.AddMonths(1));
        view.GetProperty("cancel_at_period_end").GetBoolean().ShouldBeFalse();
        view.GetProperty("sources").GetArrayLength().ShouldBe(1);
        (await someone.UsageAsync()).Allowed.ShouldBe(100);
        (await someone.PortalAsync()).Body.GetProperty("portal_url").GetString()!.ShouldStartWith("https://billing.");
        shop.Stripe.Get(subscription)["metadata"]!["user_id"]!.GetValue<string>().ShouldBe(someone.Id.ToString());
        (await shop.ScalarAsync<long>("select count(*) from billing.subscriptions")).ShouldBe(1);
    }

    [Fact]
    public async Task Twenty_parallel_checkouts_on_two_processes_make_one_customer_and_one_page()
    {
        await using var shop = await Shop.OpenAsync(postgres, processes: 2);
        var someone = await shop.CustomerAsync();

        var answers = await Task.WhenAll(
            Enumerable
                .Range(0, 20)
                .Select(async n =>
                {
                    while (true)
                    {
                        var (status, body) = await someone.CheckoutAsync("pro", n);
                        if (status != 409)
                            return (status, body);
                        body.GetProperty("error").GetString().ShouldBe("checkout_in_progress");
                        await Task.Delay(10, Stop);
                    }
                })
        );

        answers.ShouldAllBe(answer => answer.status == 200);
        answers.Select(answer => answer.body.GetProperty("session_id").GetString()).Distinct().Count().ShouldBe(1);
        shop.Stripe.All("customer").Count.ShouldBe(1);
        shop.Stripe.All("checkout.session").Count.ShouldBe(1);
        (await shop.ScalarAsync<long>("select count(*) from billing.provider_customers")).ShouldBe(1);
    }

    [Fact]
    public async Task Another_plan_closes_the_page_of_the_first()
    {
        await using var shop = await Shop.OpenAsync(postgres);
        var someone = await shop.CustomerAsync();
        var first = (await someone.CheckoutAsync("starter")).Body.GetProperty("session_id").GetString()!;

        var second = (await someone.CheckoutAsync("core")).Body.GetProperty("session_id").GetString()!;

        second.ShouldNotBe(first);
        shop.Stripe.Get(first)["status"]!.GetValue<string>().ShouldBe("expired");
        shop.Stripe.Get(second)["status"]!.GetValue<string>().ShouldBe("open");
    }

    [Fact]
    public async Task An_upgrade_changes_the_subscription_pro_rata_and_opens_no_second_one()
    {
        await using var shop = await Shop.OpenAsync(postgres);
        var someone = await shop.CustomerAsync();
        var subscription = await someone.SubscribeAsync("starter");
        await someone.UseAsync(7);
        shop.Time.Advance(TimeSpan.FromDays(10));

        var (status, body) = await someone.CheckoutAsync("pro");

        status.ShouldBe(200, body.ToString());
        body.GetProperty("changed").GetBoolean().ShouldBeTrue();
        body.GetProperty("plan").GetString().ShouldBe("pro");
        (await someone.PlanAsync()).ShouldBe("pro", "no event has come yet");
        var usage = await someone.UsageAsync();
        (usage.Used, usage.Allowed, usage.PeriodStart).ShouldBe((7, 750, Shop.Opening));
        await shop.DeliverAllAsync();
        (await someone.UsageAsync()).ShouldBe(usage);
        shop.Stripe.All("subscription").Count.ShouldBe(1);
        shop.Stripe.Get(subscription)["prorated"]!.GetValue<string>().ShouldBe("create_prorations");
        shop.Stripe.Get(subscription)["items"]!["data"]!.AsArray().Count.ShouldBe(1);

        foreach (var plan in (string[])["pro", "starter"])
        {
            (status, body) = await someone.CheckoutAsync(plan);
            status.ShouldBe(409);
            body.GetProperty("error").GetString().ShouldBe("already_subscribed");
            body.GetProperty("detail").GetString()!.ShouldContain("/api/billing/portal");
        }
    }

    [Fact]
    public async Task Parallel_upgrades_change_the_subscription_once()
    {
        await using var shop = await Shop.OpenAsync(postgres, processes: 2);
        var someone = await shop.CustomerAsync();
        var subscription = await someone.SubscribeAsync("starter");

        var answers = await Task.WhenAll(Enumerable.Range(0, 10).Select(n => someone.CheckoutAsync("core", n)));

        answers.Count(answer => answer.Status == 200).ShouldBe(1);
        answers.Where(answer => answer.Status != 200).ShouldAllBe(answer => answer.Status == 409);
        shop.Stripe.Count("POST", $"/v1/subscriptions/{subscription}").ShouldBe(1);
        (await someone.PlanAsync()).ShouldBe("core");
    }

    [Fact]
    public async Task A_subscription_whose_events_are_still_on_their_way_is_found_before_a_second_is_sold()
    {
        await using var shop = await Shop.OpenAsync(postgres);
        var someone = await shop.CustomerAsync();
        var session = (await someone.CheckoutAsync("core")).Body.GetProperty("session_id").GetString()!;
        shop.Stripe.Pay(session);

        var (status, body) = await someone.CheckoutAsync("core");

        status.ShouldBe(409, body.ToString());
        (await someone.PlanAsync()).ShouldBe("core", "what Stripe said was kept");
        shop.Stripe.All("checkout.session").Count.ShouldBe(1);
    }

    [Fact]
    public async Task Who_owes_pays_first_and_who_has_cancelled_may_subscribe_again()
    {
        await using var shop = await Shop.OpenAsync(postgres);
        var someone = await shop.CustomerAsync();
        var subscription = await someone.SubscribeAsync("starter");
        shop.Time.MoveTo(Shop.Opening.AddMonths(1));
        shop.Stripe.Renew(subscription, paid: false);
        var (status, body) = await someone.CheckoutAsync("core");
        status.ShouldBe(409);
        body.GetProperty("error").GetString().ShouldBe("payment_due");

        shop.Stripe.Cancel(subscription);
        (status, body) = await someone.CheckoutAsync("starter");
        status.ShouldBe(200, body.ToString());
        body.GetProperty("changed").GetBoolean().ShouldBeFalse();
    }

    [Fact]
    public async Task A_plan_from_elsewhere_is_not_sold_again_but_a_higher_one_is()
    {
        await using var shop = await Shop.OpenAsync(postgres);
        var someone = await shop.CustomerAsync();
        (await shop.RevenueCatAsync(StoreEvents.Purchase(someone, "pro_access", Shop.Opening))).ShouldBe(200);

        var (status, body) = await someone.CheckoutAsync("core");

        status.ShouldBe(409);
        body.GetProperty("source").GetString().ShouldBe("revenuecat");
        shop.Stripe.Requests.ShouldBeEmpty();
        var other = await shop.CustomerAsync();
        await shop.RevenueCatAsync(StoreEvents.Purchase(other, "standard_access", Shop.Opening));
        (await other.CheckoutAsync("core")).Status.ShouldBe(200);
    }

    [Fact]
    public async Task What_is_not_sold_is_refused_in_a_sentence()
    {
        await using var shop = await Shop.OpenAsync(postgres, options: ("STRIPE_PRICE_CORE", null));
        var someone = await shop.CustomerAsync();
        foreach (var plan in (string[])["core", "gold", "trial", ""])
        {
            var (status, body) = await someone.CheckoutAsync(plan);
            status.ShouldBe(422);
            body.GetProperty("errors").GetProperty("plan").GetArrayLength().ShouldBe(1);
        }
        using var anonymous = shop[0].Client();
        using var answer = await anonymous.PostAsJsonAsync("/api/billing/checkout", new { plan = "pro" }, Stop);
        ((int)answer.StatusCode).ShouldBe(401);
        var plans = System.Text.Json.JsonElement.Parse(await anonymous.GetStringAsync("/api/billing/plans", Stop));
        plans
            .GetProperty("items")
            .EnumerateArray()
            .Where(plan => plan.GetProperty("for_sale").GetBoolean())
            .Select(plan => plan.GetProperty("plan").GetString())
            .ShouldBe(["starter", "pro"]);
    }

    [Fact]
    public async Task Without_a_provider_nothing_is_sold_and_no_event_taken()
    {
        await using var shop = await Shop.OpenAsync(
            postgres,
            options: [("STRIPE_SECRET", null), ("STRIPE_WEBHOOK_SECRET", null), ("REVENUECAT_WEBHOOK_SECRET", null)]
        );
        var someone = await shop.CustomerAsync();
        var (status, body) = await someone.CheckoutAsync("core");
        status.ShouldBe(503);
        body.GetProperty("error").GetString().ShouldBe("payments_disabled");
        (await someone.PortalAsync()).Status.ShouldBe(503);
        using var client = shop[0].Client();
        foreach (var path in (string[])["stripe", "revenuecat", "razorpay"])
        {
            using var answer = await client.PostAsync(
                new Uri($"/api/{path}/webhook", UriKind.Relative),
                new StringContent("{}"),
                Stop
            );
            ((int)answer.StatusCode).ShouldBe(503);
        }
    }

    [Theory]
    [InlineData(StripeFault.Error500)]
    [InlineData(StripeFault.TooMany429)]
    [InlineData(StripeFault.CutAfterWork)]
    public async Task What_breaks_once_is_tried_again_and_done_once(StripeFault fault)
    {
        await using var shop = await Shop.OpenAsync(postgres);
        var someone = await shop.CustomerAsync();
        foreach (
            var path in (string[])
                ["/v1/customers", "/v1/checkout/sessions", "/v1/subscriptions", "/v1/checkout/sessions"]
        )
            shop.Stripe.Fail(path, fault);

        var (status, body) = await someone.CheckoutAsync("core");

        status.ShouldBe(200, body.ToString());
        shop.Stripe.All("customer").Count.ShouldBe(1);
        shop.Stripe.All("checkout.session").Count.ShouldBe(1);
    }

    [Fact]
    public async Task A_provider_that_is_away_is_said_to_be_and_holds_no_connection()
    {
        await using var shop = await Shop.OpenAsync(
            postgres,
            options: [("Heretix:Billing:ProviderTimeout", "00:00:01"), ("Heretix:Billing:ProviderAttempts", "1")]
        );
        var someone = await shop.CustomerAsync();
        shop.Stripe.Fail("/v1", StripeFault.Hang);
        var waiting = someone.CheckoutAsync("core");
        (await shop.Stripe.Hanging.WaitAsync(TimeSpan.FromSeconds(30), Stop)).ShouldBeTrue();
        shop[0].Connections.HeldNow.ShouldBe(0);

        var (status, body) = await waiting;

        status.ShouldBe(503, body.ToString());
        body.GetProperty("error").GetString().ShouldBe("provider_unavailable");
        (await someone.CheckoutAsync("core")).Status.ShouldBe(200, "the claim was given back");
    }

    [Fact]
    public async Task A_wrong_key_is_the_servers_fault_and_not_the_buyers()
    {
        await using var shop = await Shop.OpenAsync(postgres, options: ("STRIPE_SECRET", "sk_test_wrong"));
        var (status, body) = await (await shop.CustomerAsync()).CheckoutAsync("core");
        status.ShouldBe(502);
        body.GetProperty("error").GetString().ShouldBe("provider_refused");
    }

    [Fact]
    public async Task A_checkout_that_died_does_not_block_the_next_for_long()
    {
        await using var shop = await Shop.OpenAsync(postgres, role: ServerRole.Api);
        var someone = await shop.CustomerAsync();
        await someone.CheckoutAsync("core");
        await shop.ExecuteAsync(
            $"update billing.provider_customers set busy_until = '{Shop.Opening.AddSeconds(90):O}'"
        );
        (await someone.CheckoutAsync("core")).Status.ShouldBe(409);
        shop.Time.Advance(TimeSpan.FromSeconds(90));
        (await someone.CheckoutAsync("core")).Status.ShouldBe(200);
    }

    [Fact]
    public async Task A_customer_who_was_deleted_at_stripe_is_made_anew()
    {
        await using var shop = await Shop.OpenAsync(postgres);
        var someone = await shop.CustomerAsync();
        await someone.CheckoutAsync("core");
        var customer = await shop.ScalarAsync<string>("select external_id from billing.provider_customers");
        shop.Stripe.Delete(customer);

        var subscription = await someone.SubscribeAsync("core");

        (await someone.PlanAsync()).ShouldBe("core");
        shop.Stripe.All("customer").Count.ShouldBe(1);
        ((string?)shop.Stripe.Get(subscription)["customer"]).ShouldNotBe(customer);
        (await shop.ScalarAsync<long>("select count(*) from billing.provider_customers")).ShouldBe(1);
    }

    [Fact]
    public async Task One_key_is_one_checkout()
    {
        await using var shop = await Shop.OpenAsync(postgres);
        var someone = await shop.CustomerAsync();
        using var client = shop.ClientOf(someone);
        client.DefaultRequestHeaders.Add("Idempotency-Key", "mine");
        using var first = await client.PostAsJsonAsync("/api/billing/checkout", new { plan = "core" }, Stop);
        var asked = shop.Stripe.Requests.Count;
        using var second = await client.PostAsJsonAsync("/api/billing/checkout", new { plan = "core" }, Stop);
        (await second.Content.ReadAsStringAsync(Stop)).ShouldBe(await first.Content.ReadAsStringAsync(Stop));
        shop.Stripe.Requests.Count.ShouldBe(asked);
    }
}
