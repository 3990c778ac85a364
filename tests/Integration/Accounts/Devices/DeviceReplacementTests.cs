using System.Net;
using System.Text.RegularExpressions;
using Heretix.Tests.Integration.Servers;

namespace Heretix.Tests.Integration.Accounts.Devices;

/// <summary>A new device may take the place of the least recently used one, a few times a day.</summary>
public sealed partial class DeviceReplacementTests(DevicesHost accounts) : IClassFixture<DevicesHost>
{
    private const string Html = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8";

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    private HeretixHost Host => accounts.Host;

    [Fact]
    public async Task The_one_that_was_used_least_recently_goes_and_its_sessions_end()
    {
        var email = await accounts.PersonAsync("one");
        await accounts.SubscribeAsync(email, "starter");
        var one = await DeviceClient.TokensAsync(Host.Address, email, "one");
        var two = await DeviceClient.TokensAsync(Host.Address, email, "two");
        // It signed in first, but is used now.
        accounts.Time.Pass(TimeSpan.FromMinutes(6));
        (await StatusAsync(one)).ShouldBe(HttpStatusCode.OK);

        var three = await DeviceClient.TokensAsync(Host.Address, email, "three", replace: true);
        (await StatusAsync(two)).ShouldBe(HttpStatusCode.Unauthorized);
        (await new ApiTokens("", two.GetProperty("refresh_token").GetString()!).RefusalAsync(Host)).Error.ShouldBe(
            "invalid_token"
        );
        (await StatusAsync(one)).ShouldBe(HttpStatusCode.OK);
        (await StatusAsync(three)).ShouldBe(HttpStatusCode.OK);
        (await accounts.DevicesAsync(email)).ShouldBe(2);
        (await DeviceClient.TryAsync(Host.Address, email, "two")).ShouldBe("device_limit_reached");
    }

    [Fact]
    public async Task A_refresh_is_a_use_too()
    {
        var email = await accounts.PersonAsync("one");
        await accounts.SubscribeAsync(email, "starter");
        var one = await DeviceClient.TokensAsync(Host.Address, email, "one");
        await DeviceClient.TokensAsync(Host.Address, email, "two");
        accounts.Time.Pass(TimeSpan.FromHours(2));
        var next = await new ApiTokens("", one.GetProperty("refresh_token").GetString()!).NextAsync(Host);
        await DeviceClient.TokensAsync(Host.Address, email, "three", replace: true);
        (await next.StatusAsync(Host)).ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task Nothing_is_replaced_when_there_is_room_or_the_device_is_known()
    {
        var email = await accounts.PersonAsync("one");
        await accounts.SubscribeAsync(email, "starter");
        (await DeviceClient.TryAsync(Host.Address, email, "one", replace: true)).ShouldBeNull();
        (await DeviceClient.TryAsync(Host.Address, email, "two", replace: true)).ShouldBeNull();
        (await DeviceClient.TryAsync(Host.Address, email, "two", replace: true)).ShouldBeNull();
        (await accounts.DevicesAsync(email)).ShouldBe(2);
        (await RemovalsAsync(email)).ShouldBe(0);
    }

    [Fact]
    public async Task Three_are_replaced_a_day_and_the_fourth_waits_for_the_next_day()
    {
        var email = await accounts.PersonAsync("0");
        foreach (var fingerprint in (string[])["1", "2", "3"])
            (await DeviceClient.TryAsync(Host.Address, email, fingerprint, replace: true)).ShouldBeNull();
        using (var refused = await DeviceClient.LoginAsync(Host.Address, email, "4", replace: true))
        {
            refused.StatusCode.ShouldBe(HttpStatusCode.TooManyRequests);
            (await AccountsHost.ErrorOf(refused)).ShouldBe("device_replacements_used_up");
            var now = accounts.Time.GetUtcNow().UtcDateTime;
            var left = (now.Date.AddDays(1) - now).TotalSeconds;
            refused.Headers.RetryAfter!.Delta!.Value.TotalSeconds.ShouldBeInRange(Math.Max(1, left - 1), left + 30);
        }
        using (var offered = await DeviceClient.LoginAsync(Host.Address, email, "4"))
            (await offered.Content.ReadAsStringAsync(Stop)).ShouldContain("\"replacements_left\":0");
        (await DeviceClient.TryAsync(Host.Address, email, "3")).ShouldBeNull("a known one comes in as before");
        accounts.Time.Pass(TimeSpan.FromDays(1));
        (await DeviceClient.TryAsync(Host.Address, email, "4", replace: true)).ShouldBeNull();
        (await accounts.DevicesAsync(email)).ShouldBe(1);
    }

    [Fact]
    public async Task A_link_that_was_opened_without_room_asks_and_its_form_replaces()
    {
        var email = AccountsHost.NewEmail();
        using var old = await Host.SignedInVisitorAsync(email);
        using var browser = Host.Visitor();
        var link = await browser.AskForLinkAsync(Host, email);
        // Asking to replace in the address is asking for nothing.
        var page = await OpenAsync(browser, $"{link}&replace_device=true", HttpStatusCode.Forbidden);
        page.ShouldContain("allows 1 device");
        page.ShouldContain(email);
        page.ShouldContain("Replacements left today: 3");
        browser.Cookie("heretix_session").ShouldBeNull();
        (await IsSignedInAsync(old)).ShouldBeTrue("looking changes nothing");

        using (var evil = await SendAsync(browser, page, origin: "https://evil.example"))
            evil.StatusCode.ShouldBe(HttpStatusCode.Forbidden);
        using var stranger = Host.Visitor();
        using (var without = await SendAsync(stranger, page))
            without.StatusCode.ShouldBe(HttpStatusCode.Forbidden);
        (await IsSignedInAsync(old)).ShouldBeTrue();

        using var answer = await SendAsync(browser, page);
        answer.StatusCode.ShouldBe(HttpStatusCode.SeeOther);
        (await IsSignedInAsync(browser)).ShouldBeTrue();
        (await IsSignedInAsync(old)).ShouldBeFalse();
        (await accounts.DevicesAsync(email)).ShouldBe(1);
    }

    [Fact]
    public async Task The_page_for_another_browser_leads_on_to_the_one_that_replaces()
    {
        var email = AccountsHost.NewEmail();
        using var old = await Host.SignedInVisitorAsync(email);
        var link = await old.AskForLinkAsync(Host, email);
        using var phone = Host.Visitor();
        var confirm = await OpenAsync(phone, link.OriginalString, HttpStatusCode.OK);
        confirm.ShouldNotContain("replace_device");
        string offer;
        using (var answer = await SendAsync(phone, confirm))
        {
            answer.StatusCode.ShouldBe(HttpStatusCode.Forbidden);
            offer = await answer.Content.ReadAsStringAsync(Stop);
        }
        using var replaced = await SendAsync(phone, offer);
        replaced.StatusCode.ShouldBe(HttpStatusCode.SeeOther);
        (await IsSignedInAsync(phone)).ShouldBeTrue();
        (await IsSignedInAsync(old)).ShouldBeFalse();
    }

    [Fact]
    public async Task Who_must_prove_the_password_of_a_registration_proves_it_to_replace_too()
    {
        var email = AccountsHost.NewEmail();
        using var asker = Host.Visitor();
        using (
            await asker.Client.PostAsJsonAsync(
                "/api/auth/register",
                new { email, password = DevicesHost.Password },
                Stop
            )
        ) { }
        var link = await Host.NextLinkAsync(email);
        // Meanwhile the account came into being in another way.
        await accounts.ExecuteAsync(
            $"""
            with person as (
              insert into accounts.users (id, email, status, created_at, updated_at)
              values (gen_random_uuid(), '{email}', 'active', now(), now()) returning id)
            insert into accounts.devices (id, user_id, fingerprint_hash, name, created_at, last_seen_at)
            select gen_random_uuid(), id, sha256('old'), 'Old', now(), now() from person
            """
        );
        using var phone = Host.Visitor();
        var confirm = await OpenAsync(phone, link.OriginalString, HttpStatusCode.OK);
        string offer;
        using (var answer = await SendAsync(phone, confirm, password: DevicesHost.Password))
        {
            answer.StatusCode.ShouldBe(HttpStatusCode.Forbidden);
            offer = await answer.Content.ReadAsStringAsync(Stop);
        }
        offer.ShouldContain("type=\"password\"");
        using (var without = await SendAsync(phone, offer))
            without.StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
        using var replaced = await SendAsync(phone, offer, password: DevicesHost.Password);
        replaced.StatusCode.ShouldBe(HttpStatusCode.SeeOther);
        (await accounts.DevicesAsync(email)).ShouldBe(1);
    }

    [Fact]
    public async Task A_page_that_could_replace_nothing_any_more_today_says_so()
    {
        var email = await accounts.PersonAsync("0");
        foreach (var fingerprint in (string[])["1", "2", "3"])
            (await DeviceClient.TryAsync(Host.Address, email, fingerprint, replace: true)).ShouldBeNull();
        using var browser = Host.Visitor();
        var link = await browser.AskForLinkAsync(Host, email);
        var page = await OpenAsync(browser, link.OriginalString, HttpStatusCode.Forbidden);
        page.ShouldContain("no more can be replaced today");
        page.ShouldNotContain("<form");
    }

    [Fact]
    public async Task A_client_for_tokens_replaces_by_the_header_also_with_a_link()
    {
        var email = await accounts.PersonAsync("one");
        using var client = Host.Visitor();
        var link = await client.AskForLinkAsync(Host, email);
        using (var refused = await client.Client.GetAsync($"{link}&tokens=true", Stop))
            (await AccountsHost.ErrorOf(refused)).ShouldBe("device_limit_reached");
        using var request = new HttpRequestMessage(HttpMethod.Get, $"{link}&tokens=true");
        request.Headers.Add("X-Device-Replace", "true");
        using var answer = await client.Client.SendAsync(request, Stop);
        answer.StatusCode.ShouldBe(HttpStatusCode.OK);
        (await RemovalsAsync(email)).ShouldBe(1);
    }

    [Fact]
    public async Task Refusals_and_replacements_are_in_the_log_by_id_alone()
    {
        var email = await accounts.PersonAsync("one");
        var old = await accounts.ScalarAsync<Guid>(
            $"select d.id from accounts.devices d join accounts.users u on u.id = d.user_id where u.email = '{email}'"
        );
        await DeviceClient.TryAsync(Host.Address, email, "a secret kind of name");
        await DeviceClient.TryAsync(Host.Address, email, "a secret kind of name", replace: true);
        var log = string.Join('\n', accounts.Logs.Lines);
        log.ShouldContain("A sign-in by password was refused: device_limit_reached");
        log.ShouldContain($"Device {old} of user");
        log.ShouldNotContain("a secret kind of name");
    }

    private Task<long> RemovalsAsync(string email) =>
        accounts.ScalarAsync<long>(
            $"""
            select coalesce(sum(used), 0)::bigint from accounts.device_removals r
            join accounts.users u on u.id = r.user_id where u.email = '{email}'
            """
        );

    private async Task<HttpStatusCode> StatusAsync(System.Text.Json.JsonElement tokens)
    {
        using var answer = await tokens.SendAsync(Host.Address, HttpMethod.Get, "/api/auth/sessions");
        return answer.StatusCode;
    }

    private static async Task<bool> IsSignedInAsync(Visitor visitor)
    {
        using var answer = await visitor.Client.GetAsync("/api/auth/sessions", Stop);
        return answer.StatusCode == HttpStatusCode.OK;
    }

    private static async Task<string> OpenAsync(Visitor visitor, string link, HttpStatusCode status)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, link);
        request.Headers.Add("Accept", Html);
        using var answer = await visitor.Client.SendAsync(request, Stop);
        answer.StatusCode.ShouldBe(status);
        answer.Content.Headers.ContentType!.MediaType.ShouldBe("text/html");
        return await answer.Content.ReadAsStringAsync(Stop);
    }

    private static async Task<HttpResponseMessage> SendAsync(
        Visitor visitor,
        string page,
        string origin = "http://127.0.0.1:8000",
        string? password = null
    )
    {
        var fields = Hidden()
            .Matches(page)
            .ToDictionary(field => field.Groups[1].Value, field => field.Groups[2].Value);
        if (password is not null)
            fields["password"] = password;
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/auth/callback")
        {
            Content = new FormUrlEncodedContent(fields),
        };
        request.Headers.Add("Origin", origin);
        request.Headers.Add("Accept", Html);
        return await visitor.Client.SendAsync(request, Stop);
    }

    [GeneratedRegex("<input type=\"hidden\" name=\"([a-z_]+)\" value=\"([^\"]+)\">")]
    private static partial Regex Hidden();
}
