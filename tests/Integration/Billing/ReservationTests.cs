using Heretix.Billing.Plans;
using Heretix.Billing.Usage;
using Heretix.Tests.Integration.Servers;

namespace Heretix.Tests.Integration.Billing;

/// <summary>What becomes of a reservation.</summary>
public sealed class ReservationTests(PostgresCluster postgres)
{
    private static readonly UsageSubject Browser = UsageSubject.OfBrowser(new string('b', 64));
    private readonly HeldTime time = new(new DateTimeOffset(2026, 1, 31, 9, 0, 0, TimeSpan.Zero));

    [Fact]
    public async Task A_reserved_use_is_counted_when_it_is_settled_and_free_again_when_it_is_released()
    {
        await using var servers = await BillingServers.StartAsync(postgres, time: time);
        var user = UsageSubject.OfUser(await servers.AddUserAsync());

        var first = await servers.ReserveAsync(user);
        var second = await servers.ReserveAsync(user);
        (await View(servers, user)).ShouldBe(new UsageView(PlanNames.Trial, 3, 0, 1, null, null));

        (await servers.SettleAsync(first)).ShouldBe(new UsageView(PlanNames.Trial, 3, 1, 1, null, null));
        await servers.ReleaseAsync(second);
        await servers.ReleaseAsync(second);
        (await servers.SettleAsync(second)).ShouldBeNull();
        await servers.ReleaseAsync(first);
        (await View(servers, user)).ShouldBe(new UsageView(PlanNames.Trial, 3, 1, 2, null, null));
        (await servers.SettleAsync(Guid.NewGuid())).ShouldBeNull();
        await servers.CountsShouldBeTrueAsync();
    }

    [Fact]
    public async Task A_settlement_that_is_rolled_back_counts_nothing()
    {
        await using var servers = await BillingServers.StartAsync(postgres, time: time);
        var user = UsageSubject.OfUser(await servers.AddUserAsync());
        var reservation = await servers.ReserveAsync(user);

        await Should.ThrowAsync<InvalidOperationException>(
            servers.CommitAsync<bool>(async db =>
            {
                (await servers.Meter().SettleAsync(db, reservation, Stop)).ShouldNotBeNull();
                throw new InvalidOperationException("the check could not be stored");
            })
        );

        (await View(servers, user)).Used.ShouldBe(0);
        (await servers.SettleAsync(reservation))!.Used.ShouldBe(1);
        await servers.CountsShouldBeTrueAsync();
    }

    [Fact]
    public async Task Settling_and_releasing_need_an_open_transaction()
    {
        await using var servers = await BillingServers.StartAsync(postgres, time: time);
        await using var db = servers[0].OpenDb();
        await Should.ThrowAsync<InvalidOperationException>(servers.Meter().SettleAsync(db, Guid.NewGuid(), Stop));
        await Should.ThrowAsync<InvalidOperationException>(servers.Meter().ReleaseAsync(db, Guid.NewGuid(), Stop));
    }

    [Fact]
    public async Task A_crashed_process_holds_a_place_until_the_reservation_expires_and_no_sweep_is_needed()
    {
        await using var survivor = await BillingServers.StartAsync(postgres, time: time);
        await using (
            var crashed = await HeretixHost.StartAsync(
                postgres.Url(survivor.Database),
                services: services => services.AddSingleton<TimeProvider>(time)
            )
        )
        {
            var meter = crashed.Services.GetRequiredService<IUsageMeter>();
            (await meter.ReserveAsync(Browser, Meters.Checks, Stop)).ShouldBeOfType<UsageDecision.Reserved>();
        }

        time.Advance(TimeSpan.FromMinutes(5) - TimeSpan.FromMilliseconds(1));
        var refused = (await survivor.Meter().ReserveAsync(Browser, Meters.Checks, Stop));
        refused.ShouldBe(
            new UsageDecision.Refused("require_signin", new UsageView(PlanNames.Anonymous, 1, 0, 0, null, null))
        );

        time.Advance(TimeSpan.FromMilliseconds(1));
        (await View(survivor, Browser)).Remaining.ShouldBe(1);
        await survivor.ReserveAsync(Browser);
        await survivor.CountsShouldBeTrueAsync();
    }

    [Fact]
    public async Task A_run_that_renews_keeps_its_place_and_is_told_of_those_that_are_gone()
    {
        await using var servers = await BillingServers.StartAsync(postgres, time: time);
        var user = UsageSubject.OfUser(await servers.AddUserAsync());
        var kept = await servers.ReserveAsync(user);
        var late = await servers.ReserveAsync(user);
        var settled = await servers.ReserveAsync(user);
        await servers.SettleAsync(settled);

        for (var n = 0; n < 40; n++)
        {
            time.Advance(TimeSpan.FromSeconds(30));
            (await servers.Meter().RenewAsync([kept], Stop)).ShouldBeEmpty();
        }
        await servers.SweepAsync();
        (await servers.Meter().RenewAsync([kept, late, settled], Stop)).ShouldBe([late, settled], ignoreOrder: true);
        (await servers.Meter().RenewAsync([], Stop)).ShouldBeEmpty();
        (await View(servers, user)).ShouldBe(new UsageView(PlanNames.Trial, 3, 1, 1, null, null));
        await servers.CountsShouldBeTrueAsync();
    }

    [Fact]
    public async Task An_expired_reservation_is_counted_while_there_is_room_and_not_delivered_when_there_is_none()
    {
        await using var servers = await BillingServers.StartAsync(postgres, time: time);
        var user = UsageSubject.OfUser(await servers.AddUserAsync());
        Guid[] late = [await servers.ReserveAsync(user), await servers.ReserveAsync(user)];
        time.Advance(TimeSpan.FromMinutes(6));
        await servers.SweepAsync();

        (await servers.SettleAsync(late[0])).ShouldBe(new UsageView(PlanNames.Trial, 3, 1, 2, null, null));
        (await servers.SettleAsync(late[0])).ShouldBe(new UsageView(PlanNames.Trial, 3, 1, 2, null, null));
        await servers.ReserveAsync(user);
        await servers.ReserveAsync(user);
        (await servers.SettleAsync(late[1])).ShouldBeNull();

        time.Advance(TimeSpan.FromMinutes(6));
        await servers.SweepAsync();
        (await servers.SettleAsync(late[1])).ShouldBe(new UsageView(PlanNames.Trial, 3, 2, 1, null, null));
        await servers.CountsShouldBeTrueAsync();
    }

    [Fact]
    public async Task A_browser_that_expired_is_counted_the_same_way()
    {
        await using var servers = await BillingServers.StartAsync(postgres, time: time);
        var late = await servers.ReserveAsync(Browser);
        time.Advance(TimeSpan.FromMinutes(6));
        var next = await servers.ReserveAsync(Browser);

        (await servers.SettleAsync(late)).ShouldBeNull();
        await servers.ReleaseAsync(next);
        (await servers.SettleAsync(late)).ShouldBe(new UsageView(PlanNames.Anonymous, 1, 1, 0, null, null));
        await servers.CountsShouldBeTrueAsync();
    }

    [Fact]
    public async Task The_sweep_forgets_what_says_nothing_any_more_and_keeps_what_counts()
    {
        await using var servers = await BillingServers.StartAsync(postgres, time: time);
        var user = UsageSubject.OfUser(await servers.AddUserAsync());
        await servers.SettleAsync(await servers.ReserveAsync(user));
        await servers.SettleAsync(await servers.ReserveAsync(Browser));
        await servers.ReleaseAsync(await servers.ReserveAsync(user));
        await servers.ReserveAsync(user);

        time.Advance(TimeSpan.FromMinutes(6));
        await servers.SweepAsync();
        (await States(servers)).ShouldBe("expired,released,settled,settled");
        time.Advance(TimeSpan.FromDays(8));
        await servers.SweepAsync();
        (await States(servers)).ShouldBe("settled,settled");
        (await View(servers, Browser)).Used.ShouldBe(1);

        time.Advance(TimeSpan.FromDays(400));
        await servers.SweepAsync();
        (await View(servers, Browser)).Used.ShouldBe(0, "no browser keeps its cookie for so long");
        (await View(servers, user)).Used.ShouldBe(1);
        await servers.CountsShouldBeTrueAsync();
    }

    [Fact]
    public async Task A_meter_without_limit_counts_and_never_refuses()
    {
        await using var servers = await BillingServers.StartAsync(postgres, time: time);
        var user = UsageSubject.OfUser(await servers.AddUserAsync());
        await servers.GrantAsync(user.UserId!.Value, PlanNames.Pro);
        var month = (Start: time.GetUtcNow(), End: time.GetUtcNow().AddMonths(1));

        UsageView? last = null;
        for (var n = 0; n < 30; n++)
            last = await servers.SettleAsync(await servers.ReserveAsync(user, Meters.SolveSessions));

        last.ShouldBe(new UsageView(PlanNames.Pro, null, 30, null, month.Start, month.End));
        (await View(servers, user, Meters.SolveSessions)).ShouldBe(last);
        await servers.CountsShouldBeTrueAsync();
    }

    [Fact]
    public async Task A_request_of_an_account_that_was_just_erased_is_refused()
    {
        await using var servers = await BillingServers.StartAsync(postgres, time: time);
        var decision = await servers.Meter().ReserveAsync(UsageSubject.OfUser(Guid.NewGuid()), Meters.Checks, Stop);
        decision.ShouldBe(
            new UsageDecision.Refused("require_signin", new UsageView(PlanNames.Anonymous, 1, 0, 1, null, null))
        );
    }

    private static Task<UsageView> View(BillingServers servers, UsageSubject subject, string meter = Meters.Checks) =>
        servers.Meter().ViewAsync(subject, meter, Stop);

    private static Task<string> States(BillingServers servers) =>
        servers.ScalarAsync<string>(
            "select coalesce(string_agg(state, ',' order by state), '') from billing.usage_reservations"
        );

    private static CancellationToken Stop => TestContext.Current.CancellationToken;
}
