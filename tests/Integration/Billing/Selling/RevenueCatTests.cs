using Heretix.Tests.Integration.Servers;

namespace Heretix.Tests.Integration.Billing.Selling;

/// <summary>What follows from purchases in the stores of apps.</summary>
public sealed class RevenueCatTests(PostgresCluster postgres)
{
    [Theory]
    [InlineData(null, 401)]
    [InlineData("wrong", 401)]
    [InlineData("", 401)]
    [InlineData("the former secret", 200)]
    [InlineData(Shop.RevenueCatSecret, 200)]
    public async Task Only_who_knows_a_secret_is_believed(string? secret, int status)
    {
        await using var shop = await Shop.OpenAsync(
            postgres,
            options: ("REVENUECAT_WEBHOOK_SECRET", $"{Shop.RevenueCatSecret}, the former secret,")
        );
        var someone = await shop.CustomerAsync();
        (await shop.RevenueCatAsync(StoreEvents.Purchase(someone, "pro_access", Shop.Opening), secret)).ShouldBe(
            status
        );
        (await someone.PlanAsync()).ShouldBe(status == 200 ? "pro" : "trial");
    }

    [Fact]
    public async Task The_life_of_a_purchase()
    {
        await using var shop = await Shop.OpenAsync(postgres);
        var someone = await shop.CustomerAsync();
        var (bought, end) = (Shop.Opening, Shop.Opening.AddMonths(1));
        await Say("INITIAL_PURCHASE", "standard_access", bought);
        (await someone.PlanAsync()).ShouldBe("starter");
        await someone.UseAsync(4);

        await Say("PRODUCT_CHANGE", "pro_access", bought.AddDays(1), bought, end);
        var usage = await someone.UsageAsync();
        (usage.Plan, usage.Used).ShouldBe(("pro", 4));

        await Say("CANCELLATION", "pro_access", bought.AddDays(2), bought, end);
        (await someone.SubscriptionAsync()).GetProperty("cancel_at_period_end").GetBoolean().ShouldBeTrue();
        await Say("UNCANCELLATION", "pro_access", bought.AddDays(3), bought, end);
        (await someone.SubscriptionAsync()).GetProperty("cancel_at_period_end").GetBoolean().ShouldBeFalse();

        shop.Time.MoveTo(end);
        await Say("RENEWAL", "pro_access", end, end, end.AddMonths(1));
        (await someone.UsageAsync()).Used.ShouldBe(0);

        // The store goes on trying for ten days; our own grace alone would be three.
        var second = end.AddMonths(1);
        shop.Time.MoveTo(second);
        await Say("BILLING_ISSUE", "pro_access", second, end, second, second.AddDays(10));
        (await someone.SubscriptionAsync()).GetProperty("status").GetString().ShouldBe("past_due");
        shop.Time.MoveTo(second.AddDays(9));
        (await someone.PlanAsync()).ShouldBe("pro");
        shop.Time.MoveTo(second.AddDays(10));
        (await someone.PlanAsync()).ShouldBe("trial");

        await Say("EXPIRATION", "pro_access", second.AddDays(10), end, second);
        (await someone.SubscriptionAsync())
            .GetProperty("sources")[0]
            .GetProperty("status")
            .GetString()
            .ShouldBe("expired");

        Task Say(
            string type,
            string entitlement,
            DateTimeOffset at,
            DateTimeOffset? from = null,
            DateTimeOffset? to = null,
            DateTimeOffset? grace = null
        ) => Taken(shop, StoreEvents.Purchase(someone, entitlement, at, type, null, from, to, grace));
    }

    [Fact]
    public async Task Events_in_any_order_and_repeated_end_in_the_same_state()
    {
        var (bought, end) = (Shop.Opening.AddDays(-20), Shop.Opening.AddDays(-20).AddMonths(1));
        var random = new Random(20260131);
        for (var round = 0; round < 8; round++)
        {
            await using var shop = await Shop.OpenAsync(postgres);
            var someone = await shop.CustomerAsync();
            object[] life =
            [
                StoreEvents.Purchase(someone, "standard_access", bought),
                StoreEvents.Purchase(someone, "pro_access", bought.AddDays(1), "PRODUCT_CHANGE", null, bought, end),
                StoreEvents.Purchase(someone, "pro_access", bought.AddDays(2), "CANCELLATION", null, bought, end),
                StoreEvents.Purchase(someone, "pro_access", bought.AddDays(3), "UNCANCELLATION", null, bought, end),
                StoreEvents.Purchase(someone, "pro_access", end.AddHours(-1), "RENEWAL", null, end, end.AddMonths(1)),
                StoreEvents.Purchase(someone, "pro_access", end, "CANCELLATION", null, end, end.AddMonths(1)),
            ];
            var deliveries = life.Concat(life).ToArray();
            random.Shuffle(deliveries);
            foreach (var each in deliveries)
                await Taken(shop, each);

            var view = await someone.SubscriptionAsync();
            view.GetProperty("plan").GetString().ShouldBe("pro");
            view.GetProperty("period_start").GetDateTimeOffset().ShouldBe(end);
            view.GetProperty("cancel_at_period_end").GetBoolean().ShouldBeTrue();
            (await shop.ScalarAsync<long>("select count(*) from billing.processed_webhook_events")).ShouldBe(6);
        }
    }

    [Fact]
    public async Task The_end_at_one_provider_leaves_what_the_other_opened()
    {
        await using var shop = await Shop.OpenAsync(postgres);
        var someone = await shop.CustomerAsync();
        await someone.SubscribeAsync("core");
        await Taken(shop, StoreEvents.Purchase(someone, "pro_access", Shop.Opening));
        (await someone.PlanAsync()).ShouldBe("pro");
        await Taken(shop, StoreEvents.Purchase(someone, "pro_access", Shop.Opening.AddDays(1), "EXPIRATION"));
        (await someone.PlanAsync()).ShouldBe("core");
        (await someone.SubscriptionAsync()).GetProperty("sources").GetArrayLength().ShouldBe(2);
    }

    [Fact]
    public async Task A_purchase_opens_the_plan_of_one_user_and_can_be_taken_over()
    {
        await using var shop = await Shop.OpenAsync(postgres);
        var (first, second) = (await shop.CustomerAsync(), await shop.CustomerAsync());
        await Taken(shop, StoreEvents.Purchase(first, "pro_access", Shop.Opening, purchase: "shared"));
        shop.Time.Advance(TimeSpan.FromDays(1));
        await Taken(shop, StoreEvents.Transfer(first, second, Shop.Opening.AddDays(1)));
        (await first.PlanAsync()).ShouldBe("trial");
        (await second.PlanAsync()).ShouldBe("pro");

        // And back, without a word but the renewal itself.
        await Taken(
            shop,
            StoreEvents.Purchase(
                first,
                "pro_access",
                Shop.Opening.AddDays(2),
                "RENEWAL",
                "shared",
                Shop.Opening,
                Shop.Opening.AddMonths(2)
            )
        );
        (await first.PlanAsync()).ShouldBe("pro");
        (await second.PlanAsync()).ShouldBe("trial");
        // What was said before that is not believed any more.
        await Taken(
            shop,
            StoreEvents.Purchase(
                second,
                "pro_access",
                Shop.Opening.AddDays(1),
                "UNCANCELLATION",
                "shared",
                Shop.Opening
            )
        );
        (await second.PlanAsync()).ShouldBe("trial");
    }

    [Fact]
    public async Task What_opens_no_plan_is_recorded_and_acknowledged()
    {
        await using var shop = await Shop.OpenAsync(postgres, options: ("Heretix:Billing:RevenueCatSandbox", "false"));
        var someone = await shop.CustomerAsync();
        var stranger = someone with { Id = Guid.NewGuid() };
        await Taken(shop, StoreEvents.Purchase(stranger, "pro_access", Shop.Opening));
        await Taken(shop, StoreEvents.Purchase(someone, "other_access", Shop.Opening));
        await Taken(shop, StoreEvents.Purchase(someone, "pro_access", Shop.Opening, environment: "SANDBOX"));
        await Taken(
            shop,
            new
            {
                id = "t",
                type = "TEST",
                event_timestamp_ms = 1,
            }
        );
        (await shop.OutcomesAsync()).ShouldBe(
            [
                "INITIAL_PURCHASE: unknown_user",
                "INITIAL_PURCHASE: unknown_entitlement",
                "INITIAL_PURCHASE: ignored",
                "TEST: ignored",
            ],
            ignoreOrder: true
        );
        (await someone.PlanAsync()).ShouldBe("trial");
        (await shop.RevenueCatAsync(new { type = "TEST" })).ShouldBe(400, "without an id it could not be known again");
    }

    [Fact]
    public async Task Twenty_deliveries_at_once_to_two_processes_are_one_event()
    {
        await using var shop = await Shop.OpenAsync(postgres, processes: 2);
        var someone = await shop.CustomerAsync();
        var about = StoreEvents.Purchase(someone, "pro_access", Shop.Opening);
        var answers = await Task.WhenAll(Enumerable.Range(0, 20).Select(n => shop.RevenueCatAsync(about, process: n)));
        answers.ShouldAllBe(status => status == 200);
        (await shop.ScalarAsync<int>("select deliveries from billing.processed_webhook_events")).ShouldBe(20);
        (await shop.OutcomesAsync()).ShouldBe(["INITIAL_PURCHASE: applied"]);
    }

    private static async Task Taken(Shop shop, object about) => (await shop.RevenueCatAsync(about)).ShouldBe(200);
}
