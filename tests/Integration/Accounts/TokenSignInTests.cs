using System.Net;
using System.Text.Json;
using Heretix.Platform.Limits;
using Heretix.Tests.Integration.Servers;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Heretix.Tests.Integration.Accounts;

/// <summary>API clients sign in for tokens, and the access token says who they are.</summary>
public sealed class TokenSignInTests(AccountsHost accounts) : IClassFixture<AccountsHost>
{
    private static readonly Uri Sessions = new("/api/auth/sessions", UriKind.Relative);

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    private HeretixHost Host => accounts.Host;

    [Fact]
    public async Task A_client_that_asks_for_tokens_gets_them_and_no_cookie()
    {
        var email = AccountsHost.NewEmail();
        using var client = Host.Visitor();
        var link = await client.AskForLinkAsync(Host, email);
        using var answer = await client.Client.GetAsync($"{link}&tokens=true", Stop);
        answer.StatusCode.ShouldBe(HttpStatusCode.OK);
        answer.Headers.CacheControl!.NoStore.ShouldBeTrue();
        var body = await answer.Content.ReadFromJsonAsync<JsonElement>(Stop);
        body.EnumerateObject()
            .Select(member => member.Name)
            .ShouldBe([
                "access_token",
                "refresh_token",
                "token_type",
                "expires_in",
                "refresh_expires_in",
                "user",
                "device_id",
                "device_fingerprint",
            ]);
        body.GetProperty("token_type").GetString().ShouldBe("Bearer");
        body.GetProperty("expires_in").GetInt32().ShouldBeInRange(3590, 3600);
        body.GetProperty("refresh_expires_in").GetInt32().ShouldBeInRange(30 * 86400 - 10, 30 * 86400);
        body.GetProperty("user").GetProperty("email").GetString().ShouldBe(email);
        (await accounts.ScalarAsync<Guid>($"select id from accounts.users where email = '{email}'")).ShouldBe(
            body.GetProperty("user").GetProperty("id").GetGuid()
        );
        client.Cookie("heretix_session").ShouldBeNull();
        client.Cookie("heretix_csrf").ShouldBeNull();
        client.Cookie("heretix_link").ShouldBeNull("it has done its work");
    }

    [Fact]
    public async Task Tokens_are_given_to_the_client_that_asked_for_the_link_alone()
    {
        var email = AccountsHost.NewEmail();
        using var client = Host.Visitor();
        var link = await client.AskForLinkAsync(Host, email);
        using var other = Host.Visitor();
        using (var answer = await other.Client.GetAsync($"{link}&tokens=true", Stop))
        {
            answer.StatusCode.ShouldBe(HttpStatusCode.Forbidden);
            (await AccountsHost.ErrorOf(answer)).ShouldBe("link_not_bound");
        }
        using var own = await client.Client.GetAsync($"{link}&tokens=true", Stop);
        own.StatusCode.ShouldBe(HttpStatusCode.OK, "nothing was used up");
    }

    [Fact]
    public async Task An_access_token_acts_for_its_user_without_origin_and_csrf_token()
    {
        var tokens = await ApiTokens.OfAsync(Host, AccountsHost.NewEmail());
        (await tokens.StatusAsync(Host)).ShouldBe(HttpStatusCode.OK);
        using var answer = await tokens.SendAsync(Host, HttpMethod.Delete, Sessions);
        answer.StatusCode.ShouldBe(HttpStatusCode.NoContent);
    }

    [Fact]
    public async Task A_token_comes_before_a_cookie()
    {
        var (one, two) = (AccountsHost.NewEmail(), AccountsHost.NewEmail());
        var tokens = await ApiTokens.OfAsync(Host, one);
        using var browser = await Host.SignedInVisitorAsync(two);
        (await MeAsync(browser, tokens.Access)).ShouldBe((HttpStatusCode.OK, one));
        (await MeAsync(browser, null)).ShouldBe((HttpStatusCode.OK, two));
        (await MeAsync(browser, "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")).ShouldBe(
            (HttpStatusCode.Unauthorized, null)
        );
        (await MeAsync(browser, null)).ShouldBe((HttpStatusCode.OK, two), "the cookie was not taken back");
    }

    [Theory]
    [InlineData("Bearer")]
    [InlineData("Bearer ")]
    [InlineData("bearer AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")]
    [InlineData("Bearer AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAB")]
    [InlineData("Bearer ' or 1=1 --")]
    [InlineData("Bearer eyJhbGciOiJub25lIn0.e30.")]
    public async Task A_token_that_is_not_valid_is_refused_also_where_nobody_need_sign_in(string authorization)
    {
        foreach (var path in (string[])["/api/auth/sessions", "/api/me", "/api/auth/csrf", "/api/nothing-here"])
        {
            using var client = Host.Visitor();
            client.Client.DefaultRequestHeaders.TryAddWithoutValidation("Authorization", authorization);
            using var answer = await client.Client.GetAsync(path, Stop);
            answer.StatusCode.ShouldBe(HttpStatusCode.Unauthorized, path);
            (await AccountsHost.ErrorOf(answer)).ShouldBe("invalid_token");
            answer.Headers.WwwAuthenticate.ToString().ShouldBe("Bearer error=\"invalid_token\"");
        }
    }

    [Fact]
    public async Task Two_tokens_are_none()
    {
        var tokens = await ApiTokens.OfAsync(Host, AccountsHost.NewEmail());
        using var client = Host.Visitor();
        client.Client.DefaultRequestHeaders.TryAddWithoutValidation(
            "Authorization",
            [$"Bearer {tokens.Access}", $"Bearer {tokens.Access}"]
        );
        using var answer = await client.Client.GetAsync(Sessions, Stop);
        answer.StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
    }

    [Fact]
    public async Task A_token_of_one_kind_is_worth_nothing_as_another()
    {
        var tokens = await ApiTokens.OfAsync(Host, AccountsHost.NewEmail());
        using var browser = await Host.SignedInVisitorAsync(AccountsHost.NewEmail());
        var cookie = browser.Cookie("heretix_session")!;
        (await new ApiTokens(cookie, "").StatusAsync(Host)).ShouldBe(HttpStatusCode.Unauthorized);
        (await new ApiTokens(tokens.Refresh, "").StatusAsync(Host)).ShouldBe(HttpStatusCode.Unauthorized);
        foreach (var secret in (string[])[tokens.Access, cookie])
            (await new ApiTokens("", secret).RefusalAsync(Host)).ShouldBe(
                (HttpStatusCode.Unauthorized, "invalid_token")
            );
        foreach (var secret in (string[])[tokens.Access, tokens.Refresh])
        {
            using var forger = Host.Visitor();
            forger.Plant("heretix_session", secret);
            using var answer = await forger.Client.GetAsync(Sessions, Stop);
            answer.StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
        }
        (await tokens.StatusAsync(Host)).ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task Other_schemes_say_nothing()
    {
        using var browser = await Host.SignedInVisitorAsync(AccountsHost.NewEmail());
        browser.Client.DefaultRequestHeaders.TryAddWithoutValidation("Authorization", "Basic cHJveHk6cHJveHk=");
        using var answer = await browser.Client.GetAsync(Sessions, Stop);
        answer.StatusCode.ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task The_list_shows_both_kinds_and_either_ends_the_other_everywhere()
    {
        await using var elsewhere = await accounts.AnotherAsync();
        var email = AccountsHost.NewEmail();
        using var browser = await Host.SignedInVisitorAsync(email);
        var tokens = await ApiTokens.OfAsync(elsewhere, email);
        var items = (await browser.Client.GetFromJsonAsync<JsonElement>(Sessions, Stop))
            .GetProperty("items")
            .EnumerateArray()
            .ToList();
        items.Select(item => item.GetProperty("kind").GetString()).ShouldBe(["api", "browser"]);
        items.Select(item => item.GetProperty("current").GetBoolean()).ShouldBe([false, true]);

        using (await browser.Client.DeleteAsync($"/api/auth/sessions/{items[0].GetProperty("id").GetString()}", Stop))
        { }
        (await tokens.StatusAsync(elsewhere)).ShouldBe(HttpStatusCode.Unauthorized);
        (await tokens.RefusalAsync(elsewhere)).ShouldBe((HttpStatusCode.Unauthorized, "invalid_token"));

        var again = await ApiTokens.OfAsync(elsewhere, email);
        using (await again.SendAsync(elsewhere, HttpMethod.Delete, Sessions)) { }
        using var ended = await browser.Client.GetAsync(Sessions, Stop);
        ended.StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
    }

    [Theory]
    [InlineData("/api/auth/logout")]
    [InlineData("/api/auth/signout")]
    public async Task Signing_out_ends_the_session_and_all_its_tokens(string path)
    {
        var email = AccountsHost.NewEmail();
        var tokens = await ApiTokens.OfAsync(Host, email);
        using (var answer = await tokens.SendAsync(Host, HttpMethod.Post, new Uri(path, UriKind.Relative)))
            answer.StatusCode.ShouldBe(HttpStatusCode.NoContent);
        (await tokens.StatusAsync(Host)).ShouldBe(HttpStatusCode.Unauthorized);
        (await tokens.RefusalAsync(Host)).ShouldBe((HttpStatusCode.Unauthorized, "invalid_token"));
        (await TokensAsync(email)).ShouldBe(0);
        using var repeated = await tokens.SendAsync(Host, HttpMethod.Post, new Uri(path, UriKind.Relative));
        repeated.StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
    }

    [Fact]
    public async Task Logging_out_of_a_browser_takes_its_cookies_and_needs_proof_like_anything_else()
    {
        using var browser = await Host.SignedInVisitorAsync(AccountsHost.NewEmail());
        browser.Origin = "https://evil.example";
        using (var forged = await browser.Client.PostAsync("/api/auth/logout", null, Stop))
            forged.StatusCode.ShouldBe(HttpStatusCode.Forbidden);
        browser.Origin = "http://127.0.0.1:3000";
        using (var answer = await browser.Client.PostAsync("/api/auth/logout", null, Stop))
            answer.StatusCode.ShouldBe(HttpStatusCode.NoContent);
        browser.Cookie("heretix_session").ShouldBeNull();
        using var nobody = await browser.Client.PostAsync("/api/auth/logout", null, Stop);
        nobody.StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
    }

    [Fact]
    public async Task Signing_in_again_with_a_token_gives_new_ones_and_ends_the_old_and_no_cookie_s_session()
    {
        var email = AccountsHost.NewEmail();
        var tokens = await ApiTokens.OfAsync(Host, email);
        using var browser = await Host.SignedInVisitorAsync(email);
        var link = await browser.AskForLinkAsync(Host, email);
        using var request = new HttpRequestMessage(HttpMethod.Get, $"{link}&tokens=true");
        request.Headers.TryAddWithoutValidation("Authorization", $"Bearer {tokens.Access}");
        using var answer = await browser.Client.SendAsync(request, Stop);
        answer.StatusCode.ShouldBe(HttpStatusCode.OK);
        (await tokens.StatusAsync(Host)).ShouldBe(HttpStatusCode.Unauthorized);
        (await tokens.RefusalAsync(Host)).ShouldBe((HttpStatusCode.Unauthorized, "invalid_token"));
        using var still = await browser.Client.GetAsync(Sessions, Stop);
        still.StatusCode.ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task Tokens_of_a_closed_account_end_at_once()
    {
        var email = AccountsHost.NewEmail();
        var tokens = await ApiTokens.OfAsync(Host, email);
        await accounts.ExecuteAsync($"update accounts.users set status = 'closed' where email = '{email}'");
        (await tokens.StatusAsync(Host)).ShouldBe(HttpStatusCode.Unauthorized);
        (await tokens.RefusalAsync(Host)).ShouldBe((HttpStatusCode.Unauthorized, "invalid_token"));
    }

    [Fact]
    public async Task Bad_tokens_are_counted_and_then_cost_nothing()
    {
        var counting = new CountingLimits(2);
        await using var host = await accounts.AnotherAsync(
            services: services => services.Replace(ServiceDescriptor.Singleton<IRateLimits>(counting)),
            options: new Dictionary<string, string?> { ["Heretix:Limits:bad_sessions:Permits"] = "2" }
        );
        using var client = host.Visitor();
        client.Client.DefaultRequestHeaders.TryAddWithoutValidation(
            "Authorization",
            "Bearer AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
        );
        foreach (var status in (int[])[401, 401, 429, 429])
        {
            using var answer = await client.Client.GetAsync("/api/me", Stop);
            ((int)answer.StatusCode).ShouldBe(status);
        }
        counting.Counted.ShouldContain(taken => taken.Policy == LimitNames.BadSessions);
        using var guess = await client.Client.PostAsJsonAsync("/api/auth/refresh", new { refresh_token = "x" }, Stop);
        guess.StatusCode.ShouldBe(HttpStatusCode.TooManyRequests);
    }

    private Task<long> TokensAsync(string email) =>
        accounts.ScalarAsync<long>(
            $"""
            select count(*) from accounts.refresh_tokens t join accounts.sessions s on s.id = t.session_id
            join accounts.users u on u.id = s.user_id where u.email = '{email}'
            """
        );

    private static async Task<(HttpStatusCode Status, string? Email)> MeAsync(Visitor visitor, string? access)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/api/me");
        if (access is not null)
            request.Headers.TryAddWithoutValidation("Authorization", $"Bearer {access}");
        using var answer = await visitor.Client.SendAsync(request, Stop);
        if (answer.StatusCode != HttpStatusCode.OK)
            return (answer.StatusCode, null);
        var body = await answer.Content.ReadFromJsonAsync<JsonElement>(Stop);
        return (answer.StatusCode, body.GetProperty("email").GetString());
    }
}
