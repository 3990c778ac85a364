using System.Net;
using System.Text.Json;
using System.Text.RegularExpressions;
using Heretix.Tests.Integration.Servers;

namespace Heretix.Tests.Integration.Accounts.Leaving;

/// <summary>Leaving, and coming back.</summary>
public sealed partial class DepartureTests(AccountsHost accounts) : IClassFixture<AccountsHost>
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    private HeretixHost Host => accounts.Host;

    [Fact]
    public async Task Who_leaves_is_signed_out_everywhere_and_is_told_until_when_that_can_be_undone()
    {
        var email = AccountsHost.NewEmail();
        using var computer = await Host.SignedInVisitorAsync(email);
        using var phone = await Host.SignedInVisitorAsync(email);
        using (var answer = await computer.LeaveAsync())
        {
            answer.StatusCode.ShouldBe(HttpStatusCode.NoContent);
            answer.Headers.CacheControl!.NoStore.ShouldBeTrue();
        }
        computer.Cookie("heretix_session").ShouldBeNull();
        computer.Cookie("heretix_csrf").ShouldBeNull();
        (await IsSignedInAsync(phone)).ShouldBeFalse();
        (await StatusAsync(email)).ShouldBe("leaving");
        (
            await CountAsync($"accounts.sessions s join accounts.users u on u.id = s.user_id and u.email = '{email}'")
        ).ShouldBe(0);
        var mail = await Host.MailAsync(email);
        var until = await accounts.ScalarAsync<DateTime>(
            $"select erase_at from accounts.departures d join accounts.users u on u.id = d.user_id where email = '{email}'"
        );
        mail.Text.ShouldContain($"Until {until:yyyy-MM-dd HH:mm} UTC");
        (until - accounts.Time.GetUtcNow().UtcDateTime).TotalDays.ShouldBeInRange(29.99, 30);
        // Not even the database knows the proof.
        var verifier = Leaver.TokenIn(mail).Split(':')[1];
        (await CountAsync($"accounts.departures where selector = '{verifier}'")).ShouldBe(0);
    }

    [Fact]
    public async Task Only_who_has_proven_the_address_learns_that_the_account_can_be_restored()
    {
        var email = AccountsHost.NewEmail();
        using (var visitor = await Host.SignedInVisitorAsync(email))
            await visitor.LeaveForTokenAsync(Host, email);
        using var again = Host.Visitor();
        // Asking answers like for any other address.
        var link = await again.AskForLinkAsync(Host, email);
        using var answer = await again.Client.GetAsync(link, Stop);
        answer.StatusCode.ShouldBe(HttpStatusCode.Forbidden);
        var problem = JsonElement.Parse(await answer.Content.ReadAsStringAsync(Stop));
        problem.GetProperty("error").GetString().ShouldBe("account_closed");
        (
            problem.GetProperty("restorable_until").GetDateTimeOffset() - accounts.Time.GetUtcNow()
        ).TotalDays.ShouldBeInRange(29.99, 30);
        again.Cookie("heretix_session").ShouldBeNull();
    }

    [Fact]
    public async Task Who_has_lost_the_mail_proves_the_address_and_gets_it_again()
    {
        var email = AccountsHost.NewEmail();
        string lost;
        using (var visitor = await Host.SignedInVisitorAsync(email))
            lost = await visitor.LeaveForTokenAsync(Host, email);
        while (
            await accounts.ScalarAsync<long>(
                $"select count(*) from accounts.departures d join accounts.users u on u.id = d.user_id where u.email = '{email}' and d.sent_at is not null"
            ) == 0
        )
            await Task.Delay(10, Stop);
        using var again = Host.Visitor();
        using (var answer = await again.Client.GetAsync(await again.AskForLinkAsync(Host, email), Stop))
            answer.StatusCode.ShouldBe(HttpStatusCode.Forbidden);
        var token = Leaver.TokenIn(await Host.MailAsync(email));
        (await Host.RestoreAsync(lost)).ShouldBe("invalid_token", "only the newest mail counts");
        (await Host.RestoreAsync(token)).ShouldBeNull();
        (await StatusAsync(email)).ShouldBe("active");
    }

    [Fact]
    public async Task Who_comes_back_can_sign_in_again_and_no_earlier_session_comes_to_life()
    {
        var email = AccountsHost.NewEmail();
        using var visitor = await Host.SignedInVisitorAsync(email);
        var session = visitor.Cookie("heretix_session");
        var token = await visitor.LeaveForTokenAsync(Host, email);
        // As a sign-in that read the account's status just before it was left would have it.
        await accounts.ExecuteAsync(
            $"""
            insert into accounts.sessions (id, user_id, kind, token_hash, created_at, last_seen_at, expires_at)
            select gen_random_uuid(), id, 'browser', sha256('{session}'), now(), now(), now() + interval '1 day'
            from accounts.users where email = '{email}'
            """
        );
        (await Host.RestoreAsync(token)).ShouldBeNull();
        (await StatusAsync(email)).ShouldBe("active");
        visitor.Plant("heretix_session", session);
        (await IsSignedInAsync(visitor)).ShouldBeFalse();
        using var back = await Host.SignedInVisitorAsync(email);
        (await IsSignedInAsync(back)).ShouldBeTrue();
        (await Host.RestoreAsync(token)).ShouldBe("token_used");

        // It can be left again, and the first token stays what it is.
        var second = await back.LeaveForTokenAsync(Host, email);
        (await Host.RestoreAsync(token)).ShouldBe("token_used");
        (await StatusAsync(email)).ShouldBe("leaving");
        (await Host.RestoreAsync(second)).ShouldBeNull();
    }

    [Fact]
    public async Task A_scanner_that_opens_the_link_restores_nothing_and_the_form_of_its_page_does()
    {
        var email = AccountsHost.NewEmail();
        using var visitor = await Host.SignedInVisitorAsync(email);
        var token = await visitor.LeaveForTokenAsync(Host, email);
        using var scanner = Host.Visitor();
        var link = new Uri($"/api/account/restore?token={token}", UriKind.Relative);
        using (var head = await scanner.Client.SendAsync(new HttpRequestMessage(HttpMethod.Head, link), Stop))
            head.StatusCode.ShouldBe(HttpStatusCode.OK);
        string page;
        using (var shown = await scanner.Client.GetAsync(link, Stop))
        {
            shown.StatusCode.ShouldBe(HttpStatusCode.OK);
            shown.Headers.GetValues("Referrer-Policy").Single().ShouldBe("no-referrer");
            page = await shown.Content.ReadAsStringAsync(Stop);
        }
        page.ShouldContain(email);
        (await StatusAsync(email)).ShouldBe("leaving");
        using var form = new FormUrlEncodedContent([new("token", Field().Match(page).Groups[1].Value)]);
        using var done = await scanner.Client.PostAsync(Action().Match(page).Groups[1].Value, form, Stop);
        done.StatusCode.ShouldBe(HttpStatusCode.OK);
        (await StatusAsync(email)).ShouldBe("active");
        scanner.Cookie("heretix_session").ShouldBeNull();
        using var used = await scanner.Client.GetAsync(link, Stop);
        (await AccountsHost.ErrorOf(used)).ShouldBe("token_used");
    }

    [Theory]
    [InlineData(null, 422, "validation_failed")]
    [InlineData("", 422, "validation_failed")]
    [InlineData("x", 400, "invalid_token")]
    [InlineData("00000000000000000000000000000000:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", 400, "invalid_token")]
    public async Task What_is_no_token_restores_nothing(string? token, int status, string error)
    {
        using var client = Host.Client();
        using var answer = await client.PostAsJsonAsync("/api/account/restore", new { token }, Stop);
        ((int)answer.StatusCode).ShouldBe(status);
        (await AccountsHost.ErrorOf(answer)).ShouldBe(error);
    }

    [Fact]
    public async Task Who_knows_only_half_of_the_token_restores_nothing_and_learns_nothing()
    {
        var email = AccountsHost.NewEmail();
        using var visitor = await Host.SignedInVisitorAsync(email);
        var token = await visitor.LeaveForTokenAsync(Host, email);
        var guess = token[..^1] + (token[^1] == 'A' ? 'E' : 'A');
        (await Host.RestoreAsync(guess)).ShouldBe("invalid_token");
        (await Host.RestoreAsync(token)).ShouldBeNull();
        (await Host.RestoreAsync(guess)).ShouldBe("invalid_token");
    }

    [Fact]
    public async Task A_forged_request_closes_nothing()
    {
        var email = AccountsHost.NewEmail();
        using var visitor = await Host.SignedInVisitorAsync(email);
        visitor.SendsCsrf = false;
        using (var answer = await visitor.LeaveAsync())
            answer.StatusCode.ShouldBe(HttpStatusCode.Forbidden);
        visitor.SendsCsrf = true;
        visitor.Origin = "https://evil.example";
        using (var answer = await visitor.LeaveAsync())
            answer.StatusCode.ShouldBe(HttpStatusCode.Forbidden);
        (await StatusAsync(email)).ShouldBe("active");
        using var nobody = Host.Visitor();
        using (var answer = await nobody.LeaveAsync())
            answer.StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
    }

    [Fact]
    public async Task Of_many_parallel_departures_and_restorations_on_two_servers_each_happens_once()
    {
        await using var second = await accounts.AnotherAsync();
        var email = AccountsHost.NewEmail();
        for (var round = 1; round <= 3; round++)
        {
            using var visitor = await Host.SignedInVisitorAsync(email);
            using var neighbour = new Visitor(second.Address);
            foreach (var cookie in (string[])["heretix_session", "heretix_csrf"])
                neighbour.Plant(cookie, visitor.Cookie(cookie));
            var left = await Task.WhenAll(
                Enumerable.Range(0, 20).Select(number => StatusOfAsync(number % 2 == 0 ? visitor : neighbour))
            );
            left.ShouldContain(204);
            left.ShouldAllBe(status => status == 204 || status == 401 || status == 403);
            (
                await CountAsync(
                    $"accounts.departures d join accounts.users u on u.id = d.user_id and email = '{email}'"
                )
            ).ShouldBe(round);
            var token = Leaver.TokenIn(await Host.MailAsync(email));
            var back = await Task.WhenAll(
                Enumerable.Range(0, 20).Select(number => (number % 2 == 0 ? Host : second).RestoreAsync(token))
            );
            back.Count(error => error is null).ShouldBe(1, string.Join(", ", back));
            back.Where(error => error is not null).ShouldAllBe(error => error == "token_used");
            Host.Services.GetRequiredService<CapturedMail>().Waiting(email).ShouldBe(0);
        }
        (await StatusAsync(email)).ShouldBe("active");
    }

    private static async Task<int> StatusOfAsync(Visitor visitor)
    {
        using var answer = await visitor.LeaveAsync();
        return (int)answer.StatusCode;
    }

    private static async Task<bool> IsSignedInAsync(Visitor visitor)
    {
        using var answer = await visitor.Client.GetAsync("/api/auth/sessions", Stop);
        return answer.StatusCode == HttpStatusCode.OK;
    }

    private Task<string> StatusAsync(string email) =>
        accounts.ScalarAsync<string>($"select status from accounts.users where email = '{email}'");

    private Task<long> CountAsync(string from) => accounts.ScalarAsync<long>($"select count(*) from {from}");

    [GeneratedRegex("<form method=\"post\" action=\"([^\"]+)\">")]
    private static partial Regex Action();

    [GeneratedRegex("<input type=\"hidden\" name=\"token\" value=\"([^\"]+)\">")]
    private static partial Regex Field();
}
