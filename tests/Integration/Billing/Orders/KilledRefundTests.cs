using Heretix.Tests.Integration.Billing.Selling;
using Heretix.Tests.Integration.Servers;
using Heretix.Tests.Integration.Stubs.Stripe;

namespace Heretix.Tests.Integration.Billing.Orders;

/// <summary>SIGKILL while a refund is made: run again, it is one refund, and its coins are taken back once.</summary>
public sealed class KilledRefundTests(PostgresCluster postgres)
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Killed_before_and_after_the_provider_has_done_it(bool done)
    {
        await using var shop = await CoinShop.OpenAsync(postgres, 1, ("ENCRYPTION_KEY", Key));
        var buyer = await shop.Shop.CustomerAsync();
        var placed = await shop.BuyAsync(buyer);
        string[] refund = ["refund", placed.Id.ToString(), "--reason", "you asked for it"];

        // Before the provider does anything, or at the moment at which it has done it.
        var data = Directory.CreateTempSubdirectory("heretix-refund-").FullName;
        if (!done)
            shop.Stripe.Fail("/v1/refunds", StripeFault.Hang);
        await using (var verb = ServerProcess.Launch(ServerVerb.Program, data, Environment(shop), refund))
        {
            if (done)
            {
                await UntilAsync(() => Task.FromResult(shop.Stripe.All("refund").Count == 1));
            }
            else
            {
                (await shop.Stripe.Hanging.WaitAsync(TimeSpan.FromMinutes(1), Stop)).ShouldBeTrue(verb.Log);
            }
            await verb.SignalAsync("KILL");
            await verb.EndAsync(Stop);
        }
        Directory.Delete(data, recursive: true);
        (await shop.ScalarAsync<long>("select count(*) from billing.payment_refunds")).ShouldBe(1);

        // Two operators at once run it again.
        var again = await Task.WhenAll(
            ServerVerb.RunAsync(shop.Shop.DatabaseUrl, Environment(shop), refund),
            ServerVerb.RunAsync(shop.Shop.DatabaseUrl, Environment(shop), refund)
        );
        again.ShouldAllBe(each => each.Code == 0, string.Join('\n', again.Select(each => each.Said)));
        shop.Stripe.All("refund").Count.ShouldBe(1);
        (await shop.ScalarAsync<long>("select count(*) from billing.transfers where type = 'clawback'")).ShouldBe(1);
        (await shop.CoinsAsync(buyer)).ShouldBe((0, 0));
        (await shop.StatusAsync(placed.Id)).ShouldBe("refunded");
        await shop.Shop.DeliverAllAsync();
        (await shop.CoinsAsync(buyer)).ShouldBe((0, 0));
        await shop.ShouldAddUpAsync();

        var (code, said) = await ServerVerb.RunAsync(
            shop.Shop.DatabaseUrl,
            Environment(shop),
            "orders",
            "show",
            placed.ProviderId
        );
        code.ShouldBe(0, said);
        said.ShouldContain("\"status\":\"refunded\"");
        said.ShouldContain("you asked for it");
        (await ServerVerb.RunAsync(shop.Shop.DatabaseUrl, Environment(shop), "orders", "list", "--json")).Said.ShouldContain(
            placed.Id.ToString()
        );
        (await ServerVerb.RunAsync(shop.Shop.DatabaseUrl, Environment(shop), "orders", "show", "none")).Code.ShouldBe(1);
        (
            await ServerVerb.RunAsync(
                shop.Shop.DatabaseUrl,
                Environment(shop),
                [.. refund, "--amount", "1.00"]
            )
        ).ShouldSatisfyAllConditions(
            answer => answer.Code.ShouldBe(1),
            answer => answer.Said.ShouldContain("only 0.00 USD is left")
        );
    }

    private static readonly string Key = Convert.ToBase64String(
        System.Security.Cryptography.SHA256.HashData("a key of the tests"u8)
    );

    private static Dictionary<string, string> Environment(CoinShop shop) =>
        new Dictionary<string, string>(Shop.Variables(shop.Stripe))
        {
            ["ENCRYPTION_KEY"] = Key,
            ["Heretix:Billing:ProviderAttempts"] = "1",
            ["Heretix:Billing:ProviderTimeout"] = "00:00:02",
        }.ToDictionary(pair => pair.Key.Replace(":", "__", StringComparison.Ordinal), pair => pair.Value);

    private static async Task UntilAsync(Func<Task<bool>> holds)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(Stop);
        patience.CancelAfter(TimeSpan.FromMinutes(1));
        while (!await holds())
            await Task.Delay(5, patience.Token);
    }
}
