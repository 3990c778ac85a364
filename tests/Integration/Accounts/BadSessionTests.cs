using System.Globalization;
using System.Net;
using Heretix.Platform.Limits;
using Heretix.Platform.Settings;
using Heretix.Tests.Integration.Servers;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Heretix.Tests.Integration.Accounts;

/// <summary>Sessions that do not exist or may be forged: how many an address may send, and what they cost.</summary>
public sealed class BadSessionTests(AccountsHost accounts) : IClassFixture<AccountsHost>
{
    private const string Unknown = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";
    private static readonly Uri Sessions = new("/api/auth/sessions", UriKind.Relative);
    private readonly CommandCount commands = new();

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(Unknown)]
    [InlineData("malformed")]
    public async Task The_third_of_two_is_refused_and_the_next_costs_no_query(string token)
    {
        await using var host = await LimitedAsync();
        using var visitor = host.Visitor();
        foreach (var status in (int[])[401, 401, 429])
        {
            visitor.Plant("heretix_session", token);
            using var answer = await visitor.Client.GetAsync(Sessions, Stop);
            ((int)answer.StatusCode).ShouldBe(status);
            visitor.Cookie("heretix_session").ShouldBeNull();
            Header(answer, "X-RateLimit-Limit").ShouldBe(2);
            if (status == 429)
                ShouldBeRefusal(answer);
        }
        var asked = commands.Asked;
        visitor.Plant("heretix_session", token);
        using var later = await visitor.Client.GetAsync(Sessions, Stop);
        later.StatusCode.ShouldBe(HttpStatusCode.TooManyRequests);
        ShouldBeRefusal(later);
        commands.Asked.ShouldBe(asked);

        using var neighbour = host.Visitor();
        neighbour.Plant("heretix_session", token);
        (await StatusAsync(neighbour)).ShouldBe(HttpStatusCode.Unauthorized);
    }

    [Fact]
    public async Task Whoever_is_made_to_send_forged_requests_stays_signed_in()
    {
        await using var host = await LimitedAsync();
        using var visitor = await SignedInAsync(host);
        visitor.Origin = "https://evil.example";
        foreach (var status in (int[])[403, 403, 429])
        {
            using var answer = await visitor.Client.DeleteAsync(Sessions, Stop);
            ((int)answer.StatusCode).ShouldBe(status);
            if (status == 429)
                ShouldBeRefusal(answer);
        }
        using var elsewhere = host.Visitor();
        elsewhere.Plant("heretix_session", visitor.Cookie("heretix_session").ShouldNotBeNull());
        (await StatusAsync(elsewhere)).ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task Good_requests_are_not_counted()
    {
        await using var host = await LimitedAsync();
        using var visitor = await SignedInAsync(host);
        for (var number = 0; number < 5; number++)
            (await StatusAsync(visitor)).ShouldBe(HttpStatusCode.OK);
        visitor.Plant("heretix_session", Unknown);
        (await StatusAsync(visitor)).ShouldBe(HttpStatusCode.Unauthorized);
    }

    [Fact]
    public async Task Exempt_networks_may_send_as_many_as_they_like()
    {
        await using var host = await LimitedAsync(("Exempt", "127.0.0.0/8"));
        using var visitor = host.Visitor();
        for (var number = 0; number < 5; number++)
        {
            visitor.Plant("heretix_session", Unknown);
            using var answer = await visitor.Client.GetAsync(Sessions, Stop);
            answer.StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
            answer.Headers.Contains("X-RateLimit-Limit").ShouldBeFalse();
        }
    }

    [Theory]
    [InlineData("/health/live")]
    [InlineData("/docs")]
    [InlineData("/metrics")]
    [InlineData("/nothing-here")]
    public async Task What_acts_for_nobody_asks_nobody_whose_session_it_is(string path)
    {
        await using var host = await LimitedAsync();
        using var visitor = await SignedInAsync(host);
        var asked = commands.Asked;
        foreach (var token in (string[])[visitor.Cookie("heretix_session")!, Unknown])
        {
            visitor.Plant("heretix_session", token);
            using var answer = await visitor.Client.GetAsync(path, Stop);
            answer.Headers.Contains("Set-Cookie").ShouldBeFalse();
            ((int)answer.StatusCode).ShouldBeLessThan(500);
        }
        commands.Asked.ShouldBe(asked);
    }

    private Task<HeretixHost> LimitedAsync(params (string Key, string Value)[] more) =>
        accounts.AnotherAsync(
            // Without a worker, whose own queries would be counted.
            settings => settings with { Role = ServerRole.Api },
            services: services =>
            {
                services.Replace(
                    ServiceDescriptor.Singleton<IRateLimits>(provider => provider.GetRequiredService<RateLimits>())
                );
                services.AddSingleton<IInterceptor>(commands);
            },
            options: more.Append(("bad_sessions:Permits", "2"))
                .ToDictionary(pair => $"Heretix:Limits:{pair.Item1}", pair => (string?)pair.Item2)
        );

    /// <summary>Somebody who signed in where mail is sent.</summary>
    private async Task<Visitor> SignedInAsync(HeretixHost host)
    {
        using var arrived = await accounts.Host.SignedInVisitorAsync(AccountsHost.NewEmail());
        var visitor = host.Visitor();
        foreach (var cookie in (string[])["heretix_session", "heretix_csrf"])
            visitor.Plant(cookie, arrived.Cookie(cookie));
        return visitor;
    }

    private static void ShouldBeRefusal(HttpResponseMessage answer)
    {
        answer.Headers.RetryAfter!.Delta!.Value.TotalSeconds.ShouldBeInRange(1, 60);
        Header(answer, "X-RateLimit-Remaining").ShouldBe(0);
    }

    private static int Header(HttpResponseMessage answer, string name) =>
        int.Parse(answer.Headers.GetValues(name).Single(), CultureInfo.InvariantCulture);

    private static async Task<HttpStatusCode> StatusAsync(Visitor visitor)
    {
        using var answer = await visitor.Client.GetAsync(Sessions, Stop);
        return answer.StatusCode;
    }
}
