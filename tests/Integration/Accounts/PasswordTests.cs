using System.Net;
using System.Text.Json;
using System.Text.RegularExpressions;
using Heretix.Platform.Limits;
using Heretix.Platform.Mail;
using Heretix.Tests.Integration.Servers;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;

namespace Heretix.Tests.Integration.Accounts;

/// <summary>Passwords: chosen, proven together with the address, used, forgotten, guessed at.</summary>
public sealed partial class PasswordTests(AccountsHost accounts) : IClassFixture<AccountsHost>
{
    private const string Good = "correct horse battery";
    private const string Other = "another staple entirely";
    private static readonly Uri Sessions = new("/api/auth/sessions", UriKind.Relative);

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    private HeretixHost Host => accounts.Host;

    [Fact]
    public async Task An_account_is_made_with_its_password_when_the_link_is_opened_where_it_was_chosen()
    {
        var email = AccountsHost.NewEmail();
        using var browser = Host.Visitor();
        var link = await RegisterAsync(browser, email, Good);
        (await UsersAsync(email)).ShouldBe(0, "nothing is made before the address is proven");
        (await LoginAsync(email, Good)).ShouldBe((HttpStatusCode.Unauthorized, "invalid_credentials"));
        using (var opened = await browser.Client.GetAsync(link, Stop))
            opened.StatusCode.ShouldBe(HttpStatusCode.SeeOther);
        (await UsersAsync(email)).ShouldBe(1);
        using (var list = await browser.Client.GetAsync(Sessions, Stop))
            list.StatusCode.ShouldBe(HttpStatusCode.OK);
        (await LoginAsync(email, Good)).ShouldBe((HttpStatusCode.OK, null));
        (await LoginAsync(email.ToUpperInvariant(), Good)).ShouldBe((HttpStatusCode.OK, null));
        (await LoginAsync(email, Good + " ")).ShouldBe((HttpStatusCode.Unauthorized, "invalid_credentials"));
    }

    [Fact]
    public async Task A_password_that_is_far_too_long_costs_no_more_than_a_wrong_one()
    {
        // Marks in the wrong order, which composing would have to sort.
        var flood = new string('\u0301', 60_000) + new string('\u0316', 60_000);
        (await LoginAsync(AccountsHost.NewEmail(), flood)).ShouldBe(
            (HttpStatusCode.Unauthorized, "invalid_credentials")
        );
        using var browser = Host.Visitor();
        using var refused = await browser.Client.PostAsJsonAsync(
            "/api/auth/register",
            new { email = AccountsHost.NewEmail(), password = flood },
            Stop
        );
        refused.StatusCode.ShouldBe(HttpStatusCode.UnprocessableEntity);
    }

    [Fact]
    public async Task Elsewhere_the_link_asks_for_the_password_so_nobody_opens_an_account_for_a_stranger()
    {
        var email = AccountsHost.NewEmail();
        using var attacker = Host.Visitor();
        var link = await RegisterAsync(attacker, email, Good);
        using var victim = Host.Visitor();
        foreach (var password in (string?[])[null, "", "a guess of theirs"])
        {
            using var refused = await ConfirmAsync(victim, link, password);
            refused.StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
        }
        (await UsersAsync(email)).ShouldBe(0);
        (await LoginAsync(email, Good)).ShouldBe((HttpStatusCode.Unauthorized, "invalid_credentials"));

        using var phone = Host.Visitor();
        using var confirmed = await ConfirmAsync(phone, link, Good);
        confirmed.StatusCode.ShouldBe(HttpStatusCode.SeeOther);
        (await LoginAsync(email, Good)).ShouldBe((HttpStatusCode.OK, null));
    }

    [Fact]
    public async Task A_password_that_was_chosen_before_the_owner_came_by_link_is_worth_nothing()
    {
        var email = AccountsHost.NewEmail();
        using var attacker = Host.Visitor();
        var pending = await RegisterAsync(attacker, email, Good);
        using var owner = await Host.SignedInVisitorAsync(email);
        (await LoginAsync(email, Good)).ShouldBe((HttpStatusCode.Unauthorized, "invalid_credentials"));
        using var late = await attacker.Client.GetAsync(pending, Stop);
        late.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        (await AccountsHost.ErrorOf(late)).ShouldBe("token_expired");
        (await PasswordOfAsync(email)).ShouldBe("");
    }

    [Fact]
    public async Task The_answer_is_the_same_for_known_and_unknown_addresses_and_the_known_one_is_told_by_mail()
    {
        var known = AccountsHost.NewEmail();
        await MakeAsync(known, Good);
        var before = await PasswordOfAsync(known);
        using var visitor = Host.Visitor();
        using var one = await PostAsync(visitor, "register", new { email = known, password = Other });
        using var two = await PostAsync(visitor, "register", new { email = AccountsHost.NewEmail(), password = Other });
        ((int)one.StatusCode, await one.Content.ReadAsStringAsync(Stop)).ShouldBe(
            ((int)two.StatusCode, await two.Content.ReadAsStringAsync(Stop))
        );
        one.StatusCode.ShouldBe(HttpStatusCode.Created);
        Names(one).ShouldBe(Names(two));
        var mail = await MailAsync(known);
        mail.Subject.ShouldBe("You have a Heretix account");
        mail.Text.ShouldNotContain("token=");
        (await PasswordOfAsync(known)).ShouldBe(before);
    }

    [Fact]
    public async Task A_wrong_password_no_password_and_no_account_are_answered_alike()
    {
        var (with, without) = (AccountsHost.NewEmail(), AccountsHost.NewEmail());
        await MakeAsync(with, Good);
        using var visitor = await Host.SignedInVisitorAsync(without);
        var bodies = new List<string>();
        foreach (var email in (string[])[with, without, AccountsHost.NewEmail()])
        {
            using var answer = await PostAsync(visitor, "login", new { email, password = Other });
            answer.StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
            bodies.Add(await AccountsHost.BodyOf(answer));
        }
        bodies.Distinct().Count().ShouldBe(1);
        await accounts.ExecuteAsync($"update accounts.users set status = 'closed' where email = '{with}'");
        (await LoginAsync(with, Other)).ShouldBe((HttpStatusCode.Unauthorized, "invalid_credentials"));
        (await LoginAsync(with, Good)).ShouldBe(
            (HttpStatusCode.Forbidden, "account_closed"),
            "only who knows the password learns that the account is closed"
        );
    }

    [Fact]
    public async Task A_client_signs_in_with_a_password_for_tokens()
    {
        var email = AccountsHost.NewEmail();
        await MakeAsync(email, Good);
        using var client = Host.Visitor();
        using var answer = await PostAsync(client, "login?tokens=true", new { email, password = Good });
        var tokens = await ApiTokens.ReadAsync(answer);
        (await tokens.StatusAsync(Host)).ShouldBe(HttpStatusCode.OK);
        (await (await tokens.NextAsync(Host)).StatusAsync(Host)).ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task A_browser_gets_a_new_session_and_loses_the_one_it_had()
    {
        var email = AccountsHost.NewEmail();
        using var browser = await MakeAsync(email, Good);
        var old = browser.Cookie("heretix_session");
        using var answer = await PostAsync(browser, "login", new { email, password = Good });
        answer.StatusCode.ShouldBe(HttpStatusCode.OK);
        var body = await answer.Content.ReadFromJsonAsync<JsonElement>(Stop);
        body.GetProperty("email").GetString().ShouldBe(email);
        using var list = await browser.Client.GetAsync(Sessions, Stop);
        list.StatusCode.ShouldBe(HttpStatusCode.OK);
        using var thief = Host.Visitor();
        thief.Plant("heretix_session", old);
        using var refused = await thief.Client.GetAsync(Sessions, Stop);
        refused.StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
    }

    [Theory]
    [InlineData("short")]
    [InlineData("heretix2026")]
    [InlineData("example.org")]
    [InlineData(null)]
    public async Task A_weak_password_is_refused_with_the_reason(string? password)
    {
        using var visitor = Host.Visitor();
        using var answer = await PostAsync(visitor, "register", new { email = AccountsHost.NewEmail(), password });
        ((int)answer.StatusCode).ShouldBe(422);
        var body = await answer.Content.ReadFromJsonAsync<JsonElement>(Stop);
        body.GetProperty("errors").GetProperty("password")[0].GetString().ShouldNotBeNullOrEmpty();
    }

    [Fact]
    public async Task A_password_on_the_operator_s_list_is_refused_in_any_case()
    {
        var list = Path.GetTempFileName();
        await File.WriteAllTextAsync(list, "Correct Horse Battery\n", Stop);
        await using var host = await accounts.AnotherAsync(
            options: new Dictionary<string, string?> { ["PASSWORD_BLOCKLIST"] = list }
        );
        File.Delete(list);
        using var visitor = host.Visitor();
        foreach (var (password, status) in ((string, int)[])[(Good, 422), (Other, 201)])
        {
            using var answer = await PostAsync(visitor, "register", new { email = AccountsHost.NewEmail(), password });
            ((int)answer.StatusCode).ShouldBe(status);
        }
    }

    [Theory]
    [InlineData("forgot-password", "password_reset")]
    [InlineData("register", "magic_link_address")]
    public async Task Mails_to_one_address_are_limited_whether_it_is_known_or_not(string path, string policy)
    {
        await using var host = await accounts.AnotherAsync(
            services: services =>
                services.Replace(
                    ServiceDescriptor.Singleton<IRateLimits>(provider => provider.GetRequiredService<RateLimits>())
                ),
            options: new Dictionary<string, string?> { [$"Heretix:Limits:{policy}:Permits"] = "2" }
        );
        var known = AccountsHost.NewEmail();
        using var browser = await MakeAsync(known, Good);
        foreach (var email in (string[])[known, AccountsHost.NewEmail()])
        {
            var statuses = new List<int>();
            for (var number = 0; number < 3; number++)
            {
                using var visitor = host.Visitor();
                using var answer = await PostAsync(visitor, path, new { email, password = Other });
                statuses.Add((int)answer.StatusCode);
            }
            statuses[2].ShouldBe(429);
            statuses[..2].ShouldAllBe(status => status < 300);
        }
    }

    [Fact]
    public async Task No_database_connection_is_held_while_a_password_is_hashed()
    {
        await using var slow = await accounts.AnotherAsync(
            options: new Dictionary<string, string?> { ["Heretix:Accounts:PasswordIterations"] = "4000000" }
        );
        // The first check also makes the hash that nobody has; it is at work for seconds.
        var login = LoginAsync(AccountsHost.NewEmail(), Good, slow);
        await Task.Delay(TimeSpan.FromMilliseconds(700), Stop);
        login.IsCompleted.ShouldBeFalse();
        slow.Connections.HeldNow.ShouldBe(0);
        await login;
    }

    [Fact]
    public async Task A_reset_sets_the_password_once_and_ends_every_session()
    {
        var email = AccountsHost.NewEmail();
        using var browser = await MakeAsync(email, Good);
        var tokens = await ApiTokens.OfAsync(Host, email);
        var token = await ForgotAsync(email);
        using (var weak = await ResetAsync(token, "short"))
            ((int)weak.StatusCode).ShouldBe(422);
        using (var answer = await ResetAsync(token, Other))
            answer.StatusCode.ShouldBe(HttpStatusCode.NoContent);
        (await LoginAsync(email, Good)).ShouldBe((HttpStatusCode.Unauthorized, "invalid_credentials"));
        using (var list = await browser.Client.GetAsync(Sessions, Stop))
            list.StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
        (await tokens.StatusAsync(Host)).ShouldBe(HttpStatusCode.Unauthorized);
        (await tokens.RefusalAsync(Host)).Error.ShouldBe("invalid_token");
        (await LoginAsync(email, Other)).ShouldBe((HttpStatusCode.OK, null));
        using var again = await ResetAsync(token, Good);
        again.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        (await AccountsHost.ErrorOf(again)).ShouldBe("invalid_token");
    }

    [Fact]
    public async Task Of_many_resets_with_one_token_on_two_servers_one_succeeds()
    {
        await using var elsewhere = await accounts.AnotherAsync();
        var email = AccountsHost.NewEmail();
        using var browser = await MakeAsync(email, Good);
        var token = await ForgotAsync(email);
        var passwords = Enumerable.Range(0, 8).Select(number => $"{Other} {number}").ToArray();
        var statuses = await Task.WhenAll(
            passwords.Select(
                async (password, number) =>
                {
                    using var answer = await ResetAsync(token, password, number % 2 == 0 ? Host : elsewhere);
                    return answer.StatusCode;
                }
            )
        );
        statuses.Count(status => status == HttpStatusCode.NoContent).ShouldBe(1);
        statuses.Count(status => status == HttpStatusCode.BadRequest).ShouldBe(7);
        var winner = passwords[Array.IndexOf(statuses, HttpStatusCode.NoContent)];
        (await LoginAsync(email, winner)).ShouldBe((HttpStatusCode.OK, null));
    }

    [Fact]
    public async Task No_session_that_an_old_password_opened_outlives_a_reset()
    {
        await using var elsewhere = await accounts.AnotherAsync();
        for (var round = 0; round < 3; round++)
        {
            var email = AccountsHost.NewEmail();
            using var browser = await MakeAsync(email, Good);
            var token = await ForgotAsync(email);
            var logins = Enumerable.Range(0, 6).Select(_ => LoginAsync(email, Good, elsewhere)).ToArray();
            using var reset = await ResetAsync(token, Other);
            reset.StatusCode.ShouldBe(HttpStatusCode.NoContent);
            await Task.WhenAll(logins);
            (
                await accounts.ScalarAsync<long>(
                    $"select count(*) from accounts.sessions s join accounts.users u on u.id = s.user_id where u.email = '{email}'"
                )
            ).ShouldBe(0);
        }
    }

    [Fact]
    public async Task A_reset_ends_after_thirty_minutes_and_is_no_link_to_sign_in_by()
    {
        var email = AccountsHost.NewEmail();
        using var browser = await MakeAsync(email, Good);
        var token = await ForgotAsync(email);
        using (var callback = await browser.Client.GetAsync($"/api/auth/callback?token={token}", Stop))
            (await AccountsHost.ErrorOf(callback)).ShouldBe("invalid_token");
        var link = await browser.AskForLinkAsync(Host, email);
        using (var reset = await ResetAsync(link.OriginalString.Split('=')[1], Other))
            (await AccountsHost.ErrorOf(reset)).ShouldBe("invalid_token");
        accounts.Time.Pass(TimeSpan.FromMinutes(30));
        using var late = await ResetAsync(token, Other);
        (await AccountsHost.ErrorOf(late)).ShouldBe("invalid_token");
    }

    [Fact]
    public async Task Nobody_without_an_account_gets_a_mail_and_who_signs_in_by_link_can_set_a_password()
    {
        var (linked, unknown) = (AccountsHost.NewEmail(), AccountsHost.NewEmail());
        using var owner = await Host.SignedInVisitorAsync(linked);
        using var visitor = Host.Visitor();
        using (var answer = await PostAsync(visitor, "forgot-password", new { email = unknown }))
            answer.StatusCode.ShouldBe(HttpStatusCode.NoContent);
        var token = await ForgotAsync(linked);
        using (var reset = await ResetAsync(token, Good))
            reset.StatusCode.ShouldBe(HttpStatusCode.NoContent);
        (await LoginAsync(linked, Good)).ShouldBe((HttpStatusCode.OK, null));
        Host.Services.GetRequiredService<CapturedMail>().Waiting(unknown).ShouldBe(0);
    }

    [Fact]
    public async Task A_hash_of_less_work_is_made_anew_at_sign_in()
    {
        var email = AccountsHost.NewEmail();
        using var browser = await MakeAsync(email, Good);
        var old = new PasswordHasher<object>(
            Options.Create(new PasswordHasherOptions { IterationCount = 1000 })
        ).HashPassword(browser, Good);
        await accounts.ExecuteAsync($"update accounts.users set password_hash = '{old}' where email = '{email}'");
        (await LoginAsync(email, Good)).ShouldBe((HttpStatusCode.OK, null));
        var hash = await PasswordOfAsync(email);
        hash.ShouldNotBe(old);
        (await LoginAsync(email, Good)).ShouldBe((HttpStatusCode.OK, null));
        (await PasswordOfAsync(email)).ShouldBe(hash);
    }

    [Fact]
    public async Task One_account_cannot_be_guessed_at_from_many_addresses()
    {
        await using var host = await accounts.AnotherAsync(
            services: services =>
                services.Replace(
                    ServiceDescriptor.Singleton<IRateLimits>(provider => provider.GetRequiredService<RateLimits>())
                ),
            options: new Dictionary<string, string?> { ["Heretix:Limits:failed_sign_ins:Permits"] = "3" }
        );
        var (email, unknown) = (AccountsHost.NewEmail(), AccountsHost.NewEmail());
        using var browser = await MakeAsync(email, Good);
        foreach (var address in (string[])[email, unknown])
        {
            var guesses = await Task.WhenAll(
                Enumerable.Range(0, 8).Select(number => LoginAsync(address, $"{Other} {number}", host))
            );
            guesses.Count(guess => guess == (HttpStatusCode.Unauthorized, "invalid_credentials")).ShouldBe(3);
            guesses.Count(guess => guess == (HttpStatusCode.TooManyRequests, "rate_limited")).ShouldBe(5);
        }
        (await LoginAsync(email, Good, host)).ShouldBe((HttpStatusCode.TooManyRequests, "rate_limited"));
        (await LoginAsync(email, Good)).ShouldBe((HttpStatusCode.OK, null), "the other server counts for itself");
    }

    [Fact]
    public async Task Composed_and_decomposed_letters_are_one_password()
    {
        var email = AccountsHost.NewEmail();
        using var browser = await MakeAsync(email, "e\u0301tude en re\u0301");
        (await LoginAsync(email, "\u00e9tude en r\u00e9")).ShouldBe((HttpStatusCode.OK, null));
        (await LoginAsync(email, "etude en re")).ShouldBe((HttpStatusCode.Unauthorized, "invalid_credentials"));
    }

    [Fact]
    public async Task Of_many_openings_of_one_link_to_register_on_two_servers_one_account_comes()
    {
        await using var elsewhere = await accounts.AnotherAsync();
        var email = AccountsHost.NewEmail();
        using var browser = Host.Visitor();
        var link = await RegisterAsync(browser, email, Good);
        using var there = elsewhere.Visitor();
        there.Plant("heretix_link", browser.Cookie("heretix_link"));
        var statuses = await Task.WhenAll(
            Enumerable
                .Range(0, 12)
                .Select(async number =>
                {
                    using var answer = await (number % 2 == 0 ? browser : there).Client.GetAsync(link, Stop);
                    return answer.StatusCode;
                })
        );
        statuses.Count(status => status == HttpStatusCode.SeeOther).ShouldBe(1);
        (await UsersAsync(email)).ShouldBe(1);
        (await LoginAsync(email, Good)).ShouldBe((HttpStatusCode.OK, null));
    }

    [Fact]
    public async Task No_password_is_in_the_log_and_no_hash_is_taken_along()
    {
        var email = AccountsHost.NewEmail();
        using var browser = await MakeAsync(email, Good);
        await LoginAsync(email, Other);
        await LoginAsync(email, Good);
        var log = string.Join('\n', accounts.Logs.Lines);
        log.ShouldContain("signed in by password");
        foreach (var secret in (string[])[Good, Other, await PasswordOfAsync(email)])
            log.Contains(secret, StringComparison.Ordinal).ShouldBeFalse();
    }

    /// <summary>Somebody with an account and a password, signed in.</summary>
    private async Task<Visitor> MakeAsync(string email, string password)
    {
        var browser = Host.Visitor();
        using var opened = await browser.Client.GetAsync(await RegisterAsync(browser, email, password), Stop);
        opened.StatusCode.ShouldBe(HttpStatusCode.SeeOther);
        return browser;
    }

    private async Task<Uri> RegisterAsync(Visitor browser, string email, string password)
    {
        using var answer = await PostAsync(browser, "register", new { email, password });
        answer.StatusCode.ShouldBe(HttpStatusCode.Created, await answer.Content.ReadAsStringAsync(Stop));
        return await Host.NextLinkAsync(email);
    }

    private async Task<HttpResponseMessage> ConfirmAsync(Visitor visitor, Uri link, string? password)
    {
        var page = await visitor.Client.GetStringAsync(link, Stop);
        page.ShouldContain("type=\"password\"");
        var fields = Hidden().Matches(page).ToDictionary(m => m.Groups[1].Value, m => m.Groups[2].Value);
        if (password is not null)
            fields["password"] = password;
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/auth/callback")
        {
            Content = new FormUrlEncodedContent(fields),
        };
        request.Headers.Add("Origin", "http://127.0.0.1:8000");
        return await visitor.Client.SendAsync(request, Stop);
    }

    private async Task<(HttpStatusCode Status, string? Error)> LoginAsync(
        string email,
        string password,
        HeretixHost? host = null
    )
    {
        using var visitor = (host ?? Host).Visitor();
        using var answer = await PostAsync(visitor, "login", new { email, password });
        return (answer.StatusCode, answer.StatusCode == HttpStatusCode.OK ? null : await AccountsHost.ErrorOf(answer));
    }

    private async Task<string> ForgotAsync(string email)
    {
        using var visitor = Host.Visitor();
        using var answer = await PostAsync(visitor, "forgot-password", new { email });
        answer.StatusCode.ShouldBe(HttpStatusCode.NoContent);
        return ResetToken().Match((await MailAsync(email)).Text).Groups[1].Value;
    }

    private async Task<HttpResponseMessage> ResetAsync(string token, string password, HeretixHost? host = null)
    {
        using var visitor = (host ?? Host).Visitor();
        return await PostAsync(visitor, "reset-password", new { token, password });
    }

    private static Task<HttpResponseMessage> PostAsync(Visitor visitor, string path, object body) =>
        visitor.Client.PostAsJsonAsync($"/api/auth/{path}", body, Stop);

    private Task<MailMessage> MailAsync(string email) =>
        Host.Services.GetRequiredService<CapturedMail>().NextAsync(email);

    private Task<long> UsersAsync(string email) =>
        accounts.ScalarAsync<long>($"select count(*) from accounts.users where email = '{email}'");

    private Task<string> PasswordOfAsync(string email) =>
        accounts.ScalarAsync<string>($"select coalesce(password_hash, '') from accounts.users where email = '{email}'");

    private static string[] Names(HttpResponseMessage answer) =>
        [.. answer.Headers.Select(header => header.Key).Order(StringComparer.Ordinal)];

    [GeneratedRegex("name=\"([a-z]+)\" value=\"([^\"]+)\"")]
    private static partial Regex Hidden();

    [GeneratedRegex(@"/reset-password\?token=(\S+)")]
    private static partial Regex ResetToken();
}
