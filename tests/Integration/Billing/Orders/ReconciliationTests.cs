using Heretix.Tests.Integration.Servers;
using Heretix.Tests.Integration.Stubs.Stripe;

namespace Heretix.Tests.Integration.Billing.Orders;

/// <summary>Orders of which nothing is heard are asked for, less and less often, and closed in the end.</summary>
public sealed class ReconciliationTests(PostgresCluster postgres)
{
    [Fact]
    public async Task A_payment_whose_event_was_lost_is_found()
    {
        await using var shop = await CoinShop.OpenAsync(postgres);
        var buyer = await shop.Shop.CustomerAsync();
        var (stripe, razorpay) = (await shop.PlaceAsync(buyer), await shop.PlaceAsync(buyer, "razorpay"));
        shop.Stripe.PayIntent(stripe.ProviderId);
        var payment = shop.Razorpay.Pay(razorpay.ProviderId, captured: false);
        await shop.ReconcileAsync();
        (await shop.CoinsAsync(buyer)).ShouldBe((0, 0), "it is too early to ask");
        shop.Time.Advance(TimeSpan.FromMinutes(10));
        await shop.ReconcileAsync();
        (await shop.CoinsAsync(buyer)).ShouldBe((800, 0));
        ((string)shop.Razorpay.All("payment").Single()["status"]!).ShouldBe("captured");
        payment.ShouldNotBeNull();
        // Their events, late.
        await shop.Shop.DeliverAllAsync();
        await shop.DeliverRazorpayAsync();
        (await shop.CoinsAsync(buyer)).ShouldBe((800, 0));
        (
            await shop.ScalarAsync<long>("select count(*) from billing.payment_orders where next_check_at is not null")
        ).ShouldBe(0);
        await shop.ShouldAddUpAsync();
    }

    [Fact]
    public async Task It_asks_less_and_less_often_and_goes_on_when_the_provider_is_back()
    {
        await using var shop = await CoinShop.OpenAsync(postgres, 1, ("Heretix:Billing:ProviderAttempts", "1"));
        var buyer = await shop.Shop.CustomerAsync();
        var placed = await shop.PlaceAsync(buyer);
        shop.Stripe.PayIntent(placed.ProviderId);
        shop.Stripe.Fail("/v1/payment_intents", StripeFault.Error500, StripeFault.Error500);
        var path = $"/v1/payment_intents/{placed.ProviderId}";
        foreach (var (minutes, asked) in ((int, int)[])[(10, 1), (10, 1), (10, 2), (20, 2), (20, 3)])
        {
            shop.Time.Advance(TimeSpan.FromMinutes(minutes));
            await shop.ReconcileAsync();
            shop.Stripe.Count("GET", path).ShouldBe(asked);
        }
        (await shop.CoinsAsync(buyer)).ShouldBe((400, 0));
    }

    [Fact]
    public async Task What_nobody_pays_is_closed_and_a_payment_at_the_last_moment_is_credited()
    {
        await using var shop = await CoinShop.OpenAsync(postgres);
        var buyer = await shop.Shop.CustomerAsync();
        var (forgotten, late) = (await shop.PlaceAsync(buyer), await shop.PlaceAsync(buyer));
        var razorpay = await shop.PlaceAsync(buyer, "razorpay");
        shop.Time.Advance(TimeSpan.FromDays(4));
        shop.Stripe.PayIntent(late.ProviderId);
        await shop.ReconcileAsync();
        (await shop.StatusAsync(forgotten.Id)).ShouldBe("failed");
        ((string)shop.Stripe.Get(forgotten.ProviderId)["status"]!).ShouldBe("canceled");
        (await shop.StatusAsync(late.Id)).ShouldBe("completed");
        (await shop.StatusAsync(razorpay.Id)).ShouldBe("failed");
        // Razorpay's orders cannot be closed: who pays one after all gets the coins.
        shop.Razorpay.Pay(razorpay.ProviderId);
        await shop.DeliverRazorpayAsync();
        (await shop.StatusAsync(razorpay.Id)).ShouldBe("completed");
        (await shop.CoinsAsync(buyer)).ShouldBe((800, 0));
        await shop.ShouldAddUpAsync();
    }

    [Fact]
    public async Task An_order_that_never_reached_its_provider_ends_after_a_day()
    {
        await using var shop = await CoinShop.OpenAsync(postgres, 1, ("Heretix:Billing:ProviderAttempts", "1"));
        var buyer = await shop.Shop.CustomerAsync();
        shop.Stripe.Fail("/v1/payment_intents", StripeFault.Error500);
        (await shop.OrderAsync(buyer, key: "k")).Status.ShouldBe(503);
        shop.Time.Advance(TimeSpan.FromDays(1));
        await shop.ReconcileAsync();
        (await shop.ScalarAsync<string>("select status from billing.payment_orders")).ShouldBe("failed");
        (await shop.OrderAsync(buyer, key: "k")).Body.GetProperty("status").GetString().ShouldBe("failed");
        shop.Stripe.All("payment_intent").ShouldBeEmpty();
    }
}
