using System.Net;
using Heretix.Tests.Integration.Servers;

namespace Heretix.Tests.Integration.Accounts;

/// <summary>The limits of sign-in, counted by two server processes together.</summary>
public sealed class LimitsOfTwoProcessesTests(PostgresCluster postgres) : IAsyncLifetime
{
    private const int Tries = 40;

    private readonly RedisServer redis = new();
    private ServerPair servers = null!;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        await redis.StartAsync();
        servers = await ServerPair.StartAsync(
            postgres,
            new Dictionary<string, string> { ["REDIS_URL"] = redis.Url, ["Heretix__Limits__Exempt"] = "" }
        );
    }

    public async ValueTask DisposeAsync()
    {
        await servers.DisposeAsync();
        await redis.DisposeAsync();
    }

    [Fact]
    public async Task Together_they_let_through_exactly_what_each_limit_allows()
    {
        var email = AccountsHost.NewEmail();
        (await PassedAsync(oneAddress: false, "/api/auth/magic-links", new { email })).ShouldBe(3, "an address");
        (
            await PassedAsync(oneAddress: true, "/api/auth/magic-links", n => new { email = $"m{n}@example.org" })
        ).ShouldBe(10, "links for an IP address");
        (await PassedAsync(oneAddress: false, "/api/auth/forgot-password", new { email })).ShouldBe(3, "resets");
        (
            await PassedAsync(oneAddress: true, "/api/auth/forgot-password", n => new { email = $"f{n}@example.org" })
        ).ShouldBe(3, "resets for an IP address");
        (
            await PassedAsync(
                oneAddress: true,
                "/api/auth/login",
                n => new { email = $"l{n}@example.org", password = "wrong wrong" }
            )
        ).ShouldBe(5, "sign-ins of an IP address");
        // The answer to a wrong password is 401 while the account is not closed to guesses, then 429.
        (await PassedAsync(oneAddress: false, "/api/auth/login", new { email, password = "wrong wrong" })).ShouldBe(
            10,
            "wrong passwords for an account"
        );
        (
            await PassedAsync(
                oneAddress: true,
                "/api/auth/reset-password",
                new { token = new string('A', 43), password = "long enough" }
            )
        ).ShouldBe(5, "resets of an IP address");
    }

    private Task<int> PassedAsync(bool oneAddress, string path, object body) =>
        PassedAsync(oneAddress, path, _ => body);

    /// <summary>How many of many requests at once to both processes were not answered 429.</summary>
    private async Task<int> PassedAsync(bool oneAddress, string path, Func<int, object> body)
    {
        Visitor[] visitors =
        [
            .. Enumerable.Range(0, oneAddress ? 1 : Tries).Select(_ => new Visitor(servers.First.Address)),
        ];
        var statuses = await Task.WhenAll(
            Enumerable
                .Range(0, Tries)
                .Select(async n =>
                {
                    using var answer = await visitors[n % visitors.Length]
                        .Client.PostAsJsonAsync(new Uri(servers.Number(n).Address, path), body(n), Stop);
                    return answer.StatusCode;
                })
        );
        foreach (var visitor in visitors)
            visitor.Dispose();
        statuses.ShouldAllBe(status => (int)status < 500);
        return statuses.Count(status => status != HttpStatusCode.TooManyRequests);
    }
}
