using Heretix.Billing.Orders.Refunding;
using Heretix.Tests.Integration.Servers;
using Heretix.Tests.Integration.Stubs.Razorpay;
using Heretix.Tests.Integration.Stubs.Stripe;

namespace Heretix.Tests.Integration.Billing.Orders;

/// <summary>Money that goes back takes its coins along, once, whoever sent it back and however it is heard of.</summary>
public sealed class MoneyBackTests(PostgresCluster postgres)
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("stripe")]
    [InlineData("razorpay")]
    public async Task An_operator_refunds_in_parts_and_then_all_that_is_left(string provider)
    {
        await using var shop = await CoinShop.OpenAsync(postgres);
        var buyer = await shop.Shop.CustomerAsync();
        var placed = await shop.BuyAsync(buyer, provider);
        var part = (
            await RefundAsync(shop, placed, new(placed.Amount / 4, null, "a part", "p1"))
        ).ShouldBeOfType<RefundOutcome.Done>();
        part.Coins.ShouldBe(400 * (placed.Amount / 4) / placed.Amount);
        (await RefundAsync(shop, placed, new(placed.Amount / 4, null, "a part", "p1")))
            .ShouldBeOfType<RefundOutcome.Done>()
            .Repeated.ShouldBeTrue();
        (await RefundAsync(shop, placed, new(placed.Amount, null, "too much", null))).ShouldBe(
            new RefundOutcome.TooMuch(placed.Amount - (placed.Amount / 4), provider == "stripe" ? "USD" : "INR")
        );
        (await RefundAsync(shop, placed, new(null, null, "the rest", null))).ShouldBeOfType<RefundOutcome.Done>();
        (await RefundAsync(shop, placed, new(null, null, "again", null))).ShouldBeOfType<RefundOutcome.TooMuch>();
        (await shop.CoinsAsync(buyer)).ShouldBe((0, 0));
        (await shop.StatusAsync(placed.Id)).ShouldBe("refunded");
        // The provider's own news of it.
        await shop.Shop.DeliverAllAsync();
        await shop.DeliverRazorpayAsync();
        (await shop.CoinsAsync(buyer)).ShouldBe((0, 0));
        (shop.Stripe.All("refund").Count + shop.Razorpay.All("refund").Count).ShouldBe(2);
        (await shop.ScalarAsync<long>("select count(*) from billing.transfers where type = 'clawback'")).ShouldBe(2);
        await shop.ShouldAddUpAsync();
    }

    [Theory]
    [InlineData("stripe")]
    [InlineData("razorpay")]
    public async Task Five_refunds_at_once_on_two_processes_are_one(string provider)
    {
        await using var shop = await CoinShop.OpenAsync(postgres, processes: 2);
        var buyer = await shop.Shop.CustomerAsync();
        var placed = await shop.BuyAsync(buyer, provider);
        var outcomes = await Task.WhenAll(
            Enumerable.Range(0, 5).Select(n => RefundAsync(shop, placed, new(null, null, "by mistake", null), n))
        );
        outcomes.OfType<RefundOutcome.Done>().Count().ShouldBe(1);
        outcomes.OfType<RefundOutcome.TooMuch>().Count().ShouldBe(4);
        (shop.Stripe.All("refund").Count + shop.Razorpay.All("refund").Count).ShouldBe(1);
        (await shop.CoinsAsync(buyer)).ShouldBe((0, 0));
        await shop.ShouldAddUpAsync();
    }

    [Theory]
    [InlineData("stripe", false)]
    [InlineData("stripe", true)]
    [InlineData("razorpay", false)]
    [InlineData("razorpay", true)]
    public async Task A_refund_whose_answer_was_lost_is_gone_on_with(string provider, bool eventFirst)
    {
        await using var shop = await CoinShop.OpenAsync(postgres, 1, ("Heretix:Billing:ProviderAttempts", "1"));
        var buyer = await shop.Shop.CustomerAsync();
        var placed = await shop.BuyAsync(buyer, provider);
        shop.Stripe.Fail("/v1/refunds", StripeFault.CutAfterWork);
        shop.Razorpay.Fail("POST /v1/payments", RazorpayFault.CutAfterWork);
        (await RefundAsync(shop, placed, new(null, null, "r", "k"))).ShouldBeOfType<RefundOutcome.Unfinished>();
        (await shop.CoinsAsync(buyer)).ShouldBe((400, 0), "nothing is known yet");
        if (eventFirst)
        {
            await shop.Shop.DeliverAllAsync();
            await shop.DeliverRazorpayAsync();
            (await shop.CoinsAsync(buyer)).ShouldBe((0, 0));
        }
        var done = (await RefundAsync(shop, placed, new(null, null, "r", "k"))).ShouldBeOfType<RefundOutcome.Done>();
        done.Repeated.ShouldBe(eventFirst);
        done.Coins.ShouldBe(400);
        (shop.Stripe.All("refund").Count + shop.Razorpay.All("refund").Count).ShouldBe(1);
        (await shop.ScalarAsync<long>("select count(*) from billing.payment_refunds")).ShouldBe(1);
        (await shop.CoinsAsync(buyer)).ShouldBe((0, 0));
        await shop.ShouldAddUpAsync();
    }

    [Fact]
    public async Task Refunds_that_somebody_died_over_are_finished_by_the_job()
    {
        await using var shop = await CoinShop.OpenAsync(postgres, 1, ("Heretix:Billing:ProviderAttempts", "1"));
        var buyer = await shop.Shop.CustomerAsync();
        var placed = await shop.BuyAsync(buyer);
        shop.Stripe.Fail("/v1/refunds", StripeFault.CutAfterWork);
        (await RefundAsync(shop, placed, new(200, null, "r", null))).ShouldBeOfType<RefundOutcome.Unfinished>();
        // Of another amount: the unfinished one comes first, and the operator is told.
        (await RefundAsync(shop, placed, new(100, null, "r", null)))
            .ShouldBeOfType<RefundOutcome.Done>()
            .ShouldSatisfyAllConditions(done => done.Earlier.ShouldBeTrue(), done => done.Amount.ShouldBe(200));
        shop.Stripe.Fail("/v1/refunds", StripeFault.Error500);
        (await RefundAsync(shop, placed, new(100, null, "r", null))).ShouldBeOfType<RefundOutcome.Unfinished>();
        shop.Time.Advance(TimeSpan.FromMinutes(11));
        await shop.ReconcileAsync();
        (
            await shop.ScalarAsync<string>(
                "select string_agg(state || amount, ' ' order by id) from billing.payment_refunds"
            )
        ).ShouldStartWith("succeeded200");
        await shop.ShouldAddUpAsync();
    }

    [Theory]
    [InlineData("stripe")]
    [InlineData("razorpay")]
    public async Task Spent_coins_of_a_refund_in_the_dashboard_are_owed_and_settled_by_the_next_purchase(
        string provider
    )
    {
        await using var shop = await CoinShop.OpenAsync(postgres);
        var buyer = await shop.Shop.CustomerAsync();
        var placed = await shop.BuyAsync(buyer, provider);
        await shop.SpendAsync(buyer, 350);
        if (provider == "stripe")
            shop.Stripe.RefundInDashboard(placed.ProviderId, placed.Amount);
        else
            shop.Razorpay.RefundInDashboard(placed.Payment!, placed.Amount);
        await shop.Shop.DeliverAllAsync();
        await shop.DeliverRazorpayAsync();
        (await shop.CoinsAsync(buyer)).ShouldBe((0, 350));
        (await shop.StatusAsync(placed.Id)).ShouldBe("refunded");
        (await shop.ScalarAsync<bool>("select flagged from billing.transfers where type = 'clawback'")).ShouldBeTrue();
        await shop.BuyAsync(buyer, provider, "Popular");
        (await shop.CoinsAsync(buyer)).ShouldBe((500, 0));
        await shop.ShouldAddUpAsync();
    }

    [Fact]
    public async Task An_endpoint_that_only_hears_charge_refunded_fetches_the_refunds()
    {
        await using var shop = await CoinShop.OpenAsync(postgres);
        var buyer = await shop.Shop.CustomerAsync();
        var placed = await shop.BuyAsync(buyer);
        shop.Stripe.RefundInDashboard(placed.ProviderId, 499);
        var refunded = shop.Stripe.Events.Single(happened => happened.Type == "charge.refunded");
        shop.Stripe.Fail("/v1/payment_intents", StripeFault.Error500, StripeFault.Error500, StripeFault.Error500);
        (await shop.Shop.DeliverAsync(refunded)).ShouldBe(503);
        (await shop.CoinsAsync(buyer)).ShouldBe((400, 0));
        (await shop.Shop.DeliverAsync(refunded)).ShouldBe(200);
        (await shop.CoinsAsync(buyer)).ShouldBe((0, 0));
        await shop.ShouldAddUpAsync();
    }

    [Theory]
    [InlineData("stripe", true)]
    [InlineData("stripe", false)]
    [InlineData("razorpay", true)]
    [InlineData("razorpay", false)]
    public async Task A_dispute_takes_the_coins_and_gives_them_again_when_it_is_won(string provider, bool won)
    {
        await using var shop = await CoinShop.OpenAsync(postgres);
        var buyer = await shop.Shop.CustomerAsync();
        var placed = await shop.BuyAsync(buyer, provider);
        await shop.SpendAsync(buyer, 100);
        var dispute =
            provider == "stripe" ? shop.Stripe.Dispute(placed.ProviderId) : shop.Razorpay.Dispute(placed.Payment!);
        await shop.Shop.DeliverAllAsync();
        await shop.DeliverRazorpayAsync();
        (await shop.CoinsAsync(buyer)).ShouldBe((0, 100));
        (await shop.StatusAsync(placed.Id)).ShouldBe("completed");
        if (provider == "stripe")
            shop.Stripe.CloseDispute(dispute, won);
        else
            shop.Razorpay.CloseDispute(dispute, won);
        await shop.Shop.DeliverAllAsync();
        await shop.DeliverRazorpayAsync();
        (await shop.CoinsAsync(buyer)).ShouldBe(won ? (300, 0) : (0, 100));
        (await shop.StatusAsync(placed.Id)).ShouldBe(won ? "completed" : "refunded");
        await shop.ShouldAddUpAsync();
    }

    [Fact]
    public async Task A_banks_question_takes_nothing_and_a_refund_that_fails_gives_again()
    {
        await using var shop = await CoinShop.OpenAsync(postgres);
        var buyer = await shop.Shop.CustomerAsync();
        var placed = await shop.BuyAsync(buyer);
        shop.Stripe.Dispute(placed.ProviderId, status: "warning_needs_response");
        await shop.Shop.DeliverAllAsync();
        (await shop.CoinsAsync(buyer)).ShouldBe((400, 0));
        var refund = shop.Stripe.RefundInDashboard(placed.ProviderId, 499, "pending");
        await shop.Shop.DeliverAllAsync();
        (await shop.CoinsAsync(buyer)).ShouldBe((0, 0));
        shop.Stripe.EndRefund(refund, succeeds: false);
        await shop.Shop.DeliverAllAsync();
        (await shop.CoinsAsync(buyer)).ShouldBe((400, 0));
        (await shop.StatusAsync(placed.Id)).ShouldBe("completed");
        await shop.ShouldAddUpAsync();
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task Events_in_any_order_on_two_processes_lead_to_the_same_end(int seed)
    {
        await using var shop = await CoinShop.OpenAsync(
            postgres,
            processes: 2,
            ("Heretix:Platform:RequestConnections", "8")
        );
        var chance = new Random(seed);
        var ends = new HashSet<string>();
        for (var round = 0; round < 6; round++)
        {
            var buyer = await shop.Shop.CustomerAsync();
            var (from, fromRazorpay) = (shop.Stripe.Events.Count, shop.Razorpay.Events.Count);
            var (stripe, razorpay) = (await shop.PlaceAsync(buyer), await shop.PlaceAsync(buyer, "razorpay"));
            shop.Stripe.FailIntent(stripe.ProviderId);
            shop.Stripe.BeginIntent(stripe.ProviderId);
            shop.Stripe.PayIntent(stripe.ProviderId);
            shop.Stripe.RefundInDashboard(stripe.ProviderId, 101);
            var fails = shop.Stripe.RefundInDashboard(stripe.ProviderId, 97, "pending");
            shop.Stripe.EndRefund(fails, succeeds: false);
            shop.Stripe.CloseDispute(shop.Stripe.Dispute(stripe.ProviderId, 211), won: false);
            shop.Razorpay.FailPayment(razorpay.ProviderId);
            var payment = shop.Razorpay.Pay(razorpay.ProviderId);
            shop.Razorpay.RefundInDashboard(payment, 12345);
            shop.Razorpay.CloseDispute(shop.Razorpay.Dispute(payment), won: true);
            List<Func<int, Task<int>>> deliveries =
            [
                .. shop
                    .Stripe.Events.Skip(from)
                    .Select(each => (Func<int, Task<int>>)(n => shop.Shop.DeliverAsync(each, n))),
                .. shop
                    .Razorpay.Events.Skip(fromRazorpay)
                    .Select(each => (Func<int, Task<int>>)(n => shop.DeliverAsync(each, n))),
            ];
            deliveries.AddRange(deliveries.ToList());
            var order = deliveries.ToArray();
            chance.Shuffle(order);
            foreach (var few in order.Chunk(4))
                (await Task.WhenAll(few.Select((deliver, n) => deliver(n)))).ShouldAllBe(status => status == 200);
            ends.Add(
                $"{await shop.CoinsAsync(buyer)} {await shop.StatusAsync(stripe.Id)} {await shop.StatusAsync(razorpay.Id)}"
            );
        }
        // Of 400 coins for 4.99 the share of 3.12 that are away, of 400 for 399 that of 123.45.
        ends.ShouldBe([$"({400 - (400 * 312 / 499) + 400 - (400 * 12345 / 39900)}, 0) completed completed"]);
        await shop.ShouldAddUpAsync();
    }

    private static async Task<RefundOutcome> RefundAsync(
        CoinShop shop,
        Placed placed,
        RefundWish wish,
        int process = 0
    ) => await shop.Shop[process].Services.GetRequiredService<OrderRefunds>().RefundAsync(placed.Id, wish, Stop);
}
