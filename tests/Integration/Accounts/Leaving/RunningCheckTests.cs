using System.Text.Json;
using Heretix.Billing.Usage;
using Heretix.Tests.Integration.Servers;
using Heretix.Tests.Integration.Stubs;

namespace Heretix.Tests.Integration.Accounts.Leaving;

/// <summary>What somebody had running when they left.</summary>
public sealed class RunningCheckTests(AccountsHost accounts) : IClassFixture<AccountsHost>
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_check_that_runs_when_its_user_leaves_on_another_server_ends_uncounted()
    {
        await using var model = await ChatStub.StartAsync(TimeSpan.FromMilliseconds(100), cancellationToken: Stop);
        await using var host = await accounts.AnotherAsync(
            options: new Dictionary<string, string?>
            {
                ["Heretix:Checks:CompatibleUrl"] = model.Address.ToString(),
                ["Heretix:Checks:CallsInFlight"] = "2",
            }
        );
        var email = AccountsHost.NewEmail();
        using var visitor = await host.SignedInVisitorAsync(email);
        using var elsewhere = await accounts.Host.SignedInVisitorAsync(email);
        var user = await accounts.ScalarAsync<Guid>($"select id from accounts.users where email = '{email}'");
        var samples = await accounts.ScalarAsync<long>("select count(*) from checks.check_samples");
        var check = visitor.Client.PostAsync(
            "/api/checks/run",
            JsonContent.Create(
                new
                {
                    claim = "Who leaves pays for nothing",
                    provider = "compatible",
                    model = "stub-model",
                    K = 8,
                    R = 2,
                    B = 200,
                },
                options: JsonSerializerOptions.Default
            ),
            Stop
        );
        while (await accounts.ScalarAsync<long>("select count(*) from checks.check_samples") < samples + 2)
            await Task.Delay(10, Stop);
        var token = await elsewhere.LeaveForTokenAsync(accounts.Host, email);
        (await accounts.ScalarAsync<string>($"select failure from checks.checks where user_id = '{user}'")).ShouldBe(
            "account_closed"
        );

        using (var answer = await check)
        {
            ((int)answer.StatusCode).ShouldBe(403, await answer.Content.ReadAsStringAsync(Stop));
            (await AccountsHost.ErrorOf(answer)).ShouldBe("account_closed");
        }
        (
            await accounts.ScalarAsync<long>(
                $"select sum(used + reserved)::bigint from billing.usage_ledger where user_id = '{user}'"
            )
        ).ShouldBe(0);
        (
            await accounts.ScalarAsync<string>(
                $"select string_agg(r.state, ',') from billing.usage_reservations r join billing.usage_ledger l on l.id = r.ledger_id where l.user_id = '{user}'"
            )
        ).ShouldBe("released");
        (await accounts.ScalarAsync<string>($"select outcome from checks.requests where user_id = '{user}'")).ShouldBe(
            "account_closed"
        );
        model.Requests.ShouldBe(16, "what was paid for is kept for others");

        (await host.RestoreAsync(token)).ShouldBeNull();
        using var back = await host.SignedInVisitorAsync(email);
        var me = JsonElement.Parse(await back.Client.GetStringAsync("/api/me", Stop));
        me.GetProperty("checks_used").GetInt32().ShouldBe(0);
    }

    [Fact]
    public async Task Checks_that_end_while_their_user_leaves_are_counted_when_they_are_completed_and_only_then()
    {
        var options = new Dictionary<string, string?>
        {
            ["Heretix:Billing:Plans:Trial:Checks"] = "1000",
            // A request whose session has just ended goes on as one of nobody in particular.
            ["Heretix:Billing:Plans:Anonymous:Checks"] = "0",
            ["Heretix:Checks:MockLatency"] = "00:00:00.010",
        };
        await using var first = await accounts.AnotherAsync(options: options);
        await using var second = await accounts.AnotherAsync(options: options);
        for (var round = 0; round < 6; round++)
        {
            var email = AccountsHost.NewEmail();
            using var visitor = await first.SignedInVisitorAsync(email);
            using var neighbour = await second.SignedInVisitorAsync(email);
            var user = await accounts.ScalarAsync<Guid>($"select id from accounts.users where email = '{email}'");
            var checks = Enumerable
                .Range(0, 16)
                .Select(number => MockAsync(number % 2 == 0 ? visitor : neighbour, $"Round {round} claim {number}"))
                .ToList();
            await Task.Delay(20 * round, Stop);
            var left = await Task.WhenAll(LeaveAsync(visitor), LeaveAsync(neighbour));
            left.ShouldContain(204);
            var answers = await Task.WhenAll(checks);
            answers.ShouldAllBe(status => status == 200 || (status >= 401 && status <= 403) || status == 409);
            var completed = await accounts.ScalarAsync<long>(
                $"select count(*) from checks.checks where user_id = '{user}' and status = 'completed'"
            );
            completed.ShouldBe(answers.Count(status => status == 200));
            (
                await accounts.ScalarAsync<long>(
                    $"select coalesce(sum(used), 0)::bigint from billing.usage_ledger where user_id = '{user}'"
                )
            ).ShouldBe(completed);
            (
                await accounts.ScalarAsync<long>(
                    $"select count(*) from checks.checks where user_id = '{user}' and status = 'running'"
                )
            ).ShouldBe(0);
            TestContext.Current.SendDiagnosticMessage($"{completed} of {checks.Count} were completed");
        }
    }

    [Fact]
    public async Task A_use_that_was_reserved_by_a_request_on_its_way_when_its_user_left_is_not_counted()
    {
        var email = AccountsHost.NewEmail();
        using var visitor = await accounts.Host.SignedInVisitorAsync(email);
        var user = await accounts.ScalarAsync<Guid>($"select id from accounts.users where email = '{email}'");
        var meter = accounts.Host.Services.GetRequiredService<IUsageMeter>();
        var before = await ReserveAsync(meter, user);
        var token = await visitor.LeaveForTokenAsync(accounts.Host, email);
        var after = await ReserveAsync(meter, user);
        foreach (var reservation in (Guid[])[before, after])
        {
            await using var db = accounts.Host.OpenDb();
            await using var transaction = await db.Database.BeginTransactionAsync(Stop);
            (await meter.SettleAsync(db, reservation, Stop)).ShouldBeNull();
            await transaction.CommitAsync(Stop);
        }
        (await accounts.ScalarAsync<int>($"select used from billing.usage_ledger where user_id = '{user}'")).ShouldBe(
            0
        );
        // What was given back stays so for who comes back.
        (await accounts.Host.RestoreAsync(token)).ShouldBeNull();
        await using var again = accounts.Host.OpenDb();
        await using var late = await again.Database.BeginTransactionAsync(Stop);
        (await meter.SettleAsync(again, before, Stop)).ShouldBeNull();
    }

    private static async Task<int> MockAsync(Visitor visitor, string claim)
    {
        using var answer = await visitor.Client.PostAsync(
            "/api/checks/run",
            JsonContent.Create(
                new
                {
                    claim,
                    mock = true,
                    K = 4,
                    R = 1,
                    B = 200,
                },
                options: JsonSerializerOptions.Default
            ),
            Stop
        );
        return (int)answer.StatusCode;
    }

    private static async Task<int> LeaveAsync(Visitor visitor)
    {
        using var answer = await visitor.LeaveAsync();
        return (int)answer.StatusCode;
    }

    private static async Task<Guid> ReserveAsync(IUsageMeter meter, Guid user) =>
        (await meter.ReserveAsync(UsageSubject.OfUser(user), Meters.Checks, Stop))
            .ShouldBeOfType<UsageDecision.Reserved>()
            .Reservation;
}
