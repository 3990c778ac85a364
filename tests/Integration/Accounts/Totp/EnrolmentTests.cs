using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using Heretix.Tests.Integration.Servers;

namespace Heretix.Tests.Integration.Accounts.Totp;

/// <summary>Setting a second factor up, taking it away, and what that does to sessions.</summary>
public sealed class EnrolmentTests(AccountsHost accounts) : IClassFixture<AccountsHost>
{
    private static readonly Uri State = new("/api/auth/totp", UriKind.Relative);

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    private HeretixHost Host => accounts.Host;

    [Fact]
    public async Task A_secret_counts_once_it_is_confirmed_and_then_ten_recovery_codes_come()
    {
        var email = AccountsHost.NewEmail();
        using var browser = await Host.SignedInVisitorAsync(email);
        (await StateAsync(browser)).ShouldBe((false, 0, false));
        var app = await Authenticator.BeginAsync(browser.Client, accounts.Time.GetUtcNow, accounts.Time.Pass);
        (await StateAsync(browser)).ShouldBe((false, 0, false), "it is a wish yet");
        (await browser.PostAsync("/api/auth/totp/confirm", new { code = app.Wrong() }).OutcomeAsync()).ShouldBe(
            (403, "invalid_code")
        );
        (await browser.PostAsync("/api/auth/totp/confirm", new { code = "" }).OutcomeAsync()).ShouldBe(
            (422, "validation_failed")
        );
        await app.ConfirmAsync(browser.Client);
        app.RecoveryCodes.Distinct(StringComparer.Ordinal).Count().ShouldBe(10);
        app.Confirmed.GetProperty("tokens").ValueKind.ShouldBe(JsonValueKind.Null);
        (await StateAsync(browser)).ShouldBe((true, 10, false));
        (await browser.PostAsync("/api/auth/totp/confirm", new { code = app.Next() }).OutcomeAsync()).ShouldBe(
            (409, "totp_already_enabled")
        );
        (await browser.Client.PostAsync(State, null, Stop).OutcomeAsync()).ShouldBe((409, "totp_already_enabled"));
        (await Host.NoticeAsync(email)).ShouldBe("totp_enabled");
    }

    [Fact]
    public async Task Enabling_gives_this_browser_a_new_cookie_and_ends_every_other_session()
    {
        var email = AccountsHost.NewEmail();
        using var browser = await Host.SignedInVisitorAsync(email);
        using var other = await Host.SignedInVisitorAsync(email);
        var tokens = await ApiTokens.OfAsync(Host, email);
        var before = browser.Cookie("heretix_session")!;
        await Authenticator.SetUpAsync(browser, accounts.Time);
        browser.Cookie("heretix_session").ShouldNotBe(before);
        (await browser.StatusAsync()).ShouldBe(200);
        (await other.StatusAsync()).ShouldBe(401);
        (await tokens.StatusAsync(Host)).ShouldBe(HttpStatusCode.Unauthorized);
        (await tokens.RefusalAsync(Host)).Error.ShouldBe("invalid_token");
        using var thief = Host.Visitor();
        thief.Plant("heretix_session", before);
        (await thief.StatusAsync()).ShouldBe(401, "the cookie from before is worth nothing");
        // The CSRF token went along: an unsafe request passes.
        using var ended = await browser.Client.DeleteAsync("/api/auth/sessions", Stop);
        ended.StatusCode.ShouldBe(HttpStatusCode.NoContent);
    }

    [Fact]
    public async Task An_API_client_goes_on_with_the_tokens_of_the_answer()
    {
        var email = AccountsHost.NewEmail();
        var tokens = await ApiTokens.OfAsync(Host, email);
        using var browser = await Host.SignedInVisitorAsync(email);
        using var client = Bearer(tokens);
        var app = await (
            await Authenticator.BeginAsync(client, accounts.Time.GetUtcNow, accounts.Time.Pass)
        ).ConfirmAsync(client);
        var next = Read(app.Confirmed.GetProperty("tokens"));
        (await tokens.StatusAsync(Host)).ShouldBe(HttpStatusCode.Unauthorized);
        (await next.StatusAsync(Host)).ShouldBe(HttpStatusCode.OK);
        (await browser.StatusAsync()).ShouldBe(401);

        using var again = Bearer(next);
        using var disabled = await again.PostAsJsonAsync("/api/auth/totp/disable", new { code = app.Next() }, Stop);
        disabled.StatusCode.ShouldBe(HttpStatusCode.OK, await disabled.Content.ReadAsStringAsync(Stop));
        var last = Read(JsonElement.Parse(await disabled.Content.ReadAsStringAsync(Stop)));
        (await next.StatusAsync(Host)).ShouldBe(HttpStatusCode.Unauthorized);
        (await last.StatusAsync(Host)).ShouldBe(HttpStatusCode.OK);
        (await (await last.NextAsync(Host)).StatusAsync(Host)).ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task Only_a_new_session_sets_a_factor_up_and_a_secret_does_not_wait_for_ever()
    {
        var email = AccountsHost.NewEmail();
        using var browser = await Host.SignedInVisitorAsync(email);
        var app = await Authenticator.BeginAsync(browser.Client, accounts.Time.GetUtcNow, accounts.Time.Pass);
        accounts.Time.Pass(TimeSpan.FromMinutes(15));
        (await browser.Client.PostAsync(State, null, Stop).OutcomeAsync()).ShouldBe((403, "reauthentication_required"));
        (await browser.PostAsync("/api/auth/totp/confirm", new { code = app.Code() }).OutcomeAsync()).ShouldBe(
            (409, "totp_not_begun")
        );
        using var again = await Host.SignedInVisitorAsync(email);
        await Authenticator.SetUpAsync(again, accounts.Time);
    }

    [Fact]
    public async Task A_code_takes_the_factor_away_and_a_session_alone_does_not()
    {
        var (email, browser, app) = await accounts.SetUpAsync();
        using var first = browser;
        foreach (var code in (string[])[app.Wrong(), "AAAA-AAAA-AAAA-AAAA-AAAA-AAAA", "x"])
            (await browser.PostAsync("/api/auth/totp/disable", new { code }).OutcomeAsync()).ShouldBe(
                (403, "invalid_code")
            );
        var before = browser.Cookie("heretix_session");
        using (var done = await browser.PostAsync("/api/auth/totp/disable", new { code = app.RecoveryCodes[3] }))
            done.StatusCode.ShouldBe(HttpStatusCode.NoContent);
        browser.Cookie("heretix_session").ShouldNotBe(before);
        (await StateAsync(browser)).ShouldBe((false, 0, false));
        (await Host.NoticeAsync(email)).ShouldBe("totp_disabled");
        (await browser.PostAsync("/api/auth/totp/disable", new { code = app.Next() }).OutcomeAsync()).ShouldBe(
            (409, "totp_not_enabled")
        );
        using var plain = await Host.SignedInVisitorAsync(email);
        (
            await accounts.ScalarAsync<long>(
                $"select count(*) from accounts.recovery_codes c join accounts.users u on u.id = c.user_id where u.email = '{email}'"
            )
        ).ShouldBe(0);
    }

    [Fact]
    public async Task New_recovery_codes_void_the_ones_before()
    {
        var (email, browser, app) = await accounts.SetUpAsync();
        using var first = browser;
        using var made = await browser.PostAsync("/api/auth/totp/recovery-codes", new { code = app.Next() });
        made.StatusCode.ShouldBe(HttpStatusCode.OK);
        var fresh = JsonElement
            .Parse(await made.Content.ReadAsStringAsync(Stop))
            .GetProperty("recovery_codes")
            .EnumerateArray()
            .Select(code => code.GetString()!)
            .ToList();
        fresh.Intersect(app.RecoveryCodes, StringComparer.Ordinal).ShouldBeEmpty();
        (await Host.NoticeAsync(email)).ShouldBe("recovery_codes_renewed");
        using var other = await Host.FirstStepAsync(email);
        (await other.VerifyAsync(app.RecoveryCodes[0]).OutcomeAsync()).ShouldBe((401, "invalid_code"));
        (await other.VerifyAsync(fresh[0].ToLowerInvariant()).OutcomeAsync()).ShouldBe((200, null));
        (await Host.NoticeAsync(email)).ShouldBe("recovery_code_used");
        (await StateAsync(other)).ShouldBe((true, 9, false));
    }

    [Fact]
    public async Task No_sign_in_that_runs_beside_the_enabling_leaves_a_session_of_one_factor()
    {
        await using var elsewhere = await accounts.AnotherAsync();
        for (var round = 0; round < 3; round++)
        {
            var email = AccountsHost.NewEmail();
            using (await Host.SignedInVisitorAsync(email))
                await Host.SetPasswordAsync(email);
            using var browser = await Host.SignedInVisitorAsync(email);
            var app = await Authenticator.BeginAsync(browser.Client, accounts.Time.GetUtcNow, accounts.Time.Pass);
            var logins = Enumerable.Range(0, 6).Select(_ => elsewhere.LoginAsync(email)).ToArray();
            await app.ConfirmAsync(browser.Client);
            foreach (var (visitor, answer) in await Task.WhenAll(logins))
            {
                ((int)answer.StatusCode).ShouldBeOneOf(200, 403);
                visitor.Dispose();
                answer.Dispose();
            }
            (
                await accounts.ScalarAsync<long>(
                    $"select count(*) from accounts.sessions s join accounts.users u on u.id = s.user_id where u.email = '{email}'"
                )
            ).ShouldBe(1);
        }
    }

    [Fact]
    public async Task Neither_secret_nor_code_nor_challenge_is_readable_in_the_database_or_in_the_log()
    {
        var (email, browser, app) = await accounts.SetUpAsync();
        using var first = browser;
        var challenge = await Host.FirstStepForTokensAsync(email);
        using var waiting = await Host.FirstStepAsync(email);
        var code = app.Next();
        using (var answer = await Host.VerifyAsync(code, challenge))
            await ApiTokens.ReadAsync(answer);
        string[] secrets = [app.Secret, challenge, waiting.Cookie("heretix_challenge")!, .. app.RecoveryCodes];
        var log = string.Join('\n', accounts.Logs.Lines);
        log.ShouldContain("the second is asked for");
        var rows = await accounts.ScalarAsync<string>(
            """
            select concat((select string_agg(t::text, '') from accounts.totp t),
              (select string_agg(t::text, '') from accounts.recovery_codes t),
              (select string_agg(t::text, '') from accounts.sign_in_challenges t))
            """
        );
        rows.Length.ShouldBeGreaterThan(1000);
        foreach (var secret in secrets)
        {
            log.Contains(secret, StringComparison.OrdinalIgnoreCase).ShouldBeFalse();
            rows.Contains(secret, StringComparison.OrdinalIgnoreCase).ShouldBeFalse();
            var bytes = System.Text.Encoding.ASCII.GetBytes(secret);
            rows.Contains(Convert.ToHexString(bytes), StringComparison.OrdinalIgnoreCase).ShouldBeFalse();
        }
        var exported = await browser.Client.GetStringAsync("/api/account/export", Stop);
        exported.ShouldContain("second_factor");
        foreach (var secret in secrets)
            exported.ShouldNotContain(secret);
    }

    private HttpClient Bearer(ApiTokens tokens)
    {
        var client = Host.Client();
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", tokens.Access);
        return client;
    }

    private static ApiTokens Read(JsonElement tokens) =>
        new(tokens.GetProperty("access_token").GetString()!, tokens.GetProperty("refresh_token").GetString()!);

    private static async Task<(bool Enabled, int Left, bool Required)> StateAsync(Visitor visitor)
    {
        var state = JsonElement.Parse(await visitor.Client.GetStringAsync(State, Stop));
        (state.GetProperty("since").ValueKind == JsonValueKind.Null).ShouldBe(
            !state.GetProperty("enabled").GetBoolean()
        );
        return (
            state.GetProperty("enabled").GetBoolean(),
            state.GetProperty("recovery_codes_left").GetInt32(),
            state.GetProperty("required").GetBoolean()
        );
    }
}
