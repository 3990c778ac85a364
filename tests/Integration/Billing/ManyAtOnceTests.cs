using Heretix.Billing.Plans;
using Heretix.Billing.Usage;
using Heretix.Tests.Integration.Servers;

namespace Heretix.Tests.Integration.Billing;

/// <summary>However many ask at once, of however many processes, as many run as the plan allows.</summary>
public sealed class ManyAtOnceTests(PostgresCluster postgres)
{
    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(20)]
    public async Task Two_hundred_parallel_uses_on_two_servers_count_exactly_the_allowance(int allowance)
    {
        await using var servers = await BillingServers.StartAsync(
            postgres,
            processes: 2,
            options: new Dictionary<string, string?> { ["Heretix:Billing:Plans:trial:Checks"] = $"{allowance}" }
        );
        var user = UsageSubject.OfUser(await servers.AddUserAsync());

        var decisions = await Task.WhenAll(
            Enumerable
                .Range(0, 200)
                .Select(async n =>
                {
                    var decision = await servers.Meter(n).ReserveAsync(user, Meters.Checks, Stop);
                    if (decision is UsageDecision.Reserved reserved)
                        (await servers.SettleAsync(reserved.Reservation, n)).ShouldNotBeNull();
                    return decision;
                })
        );

        decisions.OfType<UsageDecision.Reserved>().Count().ShouldBe(allowance);
        decisions.OfType<UsageDecision.Refused>().ShouldAllBe(refused => refused.Error == "require_subscription");
        (await servers.Meter().ViewAsync(user, Meters.Checks, Stop)).ShouldBe(
            new UsageView(PlanNames.Trial, allowance, allowance, 0, null, null)
        );
        await servers.CountsShouldBeTrueAsync();
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public async Task A_browser_gets_exactly_the_allowance_too(int allowance)
    {
        await using var servers = await BillingServers.StartAsync(
            postgres,
            processes: 2,
            options: new Dictionary<string, string?> { ["Heretix:Billing:Plans:anonymous:Checks"] = $"{allowance}" }
        );
        var browser = UsageSubject.OfBrowser(new string('a', 64));

        var decisions = await Task.WhenAll(
            Enumerable
                .Range(0, 200)
                .Select(async n =>
                {
                    var decision = await servers.Meter(n).ReserveAsync(browser, Meters.Checks, Stop);
                    if (decision is UsageDecision.Reserved reserved)
                        (await servers.SettleAsync(reserved.Reservation, n)).ShouldNotBeNull();
                    return decision;
                })
        );

        decisions.OfType<UsageDecision.Reserved>().Count().ShouldBe(allowance);
        decisions.OfType<UsageDecision.Refused>().ShouldAllBe(refused => refused.Error == "require_signin");
        await servers.CountsShouldBeTrueAsync();
    }

    [Fact]
    public async Task One_reservation_that_is_settled_two_hundred_times_counts_once()
    {
        await using var servers = await BillingServers.StartAsync(postgres, processes: 2);
        var user = UsageSubject.OfUser(await servers.AddUserAsync());
        var reservation = await servers.ReserveAsync(user);

        var views = await Task.WhenAll(Enumerable.Range(0, 200).Select(n => servers.SettleAsync(reservation, n)));

        views.ShouldAllBe(view => view == new UsageView(PlanNames.Trial, 3, 1, 2, null, null));
        await servers.CountsShouldBeTrueAsync();
    }

    [Fact]
    public async Task Settling_and_releasing_at_once_does_one_of_them()
    {
        await using var servers = await BillingServers.StartAsync(postgres, processes: 2);
        var user = UsageSubject.OfUser(await servers.AddUserAsync());
        await servers.GrantAsync(user.UserId!.Value, PlanNames.Pro);

        var settled = 0;
        for (var n = 0; n < 40; n++)
        {
            var reservation = await servers.ReserveAsync(user);
            var settle = servers.SettleAsync(reservation, process: n);
            await Task.WhenAll(settle, servers.ReleaseAsync(reservation, process: n + 1));
            settled += await settle is null ? 0 : 1;
        }

        (await servers.Meter().ViewAsync(user, Meters.Checks, Stop)).Used.ShouldBe(settled);
        await servers.CountsShouldBeTrueAsync();
    }

    private static CancellationToken Stop => TestContext.Current.CancellationToken;
}
