using System.Diagnostics.CodeAnalysis;
using Heretix.Accounts.Devices;
using Heretix.Accounts.Sessions;
using Heretix.Accounts.SignIn;
using Heretix.Accounts.Telemetry;
using Heretix.Accounts.Users;
using Heretix.Billing.Ledger;
using Heretix.Billing.Ledger.Audit;
using Heretix.Platform.Database;
using Heretix.Platform.Modules;
using Heretix.Tests.Integration.Servers;
using Microsoft.EntityFrameworkCore;

namespace Heretix.Tests.Integration.Billing.Ledger;

/// <summary>A ledger over a database of its own, reached through several processes with connections enough to collide.</summary>
internal sealed class Books : IAsyncDisposable
{
    private readonly PostgresCluster postgres;
    private int people;

    private Books(PostgresCluster postgres, BillingServers servers) => (this.postgres, Servers) = (postgres, servers);

    public BillingServers Servers { get; }

    public static CancellationToken Stop => TestContext.Current.CancellationToken;

    public static async Task<Books> OpenAsync(PostgresCluster postgres, int processes = 1, TimeProvider? time = null) =>
        new(
            postgres,
            await BillingServers.StartAsync(
                postgres,
                processes,
                time,
                new Dictionary<string, string?> { ["Heretix:Platform:RequestConnections"] = "12" }
            )
        );

    public CoinLedger Ledger(int process = 0) => Servers[process].Services.GetRequiredService<CoinLedger>();

    /// <summary>A user as a sign-in makes one, with the welcome bonus.</summary>
    public async Task<Guid> NewUserAsync(string? email = null, int process = 0)
    {
        email ??= $"person{Interlocked.Increment(ref people)}@example.org";
        var arrival = Servers[process].Services.GetRequiredService<UserArrival>();
        return await Servers.CommitAsync(
            async db => (await arrival.FindOrCreateAsync(db, email, Stop)).User.Id,
            process
        );
    }

    /// <summary>A user with exactly so many coins.</summary>
    public async Task<Guid> UserWithAsync(long coins)
    {
        var user = await NewUserAsync();
        if (coins != 50)
            await DoneAsync(AdjustAsync(user, coins - 50));
        return user;
    }

    public Task<TransferOutcome> MoveAsync(Func<CoinLedger, HeretixDb, Task<TransferOutcome>> move, int process = 0) =>
        Servers.CommitAsync(db => move(Ledger(process), db), process);

    public Task<TransferOutcome> DebitAsync(
        Guid user,
        long coins,
        Guid? job = null,
        Guid? chat = null,
        int process = 0
    ) =>
        MoveAsync(
            (ledger, db) =>
                ledger.DebitAsync(
                    db,
                    user,
                    new UnlockDebit(
                        TransferKey.Of("unlock", job ?? Guid.NewGuid()),
                        new Coins(coins),
                        "Unlock Friendship insights",
                        chat
                    ),
                    Stop
                ),
            process
        );

    public Task<TransferOutcome> RefundAsync(Guid unlock, string reason = "an insight failed", int process = 0) =>
        MoveAsync((ledger, db) => ledger.RefundAsync(db, unlock, reason, Stop), process);

    public Task<TransferOutcome> BuyAsync(Guid user, long coins, Guid? order = null, int process = 0) =>
        MoveAsync(
            (ledger, db) =>
                ledger.CreditPurchaseAsync(db, user, new CoinPurchase(order ?? Guid.NewGuid(), new Coins(coins)), Stop),
            process
        );

    public Task<TransferOutcome> ClawBackAsync(Guid purchase, long coins, string? id = null, int process = 0) =>
        MoveAsync(
            (ledger, db) =>
                ledger.ClawBackAsync(
                    db,
                    TransferKey.Of("clawback", id ?? Guid.NewGuid().ToString("N")),
                    purchase,
                    new Coins(coins),
                    "the payment was disputed",
                    Stop
                ),
            process
        );

    public Task<TransferOutcome> AdjustAsync(Guid user, long change, Guid? key = null, int process = 0) =>
        MoveAsync(
            (ledger, db) =>
                ledger.AdjustAsync(
                    db,
                    user,
                    TransferKey.Of("adjustment", key ?? Guid.NewGuid()),
                    change,
                    "for the test",
                    Stop
                ),
            process
        );

    /// <summary>The transfer that was made just now; fails the test when none was.</summary>
    [SuppressMessage("Performance", "CA1822", Justification = "Reads as a sentence of the books.")]
    public async Task<Guid> DoneAsync(Task<TransferOutcome> outcome)
    {
        var done = (await outcome).ShouldBeOfType<TransferOutcome.Done>();
        done.Repeated.ShouldBeFalse();
        return done.TransferId;
    }

    public Task<long> BalanceAsync(Guid user) =>
        Servers.ScalarAsync<long>($"select balance from billing.coin_accounts where user_id = '{user}'");

    public Task<long> OwedAsync(Guid user) =>
        Servers.ScalarAsync<long>($"select receivable from billing.coin_accounts where user_id = '{user}'");

    public Task<long> CountAsync(string from) => Servers.ScalarAsync<long>($"select count(*) from {from}");

    public async Task<LedgerReport> AuditAsync()
    {
        await using var db = Servers[0].Services.GetRequiredService<DatabaseConnections>().OpenUnpooled();
        return await Servers[0].Services.GetRequiredService<LedgerAudit>().AuditAsync(db, Stop);
    }

    /// <summary>What must hold whatever has happened: by sums of our own, and by the audit.</summary>
    public async Task ShouldAddUpAsync(string? because = null)
    {
        (await Servers.ScalarAsync<long>("select coalesce(sum(amount), 0)::bigint from billing.postings")).ShouldBe(
            0,
            because
        );
        (
            await CountAsync(
                """
                billing.coin_accounts a where balance < 0 or receivable < 0
                    or balance <> (select coalesce(sum(amount), 0) from billing.credit_transactions t where t.coin_account_id = a.id)
                    or balance <> coalesce((select balance_after from billing.credit_transactions t
                        where t.coin_account_id = a.id order by created_at desc, id desc limit 1), 0)
                """
            )
        ).ShouldBe(0, because);
        (
            await CountAsync(
                """
                (select balance_after - amount as before,
                    lag(balance_after, 1, 0::bigint) over (partition by coin_account_id order by created_at, id) as last
                from billing.credit_transactions) chain where before <> last
                """
            )
        ).ShouldBe(0, because);
        (await AuditAsync()).Differences.ShouldBeEmpty(because);
    }

    /// <summary>Does to the tables what no code can: constraints and triggers of others do not hold for a superuser.</summary>
    public Task CorruptAsync(string sql) =>
        postgres.ExecuteAsync(Servers.Database, "set session_replication_role = replica; " + sql);

    public Task<int> ExecuteAsync(string sql) => postgres.ExecuteAsync(Servers.Database, sql);

    /// <summary>Erases an account as its own job does.</summary>
    public async Task EraseAsync(Guid user)
    {
        var parts = Servers[0].Services.GetRequiredService<ModelParts>();
        await Servers.CommitAsync(async db =>
        {
            foreach (var module in parts.Modules.Reverse().OrderBy(module => module.Name == "accounts"))
                await module.EraseAccountAsync(new AccountEvent(db, user, Servers[0].Services), Stop);
            return true;
        });
    }

    /// <summary>A client with an access token of the user.</summary>
    public async Task<HttpClient> ClientOfAsync(Guid user)
    {
        var signIns = Servers[0].Services.GetRequiredService<SignInCompletion>();
        var device = new PresentedDevice("books", false, GivenName: null, "books", Platform: null, Replaces: false);
        var step = await Servers.CommitAsync(async db =>
            await signIns.OpenAsync(
                db,
                await db.Set<User>().SingleAsync(found => found.Id == user, Stop),
                new Visit(UserAgent: null, Presented: null, WantsTokens: true, device, SignInMethod.Password),
                Stop
            )
        );
        var tokens = ((OpenedSession.Api)((SignInStep.Opened)step).SignIn.Session).Tokens;
        var client = Servers[0].Client();
        client.DefaultRequestHeaders.Authorization = new("Bearer", tokens.Access.Text);
        return client;
    }

    public ValueTask DisposeAsync() => Servers.DisposeAsync();
}
