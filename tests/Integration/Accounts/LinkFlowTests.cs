using System.Net;
using System.Text.RegularExpressions;
using Heretix.Tests.Integration.Servers;

namespace Heretix.Tests.Integration.Accounts;

/// <summary>Signing in by link, as people, their browsers, and the scanners of their mail do it.</summary>
public sealed partial class LinkFlowTests(AccountsHost accounts) : IClassFixture<AccountsHost>
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    private HeretixHost Host => accounts.Host;

    [Fact]
    public async Task Who_asks_for_a_link_and_opens_it_in_the_same_browser_is_signed_in_at_the_application()
    {
        var email = AccountsHost.NewEmail();
        using var visitor = Host.Visitor();
        var link = await visitor.AskForLinkAsync(Host, $"  {email.ToUpperInvariant()} ");
        using var answer = await visitor.Client.GetAsync(link, Stop);
        answer.StatusCode.ShouldBe(HttpStatusCode.SeeOther);
        answer.Headers.Location!.AbsoluteUri.ShouldBe("http://127.0.0.1:3000/?signed=1");
        answer.Headers.CacheControl!.NoStore.ShouldBeTrue();
        (await IsSignedInAsync(visitor)).ShouldBeTrue();
        visitor.Cookie("heretix_link").ShouldBeNull();
        (await accounts.ScalarAsync<string>($"select status from accounts.users where email = '{email}'")).ShouldBe(
            "active"
        );
    }

    [Theory]
    [InlineData(null, "")]
    [InlineData("application/x-www-form-urlencoded", "many")]
    public async Task What_is_not_the_form_of_the_page_is_refused_as_unreadable(string? type, string body)
    {
        using var visitor = Host.Visitor();
        if (body == "many")
            body = string.Join('&', Enumerable.Range(0, 5000).Select(number => $"field{number}=1"));
        using var content = new ByteArrayContent(System.Text.Encoding.ASCII.GetBytes(body));
        if (type is not null)
            content.Headers.TryAddWithoutValidation("Content-Type", type);
        using var answer = await visitor.Client.PostAsync("/api/auth/callback", content, Stop);
        answer.StatusCode.ShouldBe(HttpStatusCode.BadRequest, await answer.Content.ReadAsStringAsync(Stop));
        (await AccountsHost.ErrorOf(answer)).ShouldBe("unreadable");
    }

    [Fact]
    public async Task Scanners_that_look_at_the_link_use_nothing_up()
    {
        using var visitor = Host.Visitor();
        var link = await visitor.AskForLinkAsync(Host, AccountsHost.NewEmail());
        for (var visits = 0; visits < 3; visits++)
        {
            using var scanner = Host.Visitor();
            using var head = await scanner.Client.SendAsync(new HttpRequestMessage(HttpMethod.Head, link), Stop);
            head.StatusCode.ShouldBe(HttpStatusCode.OK);
            using var page = await scanner.Client.GetAsync(link, Stop);
            page.StatusCode.ShouldBe(HttpStatusCode.OK);
            scanner.Cookie("heretix_session").ShouldBeNull();
        }
        using var headOfOwner = await visitor.Client.SendAsync(new HttpRequestMessage(HttpMethod.Head, link), Stop);
        using var answer = await visitor.Client.GetAsync(link, Stop);
        answer.StatusCode.ShouldBe(HttpStatusCode.SeeOther);
    }

    [Theory]
    [InlineData("Sec-Purpose", "prefetch;prerender")]
    [InlineData("Purpose", "prefetch")]
    [InlineData("Sec-Fetch-Mode", "no-cors")]
    [InlineData("Sec-Fetch-Mode", "cors")]
    [InlineData("Sec-Fetch-Dest", "image")]
    [InlineData("Sec-Fetch-Dest", "iframe")]
    public async Task A_browser_that_loads_the_link_without_opening_it_does_not_use_it(string header, string value)
    {
        using var visitor = Host.Visitor();
        var link = await visitor.AskForLinkAsync(Host, AccountsHost.NewEmail());
        using var ahead = new HttpRequestMessage(HttpMethod.Get, link);
        ahead.Headers.Add(header, value);
        using var prefetched = await visitor.Client.SendAsync(ahead, Stop);
        prefetched.StatusCode.ShouldBe(HttpStatusCode.OK);
        (await IsSignedInAsync(visitor)).ShouldBeFalse();
        using var opened = new HttpRequestMessage(HttpMethod.Get, link);
        opened.Headers.Add("Sec-Fetch-Mode", "navigate");
        opened.Headers.Add("Sec-Fetch-Dest", "document");
        using var answer = await visitor.Client.SendAsync(opened, Stop);
        answer.StatusCode.ShouldBe(HttpStatusCode.SeeOther);
    }

    [Fact]
    public async Task Another_browser_is_asked_to_confirm_and_then_signed_in()
    {
        var email = AccountsHost.NewEmail();
        using var computer = Host.Visitor();
        var link = await computer.AskForLinkAsync(Host, email);
        using var phone = Host.Visitor();
        phone.Origin = "http://127.0.0.1:8000";
        var page = await OpenPageAsync(phone, link);
        page.ShouldContain(email);
        using var answer = await SendFormAsync(phone, page);
        answer.StatusCode.ShouldBe(HttpStatusCode.SeeOther, await answer.Content.ReadAsStringAsync(Stop));
        (await IsSignedInAsync(phone)).ShouldBeTrue();
        (await IsSignedInAsync(computer)).ShouldBeFalse();
        phone.Cookie("heretix_confirm").ShouldBeNull();
    }

    [Fact]
    public async Task The_page_runs_nothing_leads_nowhere_and_keeps_the_token_to_itself()
    {
        using var computer = Host.Visitor();
        var link = await computer.AskForLinkAsync(
            Host,
            "a&b<i@example.org".Replace("<", "'", StringComparison.Ordinal)
        );
        using var phone = Host.Visitor();
        using var answer = await phone.Client.GetAsync(link, Stop);
        var policy = answer.Headers.GetValues("Content-Security-Policy").Single();
        policy.ShouldContain("default-src 'none'");
        policy.ShouldContain("frame-ancestors 'none'");
        policy.ShouldContain("form-action 'self' http://127.0.0.1:3000");
        policy.ShouldNotContain("script");
        // no-referrer would make the browser send the form with "Origin: null"; this one never sends the address.
        answer.Headers.GetValues("Referrer-Policy").Single().ShouldBe("strict-origin");
        answer.Headers.CacheControl!.NoStore.ShouldBeTrue();
        var page = await answer.Content.ReadAsStringAsync(Stop);
        page.ShouldContain("a&amp;b&#x27;i@example.org");
        page.ShouldNotContain("<script");
        answer.Headers.GetValues("Set-Cookie").Single().ShouldContain("samesite=strict");
    }

    [Fact]
    public async Task A_form_without_its_page_signs_nobody_in()
    {
        using var attacker = Host.Visitor();
        attacker.Origin = "http://127.0.0.1:8000";
        var link = await attacker.AskForLinkAsync(Host, AccountsHost.NewEmail());
        using var elsewhere = Host.Visitor();
        elsewhere.Origin = attacker.Origin;
        var page = await OpenPageAsync(elsewhere, link);

        // The attacker's page and form, sent by the victim's browser: no cookie, another cookie, another site, another link.
        using var victim = Host.Visitor();
        victim.Origin = attacker.Origin;
        using (var noCookie = await SendFormAsync(victim, page))
            (await RefusedAsync(noCookie)).ShouldBe("csrf_token_missing");
        victim.Plant("heretix_confirm", "A" + elsewhere.Cookie("heretix_confirm")![1..]);
        using (var otherCookie = await SendFormAsync(victim, page))
            (await RefusedAsync(otherCookie)).ShouldBe("csrf_token_invalid");
        elsewhere.Origin = "https://evil.example";
        using (var otherSite = await SendFormAsync(elsewhere, page))
            (await RefusedAsync(otherSite)).ShouldBe("origin_not_allowed");
        elsewhere.Origin = null;
        using (var noOrigin = await SendFormAsync(elsewhere, page))
            (await RefusedAsync(noOrigin)).ShouldBe("origin_not_allowed");
        elsewhere.Origin = attacker.Origin;
        var second = await attacker.AskForLinkAsync(Host, AccountsHost.NewEmail());
        using (var otherLink = await SendFormAsync(elsewhere, page, second.OriginalString.Split("token=")[1]))
            (await RefusedAsync(otherLink)).ShouldBe("csrf_token_invalid");
        elsewhere.Cookie("heretix_session").ShouldBeNull();
        victim.Cookie("heretix_session").ShouldBeNull();
        using var answer = await SendFormAsync(elsewhere, page);
        answer.StatusCode.ShouldBe(HttpStatusCode.SeeOther);
    }

    [Fact]
    public async Task A_link_works_once()
    {
        using var visitor = Host.Visitor();
        var link = await visitor.AskForLinkAsync(Host, AccountsHost.NewEmail());
        var binding = visitor.Cookie("heretix_link");
        using var first = await visitor.Client.GetAsync(link, Stop);
        first.StatusCode.ShouldBe(HttpStatusCode.SeeOther);
        visitor.Plant("heretix_link", binding);
        using var second = await visitor.Client.GetAsync(link, Stop);
        (await RefusedAsync(second, 400)).ShouldBe("token_used");
        (await IsSignedInAsync(visitor)).ShouldBeTrue();
    }

    [Fact]
    public async Task Two_links_asked_for_in_one_browser_are_equally_good_until_one_is_used()
    {
        var email = AccountsHost.NewEmail();
        using var visitor = Host.Visitor();
        var first = await visitor.AskForLinkAsync(Host, email);
        var second = await visitor.AskForLinkAsync(Host, email);
        using var answer = await visitor.Client.GetAsync(first, Stop);
        answer.StatusCode.ShouldBe(HttpStatusCode.SeeOther);
        using var late = await visitor.Client.GetAsync(second, Stop);
        (await RefusedAsync(late, 400)).ShouldBe("token_expired");
    }

    [Fact]
    public async Task A_link_that_ended_has_ended_on_a_server_whose_clock_is_behind_too()
    {
        await using var behind = await accounts.AnotherAsync(services: services =>
        {
            var late = new ShiftedTime();
            late.Pass(TimeSpan.FromMinutes(-5));
            services.AddSingleton<TimeProvider>(late);
        });
        var email = AccountsHost.NewEmail();
        using var visitor = Host.Visitor();
        var first = await visitor.AskForLinkAsync(Host, email);
        var second = await visitor.AskForLinkAsync(Host, email);
        using var neighbour = behind.Visitor();
        neighbour.Plant("heretix_link", visitor.Cookie("heretix_link"));
        using var answer = await visitor.Client.GetAsync(first, Stop);
        answer.StatusCode.ShouldBe(HttpStatusCode.SeeOther);
        using var ended = await neighbour.Client.GetAsync(second, Stop);
        (await RefusedAsync(ended, 400)).ShouldBe("token_expired");
        using var used = await neighbour.Client.GetAsync(first, Stop);
        (await RefusedAsync(used, 400)).ShouldBe("token_used");
    }

    [Fact]
    public async Task A_link_of_somebody_else_does_not_sign_in_by_a_visit_alone()
    {
        using var attacker = Host.Visitor();
        var trap = await attacker.AskForLinkAsync(Host, AccountsHost.NewEmail());
        using var victim = Host.Visitor();
        await victim.AskForLinkAsync(Host, AccountsHost.NewEmail());
        using var answer = await victim.Client.GetAsync(trap, Stop);
        answer.StatusCode.ShouldBe(HttpStatusCode.OK);
        victim.Cookie("heretix_session").ShouldBeNull();
    }

    [Theory]
    [InlineData("x", "invalid_token")]
    [InlineData("00000000000000000000000000000000:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", "invalid_token")]
    [InlineData("%00:%00", "invalid_token")]
    public async Task What_is_no_link_is_refused(string token, string error)
    {
        using var visitor = Host.Visitor();
        using var answer = await visitor.Client.GetAsync($"/api/auth/callback?token={token}", Stop);
        (await RefusedAsync(answer, 400)).ShouldBe(error);
    }

    [Fact]
    public async Task A_visit_without_a_token_is_not_understood()
    {
        using var visitor = Host.Visitor();
        using var answer = await visitor.Client.GetAsync("/api/auth/callback", Stop);
        (await RefusedAsync(answer, 422)).ShouldBe("validation_failed");
    }

    [Fact]
    public async Task Who_knows_only_the_selector_learns_nothing_about_the_link()
    {
        using var visitor = Host.Visitor();
        var link = (await visitor.AskForLinkAsync(Host, AccountsHost.NewEmail())).OriginalString;
        var guess = link[..^1] + (link[^1] == 'A' ? 'E' : 'A');
        using var open = await visitor.Client.GetAsync(guess, Stop);
        (await RefusedAsync(open, 400)).ShouldBe("invalid_token");
        using var use = await visitor.Client.GetAsync(link, Stop);
        use.StatusCode.ShouldBe(HttpStatusCode.SeeOther);
        using var used = await visitor.Client.GetAsync(guess, Stop);
        (await RefusedAsync(used, 400)).ShouldBe("invalid_token");
    }

    [Fact]
    public async Task People_in_a_browser_are_told_by_a_page_and_programs_by_a_problem()
    {
        using var visitor = Host.Visitor();
        using var navigation = new HttpRequestMessage(HttpMethod.Get, "/api/auth/callback?token=x");
        navigation.Headers.Add("Accept", "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8");
        using var page = await visitor.Client.SendAsync(navigation, Stop);
        page.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        page.Content.Headers.ContentType!.MediaType.ShouldBe("text/html");
        (await page.Content.ReadAsStringAsync(Stop)).ShouldContain("This link is not valid");
        using var problem = await visitor.Client.GetAsync("/api/auth/callback?token=x", Stop);
        problem.Content.Headers.ContentType!.MediaType.ShouldBe("application/problem+json");
    }

    [Fact]
    public async Task A_closed_account_is_not_entered()
    {
        var email = AccountsHost.NewEmail();
        using (var visitor = await Host.SignedInVisitorAsync(email))
        {
            await accounts.ExecuteAsync($"update accounts.users set status = 'closed' where email = '{email}'");
            (await IsSignedInAsync(visitor)).ShouldBeFalse();
        }
        using var again = Host.Visitor();
        var link = await again.AskForLinkAsync(Host, email);
        using var answer = await again.Client.GetAsync(link, Stop);
        (await RefusedAsync(answer)).ShouldBe("account_closed");
        again.Cookie("heretix_session").ShouldBeNull();
    }

    private static async Task<bool> IsSignedInAsync(Visitor visitor)
    {
        using var answer = await visitor.Client.GetAsync("/api/auth/sessions", Stop);
        return answer.StatusCode == HttpStatusCode.OK;
    }

    private static async Task<string> OpenPageAsync(Visitor visitor, Uri link)
    {
        using var answer = await visitor.Client.GetAsync(link, Stop);
        answer.StatusCode.ShouldBe(HttpStatusCode.OK);
        return await answer.Content.ReadAsStringAsync(Stop);
    }

    private static async Task<HttpResponseMessage> SendFormAsync(Visitor visitor, string page, string? token = null)
    {
        Action().Match(page).Groups[1].Value.ShouldBe("/api/auth/callback");
        var fields = Field().Matches(page).ToDictionary(field => field.Groups[1].Value, field => field.Groups[2].Value);
        fields["token"] = token ?? fields["token"];
        using var form = new FormUrlEncodedContent(fields);
        return await visitor.Client.PostAsync("/api/auth/callback", form, Stop);
    }

    private static Task<string?> RefusedAsync(HttpResponseMessage answer, int status = 403)
    {
        ((int)answer.StatusCode).ShouldBe(status);
        return AccountsHost.ErrorOf(answer);
    }

    [GeneratedRegex("<form method=\"post\" action=\"([^\"]+)\">")]
    private static partial Regex Action();

    [GeneratedRegex("<input type=\"hidden\" name=\"([^\"]+)\" value=\"([^\"]+)\">")]
    private static partial Regex Field();
}
