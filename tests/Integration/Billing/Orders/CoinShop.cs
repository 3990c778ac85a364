using System.Text.Json;
using Heretix.Billing.Ledger.Audit;
using Heretix.Billing.Orders.Settling;
using Heretix.Platform.Database;
using Heretix.Platform.Jobs;
using Heretix.Platform.Settings;
using Heretix.Tests.Integration.Billing.Selling;
using Heretix.Tests.Integration.Servers;
using Heretix.Tests.Integration.Stubs.Razorpay;
using Heretix.Tests.Integration.Stubs.Stripe;

namespace Heretix.Tests.Integration.Billing.Orders;

/// <summary>A shop that sells coins by the stubs of Stripe and of Razorpay.</summary>
internal sealed class CoinShop : IAsyncDisposable
{
    private CoinShop(Shop shop, RazorpayStub razorpay) => (Shop, Razorpay) = (shop, razorpay);

    public Shop Shop { get; }

    public StripeStub Stripe => Shop.Stripe;

    public RazorpayStub Razorpay { get; }

    public HeldTime Time => Shop.Time;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public static async Task<CoinShop> OpenAsync(
        PostgresCluster postgres,
        int processes = 1,
        params (string Name, string? Value)[] options
    )
    {
        var razorpay = await RazorpayStub.StartAsync();
        var shop = await Shop.OpenAsync(
            postgres,
            processes,
            ServerRole.Api,
            [.. Variables(razorpay).Select(pair => (pair.Key, (string?)pair.Value)), .. options]
        );
        return new CoinShop(shop, razorpay);
    }

    /// <summary>What a server must be told to sell by the stub of Razorpay.</summary>
    public static Dictionary<string, string> Variables(RazorpayStub razorpay) =>
        new()
        {
            ["RAZORPAY_KEY_ID"] = RazorpayStub.KeyId,
            ["RAZORPAY_KEY_SECRET"] = RazorpayStub.KeySecret,
            ["RAZORPAY_WEBHOOK_SECRET"] = RazorpayStub.WebhookSecret,
            ["Heretix:Billing:RazorpayAddress"] = razorpay.Address.ToString(),
        };

    public Task<T> ScalarAsync<T>(string sql) => Shop.ScalarAsync<T>(sql);

    public Task<Guid> PackageAsync(string name = "Starter") =>
        ScalarAsync<Guid>($"select id from billing.credit_packages where name = '{name}'");

    /// <summary>Somebody orders; gives the status and the answer.</summary>
    public async Task<(int Status, JsonElement Body)> OrderAsync(
        Customer buyer,
        string provider = "stripe",
        string? key = null,
        string package = "Starter",
        int process = 0,
        string? header = null
    )
    {
        using var client = Shop.ClientOf(buyer, process);
        if (header is not null)
            client.DefaultRequestHeaders.Add("Idempotency-Key", header);
        using var answer = await client.PostAsJsonAsync(
            "/api/payments/orders",
            new
            {
                package_id = await PackageAsync(package),
                provider,
                idempotency_key = key,
            },
            Stop
        );
        return ((int)answer.StatusCode, JsonElement.Parse(await answer.Content.ReadAsStringAsync(Stop)));
    }

    /// <summary>Somebody orders, and it is there to be paid.</summary>
    public async Task<Placed> PlaceAsync(Customer buyer, string provider = "stripe", string package = "Starter")
    {
        var (status, body) = await OrderAsync(buyer, provider, package: package);
        status.ShouldBe(200, body.ToString());
        return new Placed(
            body.GetProperty("order_id").GetGuid(),
            body.GetProperty("provider_order_id").GetString()!,
            body.GetProperty("amount").GetInt64()
        );
    }

    /// <summary>Somebody buys a package; the events are delivered.</summary>
    public async Task<Placed> BuyAsync(Customer buyer, string provider = "stripe", string package = "Starter")
    {
        var placed = await PlaceAsync(buyer, provider, package);
        if (provider == "stripe")
        {
            (await Shop.DeliverAsync(Stripe.PayIntent(placed.ProviderId))).ShouldBe(200);
            return placed;
        }
        var from = Razorpay.Events.Count;
        var payment = Razorpay.Pay(placed.ProviderId);
        await DeliverRazorpayAsync(from);
        return placed with { Payment = payment };
    }

    /// <summary>Delivers every event of Razorpay from one on, in order.</summary>
    public async Task DeliverRazorpayAsync(int from = 0)
    {
        foreach (var happened in Razorpay.Events.Skip(from).ToList())
            (await DeliverAsync(happened)).ShouldBe(200);
    }

    public async Task<int> DeliverAsync(RazorpayEvent happened, int process = 0)
    {
        using var client = Shop[process].Client();
        using var answer = await RazorpayDeliveries.DeliverAsync(client, happened);
        return (int)answer.StatusCode;
    }

    /// <summary>The job that asks providers about open orders runs once.</summary>
    public async Task ReconcileAsync(int process = 0)
    {
        await using var scope = Shop[process].Services.CreateAsyncScope();
        await scope
            .ServiceProvider.GetRequiredService<OrderReconciliation>()
            .RunAsync(new JobRun(OrderReconciliation.Kind, "now", 1, Shop[process].OpenDb), Stop);
    }

    public Task<string> StatusAsync(Guid order) =>
        ScalarAsync<string>($"select status from billing.payment_orders where id = '{order}'");

    /// <summary>Why somebody has to look at an order; nothing when nobody has to.</summary>
    public Task<string> FlagAsync(Guid order) =>
        ScalarAsync<string>($"select coalesce(flag_reason, '') from billing.payment_orders where id = '{order}'");

    /// <summary>What somebody has, and owes.</summary>
    public async Task<(long Balance, long Owed)> CoinsAsync(Customer buyer)
    {
        var both = await ScalarAsync<string>(
            $"select coalesce(max(balance || '/' || receivable), '0/0') from billing.coin_accounts where user_id = '{buyer.Id}'"
        );
        var parts = both.Split('/');
        return (long.Parse(parts[0], null), long.Parse(parts[1], null));
    }

    /// <summary>Somebody spends coins.</summary>
    public async Task SpendAsync(Customer buyer, long coins)
    {
        await using var db = Shop[0].OpenDb();
        await using var transaction = await db.Database.BeginTransactionAsync(Stop);
        var outcome = await Shop[0]
            .Services.GetRequiredService<Heretix.Billing.Ledger.CoinLedger>()
            .DebitAsync(
                db,
                buyer.Id,
                new Heretix.Billing.Ledger.UnlockDebit(
                    Heretix.Billing.Ledger.TransferKey.Of("unlock", Guid.NewGuid()),
                    new Heretix.Billing.Ledger.Coins(coins),
                    "Unlock Friendship insights"
                ),
                Stop
            );
        outcome.ShouldBeOfType<Heretix.Billing.Ledger.TransferOutcome.Done>();
        await transaction.CommitAsync(Stop);
    }

    /// <summary>What must hold whatever has happened.</summary>
    public async Task ShouldAddUpAsync(string? because = null)
    {
        await using (var db = Shop[0].Services.GetRequiredService<DatabaseConnections>().OpenUnpooled())
            (await Shop[0].Services.GetRequiredService<LedgerAudit>().AuditAsync(db, Stop)).Differences.ShouldBeEmpty(
                because
            );
        (
            await ScalarAsync<long>(
                """
                select count(*) from billing.payment_orders o
                where (completed_at is not null) <> exists (
                        select from billing.transfers t where t.payment_order_id = o.id and t.type = 'purchase')
                    or coalesce((select sum(coins) from billing.payment_refunds r where r.payment_order_id = o.id), 0)
                        <> coalesce((select -sum(coins) from billing.transfers t
                            where t.payment_order_id = o.id and t.type <> 'purchase'), 0)
                    or completed_at is not null and amount_paid <> amount
                    or status in ('completed', 'refunded') and completed_at is null and not flagged
                """
            )
        ).ShouldBe(0, because);
    }

    public async ValueTask DisposeAsync()
    {
        await Shop.DisposeAsync();
        await Razorpay.DisposeAsync();
    }
}

/// <summary>An order that can be paid.</summary>
/// <param name="Id">Its id.</param>
/// <param name="ProviderId">The provider's.</param>
/// <param name="Amount">Its price in minor units.</param>
/// <param name="Payment">Razorpay's payment, once there is one.</param>
internal sealed record Placed(Guid Id, string ProviderId, long Amount, string? Payment = null);
