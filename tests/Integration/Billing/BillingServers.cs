using Heretix.Accounts.Users;
using Heretix.Billing.Subscriptions;
using Heretix.Billing.Usage;
using Heretix.Platform.Database;
using Heretix.Platform.Http;
using Heretix.Platform.Settings;
using Heretix.Tests.Integration.Servers;

namespace Heretix.Tests.Integration.Billing;

/// <summary>
/// Servers over a database of their own, as many as a test wants, whose requests are signed in by a header and whose clock
/// the test may hold.
/// </summary>
internal sealed class BillingServers : IAsyncDisposable
{
    private const string UserHeader = "X-Test-User";
    private readonly List<HeretixHost> hosts = [];
    private readonly PostgresCluster postgres;

    private BillingServers(PostgresCluster postgres, string database) =>
        (this.postgres, Database) = (postgres, database);

    public string Database { get; }

    public HeretixHost this[int process] => hosts[process % hosts.Count];

    public static async Task<BillingServers> StartAsync(
        PostgresCluster postgres,
        int processes = 1,
        TimeProvider? time = null,
        IReadOnlyDictionary<string, string?>? options = null
    )
    {
        var servers = new BillingServers(postgres, await postgres.CreateDatabaseAsync());
        for (var process = 0; process < processes; process++)
            servers.hosts.Add(
                await HeretixHost.StartAsync(
                    postgres.Url(servers.Database),
                    // Without a worker, so that nothing is swept up but by the test.
                    settings => settings with { Role = ServerRole.Api },
                    options,
                    services: services =>
                    {
                        services.AddSingleton<IStartupFilter, SignedInByHeader>();
                        services.AddLogging(logging => logging.SetMinimumLevel(LogLevel.Warning));
                        if (time is not null)
                            services.AddSingleton(time);
                    }
                )
            );
        return servers;
    }

    public IUsageMeter Meter(int process = 0) => this[process].Services.GetRequiredService<IUsageMeter>();

    public async Task<Guid> AddUserAsync(string email = "someone@example.org")
    {
        await using var db = this[0].OpenDb();
        var user = new User { Id = Guid.NewGuid(), Email = email };
        db.Add(user);
        await db.SaveChangesAsync();
        return user.Id;
    }

    /// <summary>Does something in a transaction of its own.</summary>
    public async Task<T> CommitAsync<T>(Func<HeretixDb, Task<T>> work, int process = 0)
    {
        await using var db = this[process].OpenDb();
        await using var transaction = await db.Database.BeginTransactionAsync();
        var result = await work(db);
        await transaction.CommitAsync();
        return result;
    }

    public Task<UsageView?> SettleAsync(Guid reservation, int process = 0) =>
        CommitAsync(db => Meter(process).SettleAsync(db, reservation, default), process);

    public Task ReleaseAsync(Guid reservation, int process = 0) =>
        CommitAsync(
            async db =>
            {
                await Meter(process).ReleaseAsync(db, reservation, default);
                return true;
            },
            process
        );

    public Task<SubscriptionChange> ApplyAsync(SubscriptionState state, int process = 0) =>
        CommitAsync(
            db => this[process].Services.GetRequiredService<Subscriptions>().ApplyAsync(db, state, default),
            process
        );

    public Task<SubscriptionChange> GrantAsync(Guid user, string plan, DateTimeOffset? until = null) =>
        CommitAsync(db =>
            this[0].Services.GetRequiredService<Subscriptions>().GrantAsync(db, user, plan, until: until)
        );

    public async Task SweepAsync(int process = 0)
    {
        await using var db = this[process].OpenDb();
        await this[process].Services.GetRequiredService<ReservationSweep>().SweepAsync(db, default);
    }

    /// <summary>Reserves, and fails the test when there is no room.</summary>
    public async Task<Guid> ReserveAsync(UsageSubject subject, string meter = Meters.Checks, int process = 0) =>
        (await Meter(process).ReserveAsync(subject, meter, default))
            .ShouldBeOfType<UsageDecision.Reserved>()
            .Reservation;

    public Task<T> ScalarAsync<T>(string sql) => postgres.ScalarAsync<T>(Database, sql);

    /// <summary>What must hold whatever has happened.</summary>
    public async Task CountsShouldBeTrueAsync()
    {
        (
            await ScalarAsync<long>(
                """
                select count(*) from billing.usage_ledger l where used > coalesce(allowed, used)
                    or used <> carried + (select count(*) from billing.usage_reservations r where r.ledger_id = l.id and state = 'settled')
                    or reserved <> (select count(*) from billing.usage_reservations r where r.ledger_id = l.id and state = 'open')
                """
            )
        ).ShouldBe(0);
        (
            await ScalarAsync<long>(
                """
                select count(*) from billing.anonymous_usage a where used > coalesce(allowed, used)
                    or used <> (select count(*) from billing.usage_reservations r
                        where r.token_hash = a.token_hash and r.meter = a.meter and state = 'settled')
                    or reserved <> (select count(*) from billing.usage_reservations r
                        where r.token_hash = a.token_hash and r.meter = a.meter and state = 'open')
                """
            )
        ).ShouldBe(0);
    }

    /// <summary>A client whose requests are those of a user.</summary>
    public HttpClient ClientOf(Guid user)
    {
        var client = this[0].Client();
        client.DefaultRequestHeaders.Add(UserHeader, user.ToString());
        return client;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var host in hosts)
            await host.DisposeAsync();
    }

    /// <summary>Stands in for sessions.</summary>
    private sealed class SignedInByHeader : IStartupFilter
    {
        public Action<IApplicationBuilder> Configure(Action<IApplicationBuilder> next) =>
            app =>
            {
                app.Use(
                    (context, rest) =>
                    {
                        if (Guid.TryParse(context.Request.Headers[UserHeader], out var user))
                            context.SetCaller(
                                new Caller(user, Guid.NewGuid(), ByCookie: false) { Email = "someone@example.org" }
                            );
                        return rest(context);
                    }
                );
                next(app);
            };
    }
}
