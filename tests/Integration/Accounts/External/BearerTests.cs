using System.Net;
using System.Text.Json;
using Heretix.Accounts.Retention;
using Heretix.Platform.Jobs;
using Heretix.Tests.Integration.Accounts.Leaving;
using Heretix.Tests.Integration.Servers;

namespace Heretix.Tests.Integration.Accounts.External;

/// <summary>Session tokens of an issuer like Clerk, which come with every request and often know no address.</summary>
public sealed class BearerTests(ExternalHost external) : IClassFixture<ExternalHost>
{
    private static readonly DateTimeOffset LongAgo = DateTimeOffset.UnixEpoch;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    private HeretixHost Host => external.Host;

    [Fact]
    public async Task The_first_request_makes_an_account_without_an_address_and_all_others_are_of_it()
    {
        var subject = ExternalHost.NewSubject();
        using var heard = new Heard(Host);
        var me = await MeAsync(external.ClerkToken(subject));
        me.GetProperty("authenticated").GetBoolean().ShouldBeTrue();
        me.GetProperty("email").ValueKind.ShouldBe(JsonValueKind.Null);
        me.GetProperty("plan").GetString().ShouldBe("trial");
        var again = await MeAsync(external.ClerkToken(subject));
        again.GetProperty("user_id").GetGuid().ShouldBe(me.GetProperty("user_id").GetGuid());
        heard.Counts["heretix.sign_ins.completed method=oidc new_user=True"].ShouldBe(1);
        (
            await external.CountAsync($"accounts.sessions where user_id = '{await external.UserOfAsync(subject)}'")
        ).ShouldBe(0);
    }

    [Fact]
    public async Task One_token_is_good_for_many_requests_and_needs_neither_origin_nor_csrf_token()
    {
        var token = external.ClerkToken(ExternalHost.NewSubject());
        using (var answer = await ExternalHost.SendAsync(Host, token, "/api/auth/sessions", HttpMethod.Delete))
            answer.StatusCode.ShouldBe(HttpStatusCode.NoContent);
        using (var answer = await ExternalHost.SendAsync(Host, token, "/api/auth/logout", HttpMethod.Post))
            answer.StatusCode.ShouldBe(HttpStatusCode.NoContent);
        using var last = await ExternalHost.SendAsync(Host, token, "/api/auth/sessions");
        last.StatusCode.ShouldBe(HttpStatusCode.OK, "the session is the issuer's, and goes on there");
        (await last.Content.ReadFromJsonAsync<JsonElement>(Stop)).GetProperty("items").GetArrayLength().ShouldBe(0);
    }

    [Fact]
    public async Task A_check_of_such_a_user_is_counted_and_answered_once_for_a_key()
    {
        var token = external.ClerkToken(ExternalHost.NewSubject());
        var bodies = new List<string>();
        for (var number = 0; number < 2; number++)
        {
            using var client = Host.Visitor();
            using var request = new HttpRequestMessage(HttpMethod.Post, "/api/checks/run")
            {
                Content = JsonContent.Create(
                    new
                    {
                        claim = "Rivers run to the sea",
                        mock = true,
                        K = 4,
                        R = 1,
                        B = 200,
                    },
                    options: JsonSerializerOptions.Default
                ),
            };
            request.Headers.Authorization = new("Bearer", token);
            request.Headers.Add("Idempotency-Key", "the-same");
            using var answer = await client.Client.SendAsync(request, Stop);
            answer.StatusCode.ShouldBe(HttpStatusCode.OK, await answer.Content.ReadAsStringAsync(Stop));
            bodies.Add(await answer.Content.ReadAsStringAsync(Stop));
        }
        bodies[1].ShouldBe(bodies[0]);
        (await MeAsync(token)).GetProperty("checks_used").GetInt32().ShouldBe(1);
    }

    [Fact]
    public async Task It_must_have_been_made_for_our_page()
    {
        foreach (var party in (string?[])["https://evil.example", null, "", "http://127.0.0.1:3000/"])
        {
            var claims = ExternalHost.With(external.ClerkClaims(ExternalHost.NewSubject()), "azp", party);
            await InvalidAsync(external.Clerk.Sign(claims));
        }
    }

    [Fact]
    public async Task It_must_be_true_like_any_other_token()
    {
        var now = external.Time.GetUtcNow().ToUnixTimeSeconds();
        await InvalidAsync(external.Clerk.Sign(ExternalHost.With(Claims(), "exp", now - 6)));
        await InvalidAsync(external.Clerk.Sign(ExternalHost.With(Claims(), "nbf", now + 60)));
        await InvalidAsync(external.Clerk.Sign(ExternalHost.With(Claims(), "iss", "https://evil.example")));
        await InvalidAsync(external.Google.Sign(Claims()));
        await InvalidAsync(external.Clerk.Key.Sign("""{"alg":"none"}""", Claims().ToJsonString()));
        await InvalidAsync(external.GoogleToken(ExternalHost.NewSubject(), AccountsHost.NewEmail()));
        await InvalidAsync("a.b.c");
        await InvalidAsync("..");

        System.Text.Json.Nodes.JsonObject Claims() => external.ClerkClaims(ExternalHost.NewSubject());
    }

    [Fact]
    public async Task It_comes_before_the_cookie()
    {
        var email = AccountsHost.NewEmail();
        using var browser = await Host.SignedInVisitorAsync(email);
        var subject = ExternalHost.NewSubject();
        using (var answer = await SendAsync(browser, external.ClerkToken(subject)))
        {
            var me = await answer.Content.ReadFromJsonAsync<JsonElement>(Stop);
            me.GetProperty("user_id").GetGuid().ShouldBe(await external.UserOfAsync(subject));
        }
        using (var answer = await SendAsync(browser, "a.b.c"))
            answer.StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
        var own = JsonElement.Parse(await browser.Client.GetStringAsync("/api/me", Stop));
        own.GetProperty("email").GetString().ShouldBe(email, "the cookie is as it was");
    }

    [Fact]
    public async Task A_verified_address_in_it_leads_to_the_account_that_has_it()
    {
        var (email, subject) = (AccountsHost.NewEmail(), ExternalHost.NewSubject());
        using var visitor = await Host.SignedInVisitorAsync(email);
        var claims = external.ClerkClaims(subject);
        (claims["email"], claims["email_verified"]) = (email, true);
        (await MeAsync(external.Clerk.Sign(claims))).GetProperty("email").GetString().ShouldBe(email);
        var unverified = external.ClerkClaims(ExternalHost.NewSubject());
        (unverified["email"], unverified["email_verified"]) = (email, false);
        (await MeAsync(external.Clerk.Sign(unverified))).GetProperty("email").ValueKind.ShouldBe(JsonValueKind.Null);
    }

    [Fact]
    public async Task Of_two_ways_in_the_last_one_stays()
    {
        var subject = ExternalHost.NewSubject();
        var token = external.ClerkToken(subject);
        var mine = await IdentityAsync(token);
        using (
            var answer = await ExternalHost.SendAsync(Host, token, $"/api/auth/identities/{mine}", HttpMethod.Delete)
        )
        {
            answer.StatusCode.ShouldBe(HttpStatusCode.Conflict);
            (await AccountsHost.ErrorOf(answer)).ShouldBe("last_way_in");
        }
        var google = ExternalHost.NewSubject();
        using (
            var answer = await ExternalHost.SendAsync(
                Host,
                token,
                "/api/auth/identities",
                HttpMethod.Post,
                new { issuer = "google", id_token = external.GoogleToken(google, null) }
            )
        )
            answer.StatusCode.ShouldBe(HttpStatusCode.Created, await answer.Content.ReadAsStringAsync(Stop));
        var other = await external.ScalarAsync<Guid>(
            $"select id from accounts.external_identities where subject = '{google}'"
        );
        var answers = await Task.WhenAll(
            new[] { mine, other }.Select(id =>
                ExternalHost.SendAsync(
                    Host,
                    external.ClerkToken(subject),
                    $"/api/auth/identities/{id}",
                    HttpMethod.Delete
                )
            )
        );
        (
            await external.CountAsync(
                $"accounts.external_identities where user_id = '{await external.UserOfAsync(subject)}' and unlinked_at is null"
            )
        ).ShouldBe(1, string.Join(", ", answers.Select(answer => answer.StatusCode)));
    }

    [Fact]
    public async Task What_was_unlinked_is_no_token_any_more()
    {
        var (subject, google) = (ExternalHost.NewSubject(), ExternalHost.NewSubject());
        var token = external.ClerkToken(subject);
        var mine = await IdentityAsync(token);
        var body = new { issuer = "google", id_token = external.GoogleToken(google, null) };
        using (await ExternalHost.SendAsync(Host, token, "/api/auth/identities", HttpMethod.Post, body)) { }
        using (
            var answer = await ExternalHost.SendAsync(Host, token, $"/api/auth/identities/{mine}", HttpMethod.Delete)
        )
            answer.StatusCode.ShouldBe(HttpStatusCode.NoContent);
        await InvalidAsync(token);
        (await external.OutcomeAsync("google", external.GoogleToken(google, null))).ShouldBe((200, null));
    }

    [Fact]
    public async Task Who_has_no_address_leaves_and_comes_back_by_the_identity()
    {
        var subject = ExternalHost.NewSubject();
        var token = external.ClerkToken(subject);
        var user = (await MeAsync(token)).GetProperty("user_id").GetGuid();
        using (var answer = await ExternalHost.SendAsync(Host, token, "/api/account", HttpMethod.Delete))
            answer.StatusCode.ShouldBe(HttpStatusCode.NoContent);
        foreach (var path in (string[])["/api/me", "/api/auth/identities", "/api/nothing-here"])
        {
            using var answer = await ExternalHost.SendAsync(Host, token, path);
            answer.StatusCode.ShouldBe(HttpStatusCode.Forbidden);
            var closed = await answer.Content.ReadFromJsonAsync<JsonElement>(Stop);
            closed.GetProperty("error").GetString().ShouldBe("account_closed");
            closed.GetProperty("restorable_until").GetDateTimeOffset().ShouldBeGreaterThan(LongAgo);
        }
        (await RestoreAsync(external.ClerkToken(ExternalHost.NewSubject()))).ShouldBe((400, "invalid_token"));
        (await RestoreAsync("a.b.c")).ShouldBe((401, "invalid_token"));
        (await RestoreAsync(token)).ShouldBe((204, null));
        (await RestoreAsync(token)).ShouldBe((401, "token_used"));
        (await RestoreAsync(external.ClerkToken(subject))).ShouldBe(
            (400, "invalid_token"),
            "there is nothing to restore"
        );
        (await MeAsync(external.ClerkToken(subject))).GetProperty("user_id").GetGuid().ShouldBe(user);
    }

    [Fact]
    public async Task Who_has_no_address_is_erased_like_anybody_else_and_takes_everything_along_before()
    {
        var subject = ExternalHost.NewSubject();
        var user = (await MeAsync(external.ClerkToken(subject))).GetProperty("user_id").GetGuid();
        using (var answer = await ExternalHost.SendAsync(Host, external.ClerkToken(subject), "/api/account/export"))
        {
            var export = await answer.Content.ReadFromJsonAsync<JsonElement>(Stop);
            var account = export.GetProperty("accounts");
            account.GetProperty("email").ValueKind.ShouldBe(JsonValueKind.Null);
            account.GetProperty("identities")[0].GetProperty("subject").GetString().ShouldBe(subject);
        }
        using (await ExternalHost.SendAsync(Host, external.ClerkToken(subject), "/api/account", HttpMethod.Delete)) { }
        external.Time.Pass(TimeSpan.FromDays(31));
        (await RestoreAsync(external.ClerkToken(subject))).ShouldBe((400, "invalid_token"), "the time is over");
        await Host.EraseAsync();
        (await external.CountAsync($"accounts.users where id = '{user}'")).ShouldBe(0);
        (await external.CountAsync($"accounts.external_identities where subject = '{subject}'")).ShouldBe(0);
        (await MeAsync(external.ClerkToken(subject))).GetProperty("user_id").GetGuid().ShouldNotBe(user);
    }

    [Fact]
    public async Task What_was_used_up_goes_when_it_has_expired()
    {
        var token = external.GoogleToken(ExternalHost.NewSubject(), AccountsHost.NewEmail());
        (await external.OutcomeAsync("google", token)).ShouldBe((200, null));
        using (var visitor = Host.Visitor())
            await NonceTests.NonceAsync(visitor);
        await PurgeAsync();
        (await external.CountAsync("accounts.used_tokens")).ShouldBeGreaterThan(0);
        (await external.CountAsync("accounts.nonces")).ShouldBeGreaterThan(0);
        external.Time.Pass(TimeSpan.FromMinutes(21));
        await PurgeAsync();
        (await external.CountAsync("accounts.used_tokens")).ShouldBe(0);
        (await external.CountAsync("accounts.nonces")).ShouldBe(0);
        (await external.OutcomeAsync("google", token)).ShouldBe((401, "invalid_token"), "it has expired as well");
    }

    private async Task PurgeAsync()
    {
        await using var scope = Host.Services.CreateAsyncScope();
        await scope
            .ServiceProvider.GetRequiredService<ExpiredRows>()
            .RunAsync(new JobRun(ExpiredRows.Kind, "now", 1, Host.OpenDb), Stop);
    }

    private async Task<JsonElement> MeAsync(string token)
    {
        using var answer = await ExternalHost.SendAsync(Host, token);
        answer.StatusCode.ShouldBe(HttpStatusCode.OK, await answer.Content.ReadAsStringAsync(Stop));
        answer.Headers.CacheControl!.NoStore.ShouldBeTrue();
        return await answer.Content.ReadFromJsonAsync<JsonElement>(Stop);
    }

    private async Task<Guid> IdentityAsync(string token)
    {
        using var answer = await ExternalHost.SendAsync(Host, token, "/api/auth/identities");
        var page = await answer.Content.ReadFromJsonAsync<JsonElement>(Stop);
        return page.GetProperty("items")[0].GetProperty("id").GetGuid();
    }

    private async Task InvalidAsync(string token)
    {
        var users = await external.CountAsync("accounts.users");
        using var answer = await ExternalHost.SendAsync(Host, token);
        answer.StatusCode.ShouldBe(HttpStatusCode.Unauthorized, token);
        (await AccountsHost.ErrorOf(answer)).ShouldBe("invalid_token");
        answer.Headers.WwwAuthenticate.ToString().ShouldBe("Bearer error=\"invalid_token\"");
        (await external.CountAsync("accounts.users")).ShouldBe(users);
    }

    private async Task<(int Status, string? Error)> RestoreAsync(string token)
    {
        using var client = Host.Client();
        using var answer = await client.PostAsJsonAsync(
            "/api/account/restore",
            new { issuer = "clerk", id_token = token },
            Stop
        );
        return ((int)answer.StatusCode, answer.IsSuccessStatusCode ? null : await AccountsHost.ErrorOf(answer));
    }

    private static async Task<HttpResponseMessage> SendAsync(Visitor browser, string token)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/api/me");
        request.Headers.Authorization = new("Bearer", token);
        return await browser.Client.SendAsync(request, Stop);
    }
}
