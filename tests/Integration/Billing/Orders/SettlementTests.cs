using System.Text.Json;
using Heretix.Tests.Integration.Billing.Selling;
using Heretix.Tests.Integration.Servers;
using Heretix.Tests.Integration.Stubs.Razorpay;

namespace Heretix.Tests.Integration.Billing.Orders;

/// <summary>Coins are credited for money that came, once, and only for exactly the price.</summary>
public sealed class SettlementTests(PostgresCluster postgres)
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("stripe")]
    [InlineData("razorpay")]
    public async Task A_payment_is_credited_and_shown(string provider)
    {
        await using var shop = await CoinShop.OpenAsync(postgres);
        var buyer = await shop.Shop.CustomerAsync();
        var placed = await shop.BuyAsync(buyer, provider);
        (await shop.StatusAsync(placed.Id)).ShouldBe("completed");
        (await shop.CoinsAsync(buyer)).ShouldBe((400, 0));
        using var client = shop.Shop.ClientOf(buyer);
        var shown = JsonElement.Parse(await client.GetStringAsync("/api/credits/transactions", Stop));
        var metadata = shown.GetProperty("items")[0].GetProperty("metadata");
        metadata.GetProperty("payment_order_id").GetGuid().ShouldBe(placed.Id);
        metadata.GetProperty("amount_paid").GetInt64().ShouldBe(placed.Amount);
        await shop.ShouldAddUpAsync();
    }

    [Fact]
    public async Task Ten_deliveries_on_two_processes_with_the_checkout_and_the_job_beside_them_credit_once()
    {
        await using var shop = await CoinShop.OpenAsync(
            postgres,
            processes: 2,
            ("Heretix:Platform:RequestConnections", "8")
        );
        var buyer = await shop.Shop.CustomerAsync();
        var (stripe, razorpay) = (await shop.PlaceAsync(buyer), await shop.PlaceAsync(buyer, "razorpay"));
        var paid = shop.Stripe.PayIntent(stripe.ProviderId);
        var payment = shop.Razorpay.Pay(razorpay.ProviderId);
        shop.Time.Advance(TimeSpan.FromMinutes(11));
        List<Task> all =
        [
            .. Enumerable.Range(0, 10).Select(n => (Task)shop.Shop.DeliverAsync(paid, n)),
            .. Enumerable
                .Range(0, 10)
                .SelectMany(n => shop.Razorpay.Events.ToList().Select(each => (Task)shop.DeliverAsync(each, n))),
            .. Enumerable.Range(0, 4).Select(n => (Task)VerifyAsync(shop, buyer, razorpay.ProviderId, payment, n)),
            shop.ReconcileAsync(0),
            shop.ReconcileAsync(1),
        ];
        await Task.WhenAll(all);
        (await shop.CoinsAsync(buyer)).ShouldBe((800, 0));
        (await shop.ScalarAsync<long>("select count(*) from billing.transfers where type = 'purchase'")).ShouldBe(2);
        await shop.ShouldAddUpAsync();
    }

    [Theory]
    [InlineData("stripe", 498L, null, "amount_mismatch")]
    [InlineData("stripe", 500L, null, "amount_mismatch")]
    [InlineData("stripe", null, "inr", "currency_mismatch")]
    [InlineData("razorpay", 39899L, null, "amount_mismatch")]
    [InlineData("razorpay", 499L, "USD", "currency_mismatch")]
    public async Task Another_amount_or_currency_is_flagged_and_never_credited(
        string provider,
        long? amount,
        string? currency,
        string reason
    )
    {
        await using var shop = await CoinShop.OpenAsync(postgres);
        var buyer = await shop.Shop.CustomerAsync();
        var placed = await shop.PlaceAsync(buyer, provider);
        if (provider == "stripe")
            (await shop.Shop.DeliverAsync(shop.Stripe.PayIntent(placed.ProviderId, amount, currency))).ShouldBe(200);
        else
        {
            var payment = shop.Razorpay.Pay(placed.ProviderId, amount, currency);
            await shop.DeliverRazorpayAsync();
            await VerifyAsync(shop, buyer, placed.ProviderId, payment);
        }
        shop.Time.Advance(TimeSpan.FromHours(1));
        await shop.ReconcileAsync();
        (await shop.FlagAsync(placed.Id)).ShouldBe(reason);
        (await shop.StatusAsync(placed.Id)).ShouldBe("processing");
        (await shop.CoinsAsync(buyer)).ShouldBe((0, 0));
        (
            await shop.ScalarAsync<long>("select count(*) from billing.processed_webhook_events where flagged")
        ).ShouldBeGreaterThan(0);
        await shop.ShouldAddUpAsync();
    }

    [Fact]
    public async Task What_names_an_order_of_another_provider_or_object_is_flagged()
    {
        await using var shop = await CoinShop.OpenAsync(postgres);
        var buyer = await shop.Shop.CustomerAsync();
        var (first, second) = (await shop.PlaceAsync(buyer), await shop.PlaceAsync(buyer, "razorpay"));
        // An intent that somebody made by hand, and that names an order which is not its own.
        foreach (var named in (Guid[])[first.Id, second.Id])
        {
            var body = JsonSerializer.Serialize(
                new
                {
                    id = $"evt_{named:N}",
                    type = "payment_intent.succeeded",
                    created = Shop.Opening.ToUnixTimeSeconds(),
                    data = new
                    {
                        @object = new
                        {
                            id = $"pi_{named:N}",
                            @object = "payment_intent",
                            status = "succeeded",
                            amount_received = 499,
                            currency = "usd",
                            metadata = new { order_id = named },
                        },
                    },
                },
                JsonSerializerOptions.Default
            );
            (
                await shop.Shop.DeliverAsync(
                    new Stubs.Stripe.StripeEvent($"evt_{named:N}", "payment_intent.succeeded", body)
                )
            ).ShouldBe(200);
            (await shop.FlagAsync(named)).ShouldBe("wrong_order");
            (await shop.StatusAsync(named)).ShouldBe("pending");
        }
        (await shop.CoinsAsync(buyer)).ShouldBe((0, 0));
        // The order itself can still be paid.
        (await shop.Shop.DeliverAsync(shop.Stripe.PayIntent(first.ProviderId))).ShouldBe(200);
        (await shop.CoinsAsync(buyer)).ShouldBe((400, 0));
        await shop.ShouldAddUpAsync();
    }

    [Fact]
    public async Task An_order_that_nobody_knows_is_acknowledged()
    {
        await using var shop = await CoinShop.OpenAsync(postgres);
        var order = new RazorpayEvent(
            "evt_x",
            "payment.captured",
            """{"event":"payment.captured","created_at":1,"payload":{"payment":{"entity":{"id":"pay_x","order_id":"order_x","amount":39900,"currency":"INR","status":"captured"}}}}"""
        );
        (await shop.DeliverAsync(order)).ShouldBe(200);
        (await shop.Shop.OutcomesAsync()).ShouldBe(["payment.captured: unknown_order"]);
    }

    [Theory]
    [InlineData("stripe")]
    [InlineData("razorpay")]
    public async Task A_payment_that_failed_may_be_tried_again_and_its_events_may_come_in_the_wrong_order(
        string provider
    )
    {
        await using var shop = await CoinShop.OpenAsync(postgres);
        var buyer = await shop.Shop.CustomerAsync();
        foreach (var late in (bool[])[false, true])
        {
            var placed = await shop.PlaceAsync(buyer, provider);
            var (from, fromRazorpay) = (shop.Stripe.Events.Count, shop.Razorpay.Events.Count);
            if (provider == "stripe")
            {
                shop.Stripe.FailIntent(placed.ProviderId);
                shop.Stripe.BeginIntent(placed.ProviderId);
                shop.Stripe.PayIntent(placed.ProviderId);
                var events = shop.Stripe.Events.Skip(from).ToList();
                if (late)
                    events.Reverse();
                (await shop.Shop.DeliverAsync(events[0])).ShouldBe(200);
                (await shop.StatusAsync(placed.Id)).ShouldBe(late ? "completed" : "failed");
                foreach (var happened in events.Skip(1))
                    (await shop.Shop.DeliverAsync(happened)).ShouldBe(200);
            }
            else
            {
                shop.Razorpay.FailPayment(placed.ProviderId);
                shop.Razorpay.Pay(placed.ProviderId);
                var events = shop.Razorpay.Events.Skip(fromRazorpay).ToList();
                if (late)
                    events.Reverse();
                foreach (var happened in events)
                    (await shop.DeliverAsync(happened)).ShouldBe(200);
            }
            (await shop.StatusAsync(placed.Id)).ShouldBe("completed");
        }
        (await shop.CoinsAsync(buyer)).ShouldBe((800, 0));
        await shop.ShouldAddUpAsync();
    }

    [Fact]
    public async Task The_checkout_of_razorpay_is_believed_by_its_signature_and_the_amount_by_razorpay()
    {
        await using var shop = await CoinShop.OpenAsync(postgres);
        var (buyer, other) = (await shop.Shop.CustomerAsync(), await shop.Shop.CustomerAsync());
        var placed = await shop.PlaceAsync(buyer, "razorpay");
        var payment = shop.Razorpay.Pay(placed.ProviderId, captured: false);
        (await VerifyAsync(shop, buyer, placed.ProviderId, payment, signature: new string('0', 64))).ShouldBe(400);
        (await VerifyAsync(shop, buyer, placed.ProviderId, "pay_none", signature: "")).ShouldBe(400);
        (await VerifyAsync(shop, other, placed.ProviderId, payment)).ShouldBe(404);
        (await VerifyAsync(shop, buyer, "order_none", payment)).ShouldBe(404);
        (await shop.CoinsAsync(buyer)).ShouldBe((0, 0));
        shop.Razorpay.Fail("GET /v1/payments", [.. Enumerable.Repeat(RazorpayFault.Error500, 3)]);
        (await VerifyAsync(shop, buyer, placed.ProviderId, payment)).ShouldBe(503);

        // It is authorized only: it is captured, then credited. Its events, afterwards, change nothing.
        (await VerifyAsync(shop, buyer, placed.ProviderId, payment)).ShouldBe(200);
        (await shop.CoinsAsync(buyer)).ShouldBe((400, 0));
        ((string)shop.Razorpay.All("payment").Single()["status"]!).ShouldBe("captured");
        await shop.DeliverRazorpayAsync();
        (await VerifyAsync(shop, buyer, placed.ProviderId, payment)).ShouldBe(200);
        (await shop.CoinsAsync(buyer)).ShouldBe((400, 0));

        // A payment of another order, with a good signature over both that the secret's owner would never give.
        var second = await shop.PlaceAsync(buyer, "razorpay");
        (await VerifyAsync(shop, buyer, second.ProviderId, payment)).ShouldBe(409);
        (await shop.StatusAsync(second.Id)).ShouldBe("pending");
        await shop.ShouldAddUpAsync();
    }

    [Fact]
    public async Task A_second_payment_of_one_order_is_flagged()
    {
        await using var shop = await CoinShop.OpenAsync(postgres);
        var buyer = await shop.Shop.CustomerAsync();
        var placed = await shop.BuyAsync(buyer, "razorpay");
        var from = shop.Razorpay.Events.Count;
        var second = shop.Razorpay.Pay(placed.ProviderId);
        await shop.DeliverRazorpayAsync(from);
        (await shop.FlagAsync(placed.Id)).ShouldBe("paid_twice");
        (await shop.CoinsAsync(buyer)).ShouldBe((400, 0));
        from = shop.Razorpay.Events.Count;
        shop.Razorpay.RefundInDashboard(second, placed.Amount);
        await shop.DeliverRazorpayAsync(from);
        (await shop.CoinsAsync(buyer)).ShouldBe((400, 0), "the first payment is still here");
        (await shop.StatusAsync(placed.Id)).ShouldBe("completed");
        await shop.ShouldAddUpAsync();
    }

    [Fact]
    public async Task Who_was_erased_before_the_money_came_has_it_kept_for_a_refund()
    {
        await using var shop = await CoinShop.OpenAsync(postgres);
        var buyer = await shop.Shop.CustomerAsync();
        var placed = await shop.PlaceAsync(buyer);
        await shop.Shop.ExecuteAsync($"delete from accounts.users where id = '{buyer.Id}'");
        (await shop.Shop.DeliverAsync(shop.Stripe.PayIntent(placed.ProviderId))).ShouldBe(200);
        (await shop.FlagAsync(placed.Id)).ShouldBe("nobody");
        (
            await shop.ScalarAsync<bool>(
                "select payload is null and user_id is null from billing.processed_webhook_events"
            )
        ).ShouldBeTrue();
        await shop.ShouldAddUpAsync();
    }

    private static async Task<int> VerifyAsync(
        CoinShop shop,
        Customer buyer,
        string order,
        string payment,
        int process = 0,
        string? signature = null
    )
    {
        using var client = shop.Shop.ClientOf(buyer, process);
        using var answer = await client.PostAsJsonAsync(
            "/api/payments/razorpay/verify",
            new
            {
                razorpay_order_id = order,
                razorpay_payment_id = payment,
                razorpay_signature = signature ?? RazorpayDeliveries.SignPayment(order, payment),
            },
            Stop
        );
        return (int)answer.StatusCode;
    }
}
