using System.Net;
using Heretix.Tests.Integration.Load;
using Heretix.Tests.Integration.Servers;

namespace Heretix.Tests.Integration.Chaos;

/// <summary>An allowance holds over processes, whoever is asked first.</summary>
public sealed class AllowanceTests(PostgresCluster postgres)
{
    private const int Requests = 40;
    private const int Allowance = 7;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Parallel_requests_to_two_processes_run_exactly_as_often_as_the_plan_allows()
    {
        await using var servers = await ServerPair.StartAsync(
            postgres,
            new Dictionary<string, string>
            {
                ["Heretix__Billing__Plans__anonymous__Checks"] = $"{Allowance}",
                ["Heretix__Billing__Plans__trial__Checks"] = $"{Allowance}",
                ["Heretix__Limits__anonymous_checks__Permits"] = "1000",
                // Long enough that all of them are there before the first has ended.
                ["Heretix__Checks__MockLatency"] = "00:00:00.100",
            }
        );
        using var browser = new VirtualUser(servers.First.Address);
        using (await browser.SendAsync(HttpMethod.Get, "/api/me", cancellationToken: Stop))
            await RunsExactlyTheAllowanceAsync(browser, servers, "require_signin");
        (await servers.ScalarAsync<string>("select used || ' ' || reserved from billing.anonymous_usage")).ShouldBe(
            $"{Allowance} 0"
        );

        using var user = new VirtualUser(servers.First.Address);
        await user.SignInAsync("someone@example.org", servers.Data, Stop);
        await RunsExactlyTheAllowanceAsync(user, servers, "require_subscription");
        (await servers.ScalarAsync<string>("select used || ' ' || reserved from billing.usage_ledger")).ShouldBe(
            $"{Allowance} 0"
        );

        (await servers.ScalarAsync<long>("select count(*) from checks.checks where status = 'completed'")).ShouldBe(
            2 * Allowance
        );
        (await servers.ScalarAsync<long>("select count(*) from checks.checks")).ShouldBe(2 * Allowance);
    }

    private static async Task RunsExactlyTheAllowanceAsync(VirtualUser visitor, ServerPair servers, string refusal)
    {
        var answers = await Task.WhenAll(
            Enumerable
                .Range(0, Requests)
                .Select(async n =>
                {
                    using var answer = await visitor.SendAsync(
                        HttpMethod.Post,
                        "/api/checks/run",
                        new
                        {
                            claim = $"Claim {n}",
                            mock = true,
                            K = 4,
                            R = 1,
                            B = 200,
                        },
                        (n % 2 == 0 ? servers.First : servers.Second).Address,
                        cancellationToken: Stop
                    );
                    return (answer.StatusCode, Body: await answer.Content.ReadAsStringAsync(Stop));
                })
        );
        answers.Count(answer => answer.StatusCode == HttpStatusCode.OK).ShouldBe(Allowance);
        answers
            .Where(answer => answer.StatusCode != HttpStatusCode.OK)
            .ShouldAllBe(answer =>
                answer.StatusCode == HttpStatusCode.PaymentRequired && answer.Body.Contains($"\"{refusal}\"")
            );
    }
}
