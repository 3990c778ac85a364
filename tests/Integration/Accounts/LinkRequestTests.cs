using System.Net;
using System.Text.Json;
using Heretix.Platform.Database;
using Heretix.Platform.Jobs;
using Heretix.Platform.Limits;
using Heretix.Tests.Integration.Servers;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Heretix.Tests.Integration.Accounts;

/// <summary>Asking for a link: what is refused, what is counted, and what an answer does not give away.</summary>
public sealed class LinkRequestTests(AccountsHost accounts) : IClassFixture<AccountsHost>
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("""{"email":"no-address"}""")]
    [InlineData("""{"email":"Ada <ada@example.org>"}""")]
    [InlineData("""{"email":"ada@example.org\r\nBcc: all@example.org"}""")]
    [InlineData("""{"email":"ada@example.org\u0000"}""")]
    [InlineData("""{"email":""}""")]
    [InlineData("""{"email":null}""")]
    [InlineData("{}")]
    public async Task What_is_no_address_is_refused_with_a_reason(string body)
    {
        using var visitor = accounts.Host.Visitor();
        using var content = new StringContent(body, System.Text.Encoding.UTF8, "application/json");
        using var answer = await visitor.Client.PostAsync("/api/auth/magic-links", content, Stop);
        ((int)answer.StatusCode).ShouldBe(422);
        var problem = await answer.Content.ReadFromJsonAsync<JsonElement>(Stop);
        problem.GetProperty("error").GetString().ShouldBe("validation_failed");
        problem.GetProperty("errors").GetProperty("email")[0].GetString().ShouldNotBeNullOrEmpty();
        visitor.Cookie("heretix_link").ShouldBeNull();
    }

    [Theory]
    [InlineData("text/plain")]
    [InlineData("application/x-www-form-urlencoded")]
    [InlineData("multipart/form-data; boundary=x")]
    public async Task A_form_of_another_site_cannot_ask(string type)
    {
        using var visitor = accounts.Host.Visitor();
        using var content = new StringContent("""{"email":"ada@example.org"}""");
        content.Headers.Remove("Content-Type");
        content.Headers.TryAddWithoutValidation("Content-Type", type);
        using var answer = await visitor.Client.PostAsync("/api/auth/magic-links", content, Stop);
        answer.StatusCode.ShouldBe(HttpStatusCode.UnsupportedMediaType);
    }

    [Fact]
    public async Task Known_and_unknown_addresses_are_answered_alike_byte_for_byte()
    {
        var known = AccountsHost.NewEmail();
        using (await accounts.Host.SignedInAsync(known)) { }
        var unknown = AccountsHost.NewEmail();
        var users = await accounts.ScalarAsync<long>("select count(*) from accounts.users");
        var answers = new[] { await RawAnswerAsync(known), await RawAnswerAsync(unknown) };
        answers[0].ShouldBe(answers[1]);
        answers[0].ShouldStartWith("HTTP/1.1 204");
        (await accounts.ScalarAsync<long>("select count(*) from accounts.users")).ShouldBe(users);
    }

    [Fact]
    public async Task The_fourth_link_in_an_hour_to_one_address_is_refused_whether_it_is_known_or_not()
    {
        var limits = new CountingLimits(3);
        await using var host = await CountedAsync(limits, exempt: "");
        var known = AccountsHost.NewEmail();
        using (await accounts.Host.SignedInAsync(known)) { }
        var unknown = AccountsHost.NewEmail();
        var refusals = new List<string>();
        foreach (var email in new[] { known, unknown })
        {
            for (var number = 0; number < 3; number++)
            {
                using var visitor = host.Visitor();
                await visitor.AskForLinkAsync(host, number == 1 ? email.ToUpperInvariant() : email);
            }
            using var late = host.Visitor();
            using var answer = await late.Client.PostAsJsonAsync("/api/auth/magic-links", new { email }, Stop);
            ((int)answer.StatusCode).ShouldBe(429);
            answer.Headers.RetryAfter!.Delta.ShouldBe(TimeSpan.FromSeconds(91));
            answer.Headers.GetValues("X-RateLimit-Limit").ShouldBe(["3"]);
            answer.Headers.GetValues("X-RateLimit-Remaining").ShouldBe(["0"]);
            late.Cookie("heretix_link").ShouldBeNull();
            refusals.Add(await AccountsHost.BodyOf(answer));
        }
        refusals[0].ShouldBe(refusals[1]);
        refusals[0].ShouldContain("rate_limited");
        var counted = limits.Counted.Where(entry => entry.Policy == LimitNames.MagicLinkAddress).ToList();
        counted.Count.ShouldBe(2);
        counted.ShouldAllBe(entry => entry.Key.Length == 64 && !entry.Key.Contains('@'));
    }

    [Fact]
    public async Task Exempt_networks_may_ask_for_as_many_links_as_they_like()
    {
        var limits = new CountingLimits(3);
        await using var host = await CountedAsync(limits, exempt: "127.0.0.0/8");
        var email = AccountsHost.NewEmail();
        for (var number = 0; number < 5; number++)
        {
            using var visitor = host.Visitor();
            await visitor.AskForLinkAsync(host, email);
        }
        limits.Counted.ShouldBeEmpty();
    }

    private Task<HeretixHost> CountedAsync(CountingLimits limits, string exempt) =>
        accounts.AnotherAsync(
            services: services => services.Replace(ServiceDescriptor.Singleton<IRateLimits>(limits)),
            options: new Dictionary<string, string?> { ["Heretix:Limits:Exempt"] = exempt }
        );

    [Fact]
    public void Links_and_their_use_have_limits_by_the_address_of_the_caller()
    {
        var routes = accounts
            .Host.Services.GetRequiredService<EndpointDataSource>()
            .Endpoints.OfType<RouteEndpoint>()
            .Where(endpoint => endpoint.RoutePattern.RawText!.StartsWith("/api/auth/", StringComparison.Ordinal))
            .ToLookup(
                endpoint => endpoint.RoutePattern.RawText!,
                endpoint => endpoint.Metadata.GetMetadata<LimitPolicyName>()?.Policy
            );
        routes["/api/auth/magic-links"].ShouldBe([LimitNames.MagicLinkIp]);
        routes["/api/auth/callback"]
            .Where(policy => policy is not null)
            .ShouldBe([LimitNames.SignIn, LimitNames.SignIn]);
    }

    [Fact]
    public async Task When_the_mail_cannot_be_queued_there_is_no_link_either()
    {
        await using var host = await accounts.AnotherAsync(services: services =>
            services.Replace(ServiceDescriptor.Singleton<IJobQueue, BrokenQueue>())
        );
        var email = AccountsHost.NewEmail();
        using var visitor = host.Visitor();
        using var answer = await visitor.Client.PostAsJsonAsync("/api/auth/magic-links", new { email }, Stop);
        answer.StatusCode.ShouldBe(HttpStatusCode.InternalServerError);
        (
            await accounts.ScalarAsync<long>($"select count(*) from accounts.email_tokens where email = '{email}'")
        ).ShouldBe(0);
    }

    /// <summary>Status, headers and body as they are on the wire; the date and the random value of the cookie taken out.</summary>
    private async Task<string> RawAnswerAsync(string email)
    {
        using var visitor = accounts.Host.Visitor();
        using var answer = await visitor.Client.PostAsJsonAsync("/api/auth/magic-links", new { email }, Stop);
        var cookie = visitor.Cookie("heretix_link")!;
        cookie.Length.ShouldBe(43);
        answer.Headers.Remove("Date");
        answer.Headers.Remove("X-Request-Id");
        answer.Headers.Remove("X-RateLimit-Reset");
        var body = await answer.Content.ReadAsStringAsync(Stop);
        return $"HTTP/{answer.Version} {(int)answer.StatusCode} {answer.ReasonPhrase}\n{answer.Headers}{answer.Content.Headers}\n{body}".Replace(
            cookie,
            "",
            StringComparison.Ordinal
        );
    }

    private sealed class BrokenQueue : IJobQueue
    {
        public Task EnqueueAsync<TArguments>(
            HeretixDb db,
            string kind,
            string name,
            TArguments arguments,
            TimeSpan? delay = null,
            CancellationToken cancellationToken = default
        ) => throw new IOException("the queue is gone");
    }
}
