using System.Text.Json;
using Heretix.Tests.Integration.Servers;
using Heretix.Tests.Integration.Stubs.Razorpay;
using Heretix.Tests.Integration.Stubs.Stripe;

namespace Heretix.Tests.Integration.Billing.Orders;

/// <summary>Ordering coins: once for each wish, whatever happens on the way to the provider.</summary>
public sealed class OrderTests(PostgresCluster postgres)
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task An_order_has_the_price_of_its_package_in_the_currency_of_its_provider()
    {
        await using var shop = await CoinShop.OpenAsync(postgres);
        var buyer = await shop.Shop.CustomerAsync();
        var (status, stripe) = await shop.OrderAsync(buyer);
        status.ShouldBe(200, stripe.ToString());
        stripe.GetProperty("amount").GetInt64().ShouldBe(499);
        stripe.GetProperty("currency").GetString().ShouldBe("USD");
        stripe.GetProperty("coins").GetInt64().ShouldBe(400);
        stripe.GetProperty("status").GetString().ShouldBe("pending");
        var intent = stripe.GetProperty("provider_order_id").GetString()!;
        stripe.GetProperty("client_secret").GetString().ShouldBe(intent + "_secret");
        stripe.GetProperty("key_id").ValueKind.ShouldBe(JsonValueKind.Null);
        var made = shop.Stripe.Get(intent);
        ((string)made["currency"]!).ShouldBe("usd");
        ((string)made["automatic"]!).ShouldBe("true");
        made["metadata"]!.AsObject().Select(pair => pair.Key).ShouldBe(["order_id"], "nothing of the buyer is told");

        shop.Time.Advance(TimeSpan.FromSeconds(1));
        var (_, razorpay) = await shop.OrderAsync(buyer, "razorpay");
        razorpay.GetProperty("amount").GetInt64().ShouldBe(39900);
        razorpay.GetProperty("currency").GetString().ShouldBe("INR");
        razorpay.GetProperty("key_id").GetString().ShouldBe(RazorpayStub.KeyId);
        razorpay.GetProperty("client_secret").ValueKind.ShouldBe(JsonValueKind.Null);
        ((long)shop.Razorpay.All("order").Single()["amount"]!).ShouldBe(39900);

        using var client = shop.Shop.ClientOf(buyer);
        var list = JsonElement.Parse(await client.GetStringAsync("/api/payments/orders?limit=1", Stop));
        list.GetProperty("items")[0].GetProperty("provider").GetString().ShouldBe("razorpay");
        list.GetProperty("next_cursor").GetString().ShouldNotBeNull();
        (
            await shop.ScalarAsync<string>("select string_agg(o::text, '') from billing.payment_orders o")
        ).ShouldNotContain("_secret");
    }

    [Fact]
    public async Task What_is_not_sold_is_refused()
    {
        await using var shop = await CoinShop.OpenAsync(postgres);
        var buyer = await shop.Shop.CustomerAsync();
        await shop.Shop.ExecuteAsync("update billing.credit_packages set is_active = false where name = 'Pro'");
        (await shop.OrderAsync(buyer, package: "Pro")).Status.ShouldBe(404);
        foreach (var provider in (string[])["paypal", "test", ""])
            (await shop.OrderAsync(buyer, provider)).Status.ShouldBe(422, provider);
        using var client = shop.Shop.ClientOf(buyer);
        using var answer = await client.PostAsJsonAsync("/api/payments/orders", new { provider = "stripe" }, Stop);
        ((int)answer.StatusCode).ShouldBe(422);
        (await shop.ScalarAsync<long>("select count(*) from billing.payment_orders")).ShouldBe(0);
    }

    [Fact]
    public async Task A_key_is_one_order_of_one_user()
    {
        await using var shop = await CoinShop.OpenAsync(postgres);
        var (buyer, other) = (await shop.Shop.CustomerAsync(), await shop.Shop.CustomerAsync());
        foreach (var provider in (string[])["stripe", "razorpay"])
        {
            var first = (await shop.OrderAsync(buyer, provider, "k-" + provider)).Body;
            var again = (await shop.OrderAsync(buyer, provider, "k-" + provider)).Body;
            again.GetRawText().ShouldBe(first.GetRawText());
            var others = (await shop.OrderAsync(other, provider, "k-" + provider)).Body;
            others.GetProperty("order_id").GetGuid().ShouldNotBe(first.GetProperty("order_id").GetGuid());
        }
        shop.Stripe.All("payment_intent").Count.ShouldBe(2);
        shop.Razorpay.All("order").Count.ShouldBe(2);
        var (status, body) = await shop.OrderAsync(buyer, "stripe", "k-stripe", "Pro");
        status.ShouldBe(422);
        body.GetProperty("error").GetString().ShouldBe("idempotency_key_reused");
        (await shop.OrderAsync(buyer, "razorpay", "k-stripe")).Status.ShouldBe(422);

        // The header of the house, and after its day the order still.
        var byHeader = (await shop.OrderAsync(buyer, header: "h")).Body;
        (await shop.OrderAsync(buyer, header: "h", package: "Pro")).Status.ShouldBe(422);
        await shop.Shop.ExecuteAsync("delete from jobs.idempotency_keys");
        (await shop.OrderAsync(buyer, header: "h"))
            .Body.GetProperty("order_id")
            .GetGuid()
            .ShouldBe(byHeader.GetProperty("order_id").GetGuid());
    }

    [Theory]
    [InlineData("stripe")]
    [InlineData("razorpay")]
    public async Task Twenty_requests_with_one_key_on_two_processes_are_one_order_and_one_object(string provider)
    {
        await using var shop = await CoinShop.OpenAsync(postgres, processes: 2);
        var buyer = await shop.Shop.CustomerAsync();
        var answers = await Task.WhenAll(
            Enumerable.Range(0, 20).Select(n => shop.OrderAsync(buyer, provider, "once", process: n))
        );
        answers.ShouldContain(answer => answer.Status == 200);
        answers.ShouldAllBe(answer => answer.Status == 200 || answer.Status == 409);
        answers
            .Where(answer => answer.Status == 200)
            .Select(answer => answer.Body.GetProperty("provider_order_id").GetString())
            .Distinct()
            .Count()
            .ShouldBe(1);
        (await shop.OrderAsync(buyer, provider, "once")).Status.ShouldBe(200);
        (await shop.ScalarAsync<long>("select count(*) from billing.payment_orders")).ShouldBe(1);
        (shop.Stripe.All("payment_intent").Count + shop.Razorpay.All("order").Count).ShouldBe(1);
    }

    [Fact]
    public async Task A_connection_that_is_cut_after_the_object_was_made_loses_nothing()
    {
        await using var shop = await CoinShop.OpenAsync(postgres, options: ("Heretix:Billing:ProviderAttempts", "1"));
        var buyer = await shop.Shop.CustomerAsync();
        shop.Stripe.Fail("/v1/payment_intents", StripeFault.CutAfterWork);
        shop.Razorpay.Fail("POST /v1/orders", RazorpayFault.CutAfterWork);
        foreach (var provider in (string[])["stripe", "razorpay"])
        {
            var (status, body) = await shop.OrderAsync(buyer, provider, provider);
            status.ShouldBe(503);
            body.GetProperty("error").GetString().ShouldBe("provider_unavailable");
            (status, body) = await shop.OrderAsync(buyer, provider, provider);
            status.ShouldBe(200, body.ToString());
        }
        shop.Stripe.All("payment_intent").Count.ShouldBe(1);
        shop.Razorpay.All("order").Count.ShouldBe(1);
        (await shop.ScalarAsync<long>("select count(*) from billing.payment_orders")).ShouldBe(2);
    }

    [Fact]
    public async Task While_a_provider_hangs_no_connection_is_held()
    {
        await using var shop = await CoinShop.OpenAsync(
            postgres,
            options:
            [
                ("Heretix:Platform:RequestConnections", "1"),
                ("Heretix:Billing:ProviderAttempts", "1"),
                ("Heretix:Billing:ProviderTimeout", "00:00:20"),
            ]
        );
        var buyer = await shop.Shop.CustomerAsync();
        shop.Stripe.Fail("/v1/payment_intents", StripeFault.Hang);
        using var given = shop.Shop.ClientOf(buyer);
        using var giveUp = CancellationTokenSource.CreateLinkedTokenSource(Stop);
        var package = await shop.PackageAsync();
        var hangs = given.PostAsJsonAsync(
            "/api/payments/orders",
            new { package_id = package, provider = "stripe" },
            giveUp.Token
        );
        (await shop.Stripe.Hanging.WaitAsync(TimeSpan.FromSeconds(30), Stop)).ShouldBeTrue();
        using var client = shop.Shop.ClientOf(buyer);
        (await client.GetStringAsync("/api/payments/orders", Stop)).ShouldContain("\"pending\"");
        await giveUp.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(hangs);
    }

    [Fact]
    public async Task An_order_of_somebody_else_is_not_there()
    {
        await using var shop = await CoinShop.OpenAsync(postgres);
        var (buyer, other) = (await shop.Shop.CustomerAsync(), await shop.Shop.CustomerAsync());
        var placed = await shop.PlaceAsync(buyer);
        using var own = shop.Shop.ClientOf(buyer);
        JsonElement
            .Parse(await own.GetStringAsync($"/api/payments/orders/{placed.Id}", Stop))
            .GetProperty("status")
            .GetString()
            .ShouldBe("pending");
        using var client = shop.Shop.ClientOf(other);
        foreach (var id in (string[])[placed.Id.ToString(), Guid.NewGuid().ToString(), "abc"])
        {
            using var answer = await client.GetAsync(new Uri($"/api/payments/orders/{id}", UriKind.Relative), Stop);
            ((int)answer.StatusCode).ShouldBe(404);
        }
        JsonElement
            .Parse(await client.GetStringAsync("/api/payments/orders", Stop))
            .GetProperty("items")
            .GetArrayLength()
            .ShouldBe(0);
    }
}
