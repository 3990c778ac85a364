using Heretix.Accounts.Entitlements;
using Heretix.Billing.Plans;
using Heretix.Billing.Subscriptions;
using Heretix.Billing.Usage;
using Heretix.Platform.Cache;
using Heretix.Tests.Integration.Servers;
using Npgsql;

namespace Heretix.Tests.Integration.Billing;

/// <summary>What becomes of the count when a plan begins, renews, rises, falls and ends.</summary>
public sealed class PlanChangeTests(PostgresCluster postgres)
{
    private static readonly DateTimeOffset Anchor = new(2026, 1, 31, 9, 0, 0, TimeSpan.Zero);
    private readonly HeldTime time = new(Anchor);

    [Fact]
    public async Task The_life_of_a_subscription()
    {
        await using var servers = await BillingServers.StartAsync(postgres, time: time);
        var user = UsageSubject.OfUser(await servers.AddUserAsync());
        await Use(servers, user, 2);
        var february = Anchor.AddMonths(1);

        // The first subscription opens a period with nothing used.
        var first = State(user, PlanNames.Starter);
        (await servers.ApplyAsync(first)).ShouldBe(SubscriptionChange.Applied);
        (await View(servers, user)).ShouldBe(new UsageView(PlanNames.Starter, 20, 0, 20, Anchor, february));

        // An upgrade keeps what was used and raises the allowance; a replay of either changes nothing.
        await Use(servers, user, 5);
        time.Advance(TimeSpan.FromDays(10));
        var upgrade = first with { Plan = PlanNames.Core, AsOf = time.GetUtcNow() };
        (await servers.ApplyAsync(upgrade)).ShouldBe(SubscriptionChange.Applied);
        (await servers.ApplyAsync(first)).ShouldBe(SubscriptionChange.Stale);
        (await servers.ApplyAsync(upgrade)).ShouldBe(SubscriptionChange.Unchanged);
        (await View(servers, user)).ShouldBe(new UsageView(PlanNames.Core, 100, 5, 95, Anchor, february));

        // A renewal opens the next period, once.
        time.MoveTo(february);
        var renewal = upgrade with
        {
            AsOf = february,
            CurrentPeriodStart = february,
            CurrentPeriodEnd = Anchor.AddMonths(2),
        };
        (await servers.ApplyAsync(renewal)).ShouldBe(SubscriptionChange.Applied);
        await Use(servers, user, 1);
        (await servers.ApplyAsync(renewal)).ShouldBe(SubscriptionChange.Unchanged);
        (await View(servers, user)).ShouldBe(
            new UsageView(PlanNames.Core, 100, 1, 99, february, Anchor.AddMonths(2)),
            "the day of the month comes back after February"
        );

        // The loss of the plan leads back to the trial as it was left.
        time.Advance(TimeSpan.FromDays(1));
        var loss = renewal with { AsOf = time.GetUtcNow(), Status = SubscriptionStatus.Canceled };
        (await servers.ApplyAsync(loss)).ShouldBe(SubscriptionChange.Applied);
        (await View(servers, user)).ShouldBe(new UsageView(PlanNames.Trial, 3, 2, 1, null, null));
        await servers.CountsShouldBeTrueAsync();
    }

    [Fact]
    public async Task A_downgrade_takes_effect_at_once_but_takes_nothing_back()
    {
        await using var servers = await BillingServers.StartAsync(postgres, time: time);
        var user = UsageSubject.OfUser(await servers.AddUserAsync());
        var core = State(user, PlanNames.Core);
        await servers.ApplyAsync(core);
        await Use(servers, user, 21);
        var running = await servers.ReserveAsync(user);

        time.Advance(TimeSpan.FromDays(1));
        await servers.ApplyAsync(core with { Plan = PlanNames.Starter, AsOf = time.GetUtcNow() });

        (await servers.Meter().ReserveAsync(user, Meters.Checks, Stop))
            .ShouldBeOfType<UsageDecision.Refused>()
            .Error.ShouldBe("limit_reached");
        await servers.Meter().RenewAsync([running], Stop);
        (await servers.SettleAsync(running))!.Used.ShouldBe(22, "what was promised is kept");
        (await View(servers, user)).ShouldBe(new UsageView(PlanNames.Starter, 22, 22, 0, Anchor, Anchor.AddMonths(1)));
        await servers.CountsShouldBeTrueAsync();

        time.MoveTo(Anchor.AddMonths(1));
        await servers.ApplyAsync(
            core with
            {
                Plan = PlanNames.Starter,
                AsOf = time.GetUtcNow(),
                CurrentPeriodStart = Anchor.AddMonths(1),
                CurrentPeriodEnd = Anchor.AddMonths(2),
            }
        );
        (await View(servers, user)).Remaining.ShouldBe(20);
    }

    [Fact]
    public async Task An_upgrade_that_starts_a_period_anew_carries_over_what_was_used()
    {
        await using var servers = await BillingServers.StartAsync(postgres, time: time);
        var user = UsageSubject.OfUser(await servers.AddUserAsync());
        var starter = State(user, PlanNames.Starter);
        await servers.ApplyAsync(starter);
        await Use(servers, user, 19);

        time.Advance(TimeSpan.FromDays(3));
        var running = await servers.ReserveAsync(user);
        var now = time.GetUtcNow();
        var core = UpgradeAt(starter, now);
        await servers.ApplyAsync(core);
        await servers.ApplyAsync(core);

        (await View(servers, user)).ShouldBe(new UsageView(PlanNames.Core, 100, 19, 80, now, now.AddMonths(1)));
        await servers.CountsShouldBeTrueAsync();
        await servers.SettleAsync(running);
        (await View(servers, user)).Used.ShouldBe(20, "what was on its way at the upgrade counts after it");
        await Use(servers, user, 1);
        (await View(servers, user)).Used.ShouldBe(21);
        await servers.CountsShouldBeTrueAsync();
    }

    [Fact]
    public async Task A_reservation_that_expired_before_an_upgrade_counts_after_it_when_it_is_settled_late()
    {
        await using var servers = await BillingServers.StartAsync(postgres, time: time);
        var user = UsageSubject.OfUser(await servers.AddUserAsync());
        var starter = State(user, PlanNames.Starter);
        await servers.ApplyAsync(starter);
        var slow = await servers.ReserveAsync(user);
        time.Advance(TimeSpan.FromMinutes(6));
        await servers.SweepAsync();
        var now = time.GetUtcNow();
        await servers.ApplyAsync(UpgradeAt(starter, now));

        (await servers.SettleAsync(slow)).ShouldNotBeNull().Plan.ShouldBe(PlanNames.Core);
        (await View(servers, user)).Used.ShouldBe(1);
        await servers.CountsShouldBeTrueAsync();
    }

    [Fact]
    public async Task A_request_that_read_the_plan_before_an_upgrade_counts_after_it()
    {
        await using var servers = await BillingServers.StartAsync(postgres, time: time);
        var user = UsageSubject.OfUser(await servers.AddUserAsync());
        var starter = State(user, PlanNames.Starter);
        await servers.ApplyAsync(starter);
        time.Advance(TimeSpan.FromDays(3));
        var now = time.GetUtcNow();
        await servers.ApplyAsync(UpgradeAt(starter, now));

        // As it would take a place who has read the period before: there is none, although nothing was used in it.
        (
            await servers.ScalarAsync<long>(
                $"select count(*) from billing.usage_ledger where period_start < '{now:O}' and not closed"
            )
        ).ShouldBe(0);
        await Use(servers, user, 1);
        (await View(servers, user)).Used.ShouldBe(1);
        await servers.CountsShouldBeTrueAsync();
    }

    [Fact]
    public async Task A_correction_that_goes_back_to_a_period_which_an_upgrade_ended_opens_it_again()
    {
        await using var servers = await BillingServers.StartAsync(postgres, time: time);
        var user = UsageSubject.OfUser(await servers.AddUserAsync());
        var starter = State(user, PlanNames.Starter);
        await servers.ApplyAsync(starter);
        await Use(servers, user, 2);
        time.Advance(TimeSpan.FromDays(3));
        var now = time.GetUtcNow();
        await servers.ApplyAsync(UpgradeAt(starter, now));
        await servers.ApplyAsync(starter with { AsOf = now.AddSeconds(1), Fetched = true });

        await Use(servers, user, 1);
        (await View(servers, user)).ShouldSatisfyAllConditions(
            view => view.Plan.ShouldBe(PlanNames.Starter),
            view => view.Used.ShouldBe(3)
        );
        await servers.CountsShouldBeTrueAsync();
    }

    private static SubscriptionState UpgradeAt(SubscriptionState starter, DateTimeOffset now) =>
        starter with
        {
            Plan = PlanNames.Core,
            AsOf = now,
            BillingAnchor = now,
            CurrentPeriodStart = now,
            CurrentPeriodEnd = now.AddMonths(1),
        };

    [Fact]
    public async Task A_run_that_crosses_a_renewal_counts_in_the_period_in_which_it_began()
    {
        await using var servers = await BillingServers.StartAsync(postgres, time: time);
        var user = UsageSubject.OfUser(await servers.AddUserAsync());
        var state = State(user, PlanNames.Starter) with { CurrentPeriodEnd = Anchor.AddYears(1) };
        await servers.ApplyAsync(state);
        time.MoveTo(Anchor.AddMonths(1).AddSeconds(-10));
        await Use(servers, user, 19);
        var running = await servers.ReserveAsync(user);

        time.Advance(TimeSpan.FromSeconds(10));
        await Use(servers, user, 3);
        (await servers.SettleAsync(running)).ShouldBe(
            new UsageView(PlanNames.Starter, 20, 20, 0, Anchor, Anchor.AddMonths(1))
        );
        (await View(servers, user)).Used.ShouldBe(3);
        await servers.CountsShouldBeTrueAsync();
    }

    [Fact]
    public async Task Twenty_first_subscriptions_at_once_are_one()
    {
        await using var servers = await BillingServers.StartAsync(postgres, processes: 2, time: time);
        var user = UsageSubject.OfUser(await servers.AddUserAsync());
        var state = State(user, PlanNames.Core);

        var changes = await Task.WhenAll(Enumerable.Range(0, 20).Select(n => servers.ApplyAsync(state, process: n)));

        changes.Count(change => change == SubscriptionChange.Applied).ShouldBe(1);
        changes.Count(change => change == SubscriptionChange.Unchanged).ShouldBe(19);
        (await servers.ScalarAsync<long>("select count(*) from billing.subscriptions")).ShouldBe(1);
    }

    [Fact]
    public async Task The_end_of_one_source_leaves_the_plan_of_the_other()
    {
        await using var servers = await BillingServers.StartAsync(postgres, time: time);
        var user = UsageSubject.OfUser(await servers.AddUserAsync());
        var stripe = State(user, PlanNames.Core);
        await servers.ApplyAsync(stripe);
        await servers.ApplyAsync(State(user, PlanNames.Pro) with { Source = "revenuecat" });
        var entitlements = servers[0].Services.GetRequiredService<IEntitlements>();
        await using var db = servers[0].OpenDb();
        (await entitlements.DeviceLimitAsync(db, user.UserId!.Value, Stop)).ShouldBe(3);

        await servers.ApplyAsync(
            State(user, PlanNames.Pro) with
            {
                Source = "revenuecat",
                Status = SubscriptionStatus.Expired,
                AsOf = Anchor.AddSeconds(1),
            }
        );
        (await View(servers, user)).Plan.ShouldBe(PlanNames.Core);
        (await entitlements.DeviceLimitAsync(db, user.UserId.Value, Stop)).ShouldBe(2);
        (await entitlements.DeviceLimitAsync(db, Guid.NewGuid(), Stop)).ShouldBe(1);
    }

    [Fact]
    public async Task The_operator_grants_a_plan_changes_it_and_ends_it()
    {
        await using var servers = await BillingServers.StartAsync(postgres, time: time);
        var user = UsageSubject.OfUser(await servers.AddUserAsync());
        var id = user.UserId!.Value;
        (await servers.GrantAsync(id, PlanNames.Trial)).ShouldBe(SubscriptionChange.Unchanged);
        await servers.GrantAsync(id, PlanNames.Starter, until: Anchor.AddDays(10));
        await Use(servers, user, 4);

        time.Advance(TimeSpan.FromDays(9));
        await servers.GrantAsync(id, PlanNames.Core, until: Anchor.AddDays(40));
        (await View(servers, user)).ShouldBe(
            new UsageView(PlanNames.Core, 100, 4, 96, Anchor, Anchor.AddMonths(1)),
            "a grant that still runs keeps its months and its count"
        );

        time.MoveTo(Anchor.AddDays(40));
        (await View(servers, user)).Plan.ShouldBe(PlanNames.Trial, "no grace follows a grant");
        await servers.GrantAsync(id, PlanNames.Pro);
        (await View(servers, user)).ShouldBe(
            new UsageView(PlanNames.Pro, 750, 0, 750, Anchor.AddDays(40), Anchor.AddDays(40).AddMonths(1))
        );
        (await servers.GrantAsync(id, PlanNames.Trial)).ShouldBe(SubscriptionChange.Applied);
        (await servers.GrantAsync(id, PlanNames.Trial)).ShouldBe(SubscriptionChange.Unchanged);
        (await View(servers, user)).Plan.ShouldBe(PlanNames.Trial);

        (await Should.ThrowAsync<ArgumentException>(servers.GrantAsync(id, "gold"))).Message.ShouldContain(
            "choose starter, core, pro, or trial"
        );
        (await Should.ThrowAsync<ArgumentException>(servers.GrantAsync(id, "pro", Anchor))).Message.ShouldContain(
            "has passed"
        );
    }

    [Fact]
    public async Task A_change_of_plan_is_announced_when_it_is_committed()
    {
        await using var servers = await BillingServers.StartAsync(postgres, time: time);
        var user = UsageSubject.OfUser(await servers.AddUserAsync());
        await using var listener = new NpgsqlConnection(postgres.ConnectionString(servers.Database) + ";Pooling=false");
        await listener.OpenAsync(Stop);
        var heard = new List<string>();
        listener.Notification += (_, notification) => heard.Add($"{notification.Channel} {notification.Payload}");
        await using (var listen = new NpgsqlCommand("listen cache", listener))
            await listen.ExecuteNonQueryAsync(Stop);

        await servers.ApplyAsync(State(user, PlanNames.Core));
        await servers.ApplyAsync(State(user, PlanNames.Core));
        await listener.WaitAsync(Stop);
        await using (var last = new NpgsqlCommand("select 1", listener))
            await last.ExecuteNonQueryAsync(Stop);
        var announcement = heard.ShouldHaveSingleItem();
        announcement.ShouldStartWith("cache ");
        announcement.ShouldEndWith($":{CacheKeys.Subscription(user.UserId!.Value)}");
    }

    private static async Task Use(BillingServers servers, UsageSubject user, int times)
    {
        for (var n = 0; n < times; n++)
            (await servers.SettleAsync(await servers.ReserveAsync(user))).ShouldNotBeNull();
    }

    private static Task<UsageView> View(BillingServers servers, UsageSubject user) =>
        servers.Meter().ViewAsync(user, Meters.Checks, Stop);

    private static SubscriptionState State(UsageSubject user, string plan) =>
        new()
        {
            UserId = user.UserId!.Value,
            Source = "stripe",
            Plan = plan,
            Status = SubscriptionStatus.Active,
            AsOf = Anchor,
            BillingAnchor = Anchor,
            CurrentPeriodStart = Anchor,
            CurrentPeriodEnd = Anchor.AddMonths(1),
        };

    private static CancellationToken Stop => TestContext.Current.CancellationToken;
}
