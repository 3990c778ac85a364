using System.Net;
using System.Text.Json;
using Heretix.Accounts.Devices;
using Heretix.Tests.Integration.Servers;
using Microsoft.EntityFrameworkCore;

namespace Heretix.Tests.Integration.Accounts.Devices;

/// <summary>Devices are known at sign-in, by every way of it, and are as many as the plan allows.</summary>
public sealed class DeviceSignInTests(DevicesHost accounts) : IClassFixture<DevicesHost>
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    private HeretixHost Host => accounts.Host;

    [Theory]
    [InlineData(null, 1)]
    [InlineData("starter", 2)]
    [InlineData("core", 2)]
    [InlineData("pro", 3)]
    public async Task A_plan_allows_so_many_devices_and_the_next_is_refused(string? plan, int allowed)
    {
        var email = await accounts.PersonAsync("device 1");
        if (plan is not null)
            await accounts.SubscribeAsync(email, plan);
        for (var number = 2; number <= allowed; number++)
            (await LoginAsync(email, $"device {number}")).ShouldBeNull();
        (await LoginAsync(email, $"device {allowed + 1}")).ShouldBe("device_limit_reached");
        for (var number = 1; number <= allowed; number++)
            (await LoginAsync(email, $"device {number}")).ShouldBeNull("those that are known come in");
        (await accounts.DevicesAsync(email)).ShouldBe(allowed);
    }

    [Fact]
    public async Task A_refusal_says_which_devices_take_up_the_places_and_which_can_be_replaced()
    {
        var email = await accounts.PersonAsync("one");
        await accounts.SubscribeAsync(email, "starter");
        await DeviceClient.TokensAsync(Host.Address, email, "two", name: "Pixel 9");
        accounts.Time.Pass(TimeSpan.FromMinutes(1));
        await DeviceClient.TokensAsync(Host.Address, email, "one", name: "Ada's iPad");
        var sessions = await accounts.SessionsAsync(email);

        using var answer = await DeviceClient.LoginAsync(Host.Address, email, "three");
        answer.StatusCode.ShouldBe(HttpStatusCode.Forbidden);
        var problem = await answer.Content.ReadFromJsonAsync<JsonElement>(Stop);
        problem.GetProperty("error").GetString().ShouldBe("device_limit_reached");
        problem.GetProperty("detail").GetString()!.ShouldContain("X-Device-Replace: true");
        problem.GetProperty("limit").GetInt32().ShouldBe(2);
        problem.GetProperty("replacements_left").GetInt32().ShouldBe(3);
        var devices = problem.GetProperty("devices").EnumerateArray().ToList();
        devices.Select(device => device.GetProperty("name").GetString()).ShouldBe(["Pixel 9", "Ada's iPad"]);
        devices.Select(device => device.GetProperty("platform").GetString()).ShouldBe(["android", "ios"]);
        devices.Select(device => device.GetProperty("replaceable").GetBoolean()).ShouldBe([true, false]);
        problem.GetProperty("replaceable").GetGuid().ShouldBe(devices[0].GetProperty("id").GetGuid());
        devices[0].GetProperty("last_seen_at").GetString()!.ShouldEndWith("Z");
        (await accounts.SessionsAsync(email)).ShouldBe(sessions);
        (await accounts.DevicesAsync(email)).ShouldBe(2);
    }

    [Fact]
    public async Task An_upgrade_opens_the_next_place_at_once_and_a_downgrade_closes_it_to_new_devices_alone()
    {
        var email = await accounts.PersonAsync("one");
        (await LoginAsync(email, "two")).ShouldBe("device_limit_reached");
        await accounts.SubscribeAsync(email, "starter");
        (await LoginAsync(email, "two")).ShouldBeNull();
        await accounts.SubscribeAsync(email, "starter", "expired");
        (await LoginAsync(email, "one")).ShouldBeNull();
        (await LoginAsync(email, "two")).ShouldBeNull();
        (await LoginAsync(email, "three")).ShouldBe("device_limit_reached");
        (await LoginAsync(email, "three", replace: true)).ShouldBeNull();
        (await accounts.DevicesAsync(email)).ShouldBe(2, "one for one");
        (await LoginAsync(email, "one")).ShouldBe("device_limit_reached", "it was the least recently used one");
        (await LoginAsync(email, "two")).ShouldBeNull();
    }

    [Fact]
    public async Task A_link_and_a_password_at_once_do_not_both_take_the_last_place()
    {
        await using var elsewhere = await accounts.AnotherAsync();
        for (var round = 0; round < 10; round++)
        {
            var email = await accounts.PersonAsync("one");
            await accounts.SubscribeAsync(email, "starter");
            using var browser = Host.Visitor();
            var link = await browser.AskForLinkAsync(Host, email);
            var visit = browser.Client.GetAsync(link, Stop);
            var error = await DeviceClient.TryAsync(elsewhere.Address, email, "two");
            using var answer = await visit;
            (error is null).ShouldNotBe(answer.StatusCode == HttpStatusCode.SeeOther);
            (error ?? await AccountsHost.ErrorOf(answer)).ShouldBe("device_limit_reached");
            (await accounts.DevicesAsync(email)).ShouldBe(2);
        }
    }

    [Fact]
    public async Task A_new_device_waits_for_who_is_just_changing_the_devices_of_its_user()
    {
        var email = await accounts.PersonAsync("one");
        using var browser = Host.Visitor();
        var link = await browser.AskForLinkAsync(Host, email);
        await using var db = Host.OpenDb();
        await using var transaction = await db.Database.BeginTransactionAsync(Stop);
        var user = await accounts.ScalarAsync<Guid>($"select id from accounts.users where email = '{email}'");
        await DeviceRemovals.LockAsync(db, user, Stop);
        await db.Database.ExecuteSqlAsync($"delete from accounts.devices where user_id = {user}", Stop);
        var visit = browser.Client.GetAsync(link, Stop);
        while (
            await accounts.ScalarAsync<long>(
                "select count(*) from pg_stat_activity where wait_event_type = 'Lock' and query like '%from accounts.users where id = % for no key update%'"
            ) == 0
        )
        {
            visit.IsCompleted.ShouldBeFalse("it went past the lock");
            await Task.Delay(10, Stop);
        }
        await transaction.CommitAsync(Stop);
        using var answer = await visit;
        answer.StatusCode.ShouldBe(HttpStatusCode.SeeOther, "it counts what the other left");
        (await accounts.DevicesAsync(email)).ShouldBe(1);
    }

    [Fact]
    public async Task One_device_may_be_of_many_users()
    {
        var (one, two) = (await accounts.PersonAsync("shared"), await accounts.PersonAsync("shared"));
        (await LoginAsync(one, "shared")).ShouldBeNull();
        (await LoginAsync(two, "shared")).ShouldBeNull();
        (await LoginAsync(one, "other")).ShouldBe("device_limit_reached");
        (await accounts.DevicesAsync(one)).ShouldBe(1);
        (await accounts.DevicesAsync(two)).ShouldBe(1);
    }

    [Fact]
    public async Task A_browser_is_known_by_its_cookie_for_400_days_by_whatever_way_it_comes()
    {
        var email = AccountsHost.NewEmail();
        using var browser = Host.Visitor();
        var link = await browser.AskForLinkAsync(Host, email);
        using (var answer = await browser.Client.GetAsync(link, Stop))
        {
            var cookie = answer
                .Headers.GetValues("Set-Cookie")
                .Single(cookie => cookie.StartsWith("heretix_device=", StringComparison.Ordinal));
            cookie.ShouldContain("max-age=34560000");
            cookie.ShouldContain("httponly");
            cookie.ShouldContain("samesite=lax");
        }
        var issued = browser.Cookie("heretix_device");
        issued!.Length.ShouldBe(43);
        using (await browser.Client.PostAsync("/api/auth/signout", null, Stop)) { }
        browser.Cookie("heretix_device").ShouldBe(issued, "signing out leaves it");
        var again = await browser.AskForLinkAsync(Host, email);
        using (var answer = await browser.Client.GetAsync(again, Stop))
            answer.StatusCode.ShouldBe(HttpStatusCode.SeeOther);
        browser.Cookie("heretix_device").ShouldBe(issued);
        (await accounts.DevicesAsync(email)).ShouldBe(1);

        using var other = Host.Visitor();
        var elsewhere = await other.AskForLinkAsync(Host, email);
        using (var answer = await other.Client.GetAsync(elsewhere, Stop))
            (await AccountsHost.ErrorOf(answer)).ShouldBe("device_limit_reached");
        other.Cookie("heretix_session").ShouldBeNull();
        other.Plant("heretix_device", issued);
        using (var answer = await other.Client.GetAsync(elsewhere, Stop))
            answer.StatusCode.ShouldBe(HttpStatusCode.SeeOther, "the link was not used up");
    }

    [Fact]
    public async Task The_header_comes_before_the_cookie_and_the_browser_keeps_it()
    {
        var email = await accounts.PersonAsync("first");
        await accounts.SubscribeAsync(email, "starter");
        using var browser = Host.Visitor();
        browser.Plant("heretix_device", "first");
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/auth/login")
        {
            Content = JsonContent.Create(new { email, password = DevicesHost.Password }),
        };
        request.Headers.TryAddWithoutValidation("X-Device-Fingerprint", "web; path=/");
        using (var answer = await browser.Client.SendAsync(request, Stop))
            answer.StatusCode.ShouldBe(HttpStatusCode.OK);
        (await accounts.DevicesAsync(email)).ShouldBe(2);
        browser.Cookie("heretix_device").ShouldBe("web%3B%20path%3D%2F");
        using (await browser.Client.PostAsync("/api/auth/signout", null, Stop)) { }
        var link = await browser.AskForLinkAsync(Host, email);
        using (var answer = await browser.Client.GetAsync(link, Stop))
            answer.StatusCode.ShouldBe(HttpStatusCode.SeeOther);
        (await accounts.DevicesAsync(email)).ShouldBe(2, "the link was opened by the same device");
        browser.Cookie("heretix_device").ShouldBe("web%3B%20path%3D%2F");
    }

    [Theory]
    [InlineData("")]
    [InlineData("a%00b")]
    [InlineData(null)]
    public async Task A_cookie_that_holds_no_fingerprint_is_replaced(string? planted)
    {
        using var browser = Host.Visitor();
        browser.Plant("heretix_device", planted ?? new string('x', 256));
        var link = await browser.AskForLinkAsync(Host, AccountsHost.NewEmail());
        using var answer = await browser.Client.GetAsync(link, Stop);
        answer.StatusCode.ShouldBe(HttpStatusCode.SeeOther);
        browser.Cookie("heretix_device")!.Length.ShouldBe(43);
    }

    [Fact]
    public async Task A_client_for_tokens_is_told_its_fingerprint_once_and_gets_no_cookie()
    {
        var email = await accounts.PersonAsync("one");
        await accounts.SubscribeAsync(email, "starter");
        using var answer = await DeviceClient.LoginAsync(Host.Address, email, null);
        answer.StatusCode.ShouldBe(HttpStatusCode.OK);
        answer.Headers.Contains("Set-Cookie").ShouldBeFalse();
        var first = await answer.Content.ReadFromJsonAsync<JsonElement>(Stop);
        var fingerprint = first.GetProperty("device_fingerprint").GetString()!;
        fingerprint.Length.ShouldBe(43);
        var again = await DeviceClient.TokensAsync(Host.Address, email, fingerprint);
        again.GetProperty("device_id").GetGuid().ShouldBe(first.GetProperty("device_id").GetGuid());
        again.GetProperty("device_fingerprint").ValueKind.ShouldBe(JsonValueKind.Null);
        using var client = Host.Client();
        using var refreshed = await client.PostAsJsonAsync(
            "/api/auth/refresh",
            new { refresh_token = again.GetProperty("refresh_token").GetString() },
            Stop
        );
        var next = await refreshed.Content.ReadFromJsonAsync<JsonElement>(Stop);
        next.GetProperty("device_id").GetGuid().ShouldBe(first.GetProperty("device_id").GetGuid());
        next.GetProperty("device_fingerprint").ValueKind.ShouldBe(JsonValueKind.Null);
        (
            await accounts.ScalarAsync<long>(
                $"select count(*) from accounts.devices where encode(fingerprint_hash, 'escape') like '%{fingerprint[..8]}%'"
            )
        ).ShouldBe(0, "the database holds the hash");
        string.Join('\n', accounts.Logs.Lines).ShouldNotContain(fingerprint);
    }

    [Theory]
    [InlineData("X-Device-Fingerprint", "")]
    [InlineData("X-Device-Fingerprint", "tab\tinside")]
    [InlineData("X-Device-Fingerprint", null)]
    [InlineData("X-Device-Name", null)]
    [InlineData("X-Device-Name", "%00")]
    [InlineData("X-Device-Name", "a%0Ab")]
    [InlineData("X-Device-Replace", "perhaps")]
    public async Task A_header_that_cannot_be_is_refused_before_the_proof_is_used(string header, string? value)
    {
        var email = AccountsHost.NewEmail();
        using var visitor = Host.Visitor();
        var link = await visitor.AskForLinkAsync(Host, email);
        using (var request = new HttpRequestMessage(HttpMethod.Get, link))
        {
            request.Headers.TryAddWithoutValidation(header, value ?? new string('x', 256));
            using var answer = await visitor.Client.SendAsync(request, Stop);
            ((int)answer.StatusCode).ShouldBe(422);
            var problem = await answer.Content.ReadFromJsonAsync<JsonElement>(Stop);
            problem.GetProperty("error").GetString().ShouldBe("validation_failed");
            problem.GetProperty("errors").GetProperty(header)[0].GetString().ShouldNotBeNullOrEmpty();
        }
        using var good = await visitor.Client.GetAsync(link, Stop);
        good.StatusCode.ShouldBe(HttpStatusCode.SeeOther);
    }

    [Fact]
    public async Task A_fingerprint_of_255_characters_is_good()
    {
        var email = await accounts.PersonAsync(new string('x', 255));
        (await LoginAsync(email, new string('x', 255))).ShouldBeNull();
        (await accounts.DevicesAsync(email)).ShouldBe(1);
    }

    [Theory]
    [InlineData("Test iPhone 15", null, "Test iPhone 15", "ios")]
    [InlineData("Pixel", null, "Pixel", "android")]
    [InlineData("samsung fridge", null, "samsung fridge", "android")]
    [InlineData("Zo%C3%AB 100%", null, "Zoë 100%", null)]
    [InlineData("Work", "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0", "Work", "linux")]
    [InlineData(
        null,
        "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0",
        "Firefox on Linux",
        "linux"
    )]
    [InlineData(null, null, "Unknown browser", null)]
    public async Task A_device_is_called_what_it_is_given_or_calls_itself(
        string? name,
        string? agent,
        string called,
        string? platform
    )
    {
        var email = await accounts.PersonAsync("one");
        await accounts.SubscribeAsync(email, "starter");
        var tokens = await DeviceClient.TokensAsync(Host.Address, email, "two", name: name, agent: agent);
        var device = (await tokens.DevicesAsync(Host.Address))[0];
        device.GetProperty("name").GetString().ShouldBe(called);
        device.GetProperty("platform").GetString().ShouldBe(platform);
    }

    [Fact]
    public async Task A_new_name_is_taken_over_and_without_one_the_old_stays()
    {
        var email = await accounts.PersonAsync("one");
        await DeviceClient.TokensAsync(Host.Address, email, "one", name: "Work");
        await DeviceClient.TokensAsync(Host.Address, email, "one", name: "Ada's iPad");
        var tokens = await DeviceClient.TokensAsync(Host.Address, email, "one");
        var device = (await tokens.DevicesAsync(Host.Address)).ShouldHaveSingleItem();
        device.GetProperty("name").GetString().ShouldBe("Ada's iPad");
        device.GetProperty("platform").GetString().ShouldBe("ios");
    }

    [Fact]
    public async Task A_plan_without_devices_lets_nobody_in_and_offers_nothing()
    {
        await using var closed = await accounts.AnotherAsync(
            options: new Dictionary<string, string?> { ["Heretix:Billing:Plans:trial:Devices"] = "0" }
        );
        var email = await accounts.PersonAsync("one");
        using var answer = await DeviceClient.LoginAsync(closed.Address, email, "two", replace: true);
        answer.StatusCode.ShouldBe(HttpStatusCode.Forbidden);
        var problem = await answer.Content.ReadFromJsonAsync<JsonElement>(Stop);
        problem.GetProperty("replaceable").ValueKind.ShouldBe(JsonValueKind.Null);
        problem.GetProperty("devices").GetArrayLength().ShouldBe(1);
        (await accounts.DevicesAsync(email)).ShouldBe(1);
    }

    private Task<string?> LoginAsync(string email, string fingerprint, bool replace = false) =>
        DeviceClient.TryAsync(Host.Address, email, fingerprint, replace);
}
