using System.Net;
using System.Text.Json;
using Heretix.Tests.Integration.Servers;

namespace Heretix.Tests.Integration.Accounts.Devices;

/// <summary>People see their devices and remove the others.</summary>
public sealed class DeviceListTests(DevicesHost accounts) : IClassFixture<DevicesHost>
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    private HeretixHost Host => accounts.Host;

    [Fact]
    public async Task The_list_shows_each_device_with_its_sessions_and_marks_the_current_one()
    {
        var email = await accounts.PersonAsync("one");
        await accounts.SubscribeAsync(email, "starter");
        await DeviceClient.TokensAsync(Host.Address, email, "two", name: "Old");
        var tokens = await DeviceClient.TokensAsync(Host.Address, email, "two", name: "Phone");
        var devices = await tokens.DevicesAsync(Host.Address);
        devices.Count.ShouldBe(2);
        devices[0]
            .EnumerateObject()
            .Select(member => member.Name)
            .ShouldBe(["id", "name", "platform", "created_at", "last_seen_at", "sessions", "current"]);
        devices.Select(device => device.GetProperty("sessions").GetInt32()).ShouldBe([2, 1]);
        devices.Select(device => device.GetProperty("current").GetBoolean()).ShouldBe([true, false]);
        devices[0].GetProperty("id").GetGuid().ShouldBe(tokens.GetProperty("device_id").GetGuid());
        devices[0].GetProperty("name").GetString().ShouldBe("Phone");

        using var answer = await tokens.SendAsync(Host.Address, HttpMethod.Get, "/api/auth/sessions");
        var sessions = await answer.Content.ReadFromJsonAsync<JsonElement>(Stop);
        sessions
            .GetProperty("items")
            .EnumerateArray()
            .Select(session => session.GetProperty("device_id").GetGuid())
            .Distinct()
            .ShouldBe(devices.Select(device => device.GetProperty("id").GetGuid()));
    }

    [Fact]
    public async Task The_list_is_read_page_by_page()
    {
        var email = await accounts.PersonAsync("one");
        await accounts.SubscribeAsync(email, "pro");
        await DeviceClient.TokensAsync(Host.Address, email, "two");
        var tokens = await DeviceClient.TokensAsync(Host.Address, email, "three");
        var names = new List<Guid>();
        string? cursor = null;
        do
        {
            using var answer = await tokens.SendAsync(
                Host.Address,
                HttpMethod.Get,
                $"/api/auth/devices?limit=2{(cursor is null ? "" : $"&cursor={cursor}")}"
            );
            var page = await answer.Content.ReadFromJsonAsync<JsonElement>(Stop);
            names.AddRange(page.GetProperty("items").EnumerateArray().Select(d => d.GetProperty("id").GetGuid()));
            cursor = page.GetProperty("next_cursor").GetString();
        } while (cursor is not null);
        names.Distinct().Count().ShouldBe(3);
        names.Count.ShouldBe(3);
    }

    [Fact]
    public async Task A_removed_device_is_signed_out_on_every_server_and_comes_back_only_into_a_free_place()
    {
        await using var elsewhere = await accounts.AnotherAsync();
        var email = await accounts.PersonAsync("one");
        await accounts.SubscribeAsync(email, "starter");
        var own = await DeviceClient.TokensAsync(Host.Address, email, "one");
        var other = await DeviceClient.TokensAsync(elsewhere.Address, email, "two");
        using var browser = elsewhere.Visitor();
        browser.Plant("heretix_device", "two");
        using (
            var signedIn = await browser.Client.PostAsJsonAsync(
                "/api/auth/login",
                new { email, password = DevicesHost.Password },
                Stop
            )
        )
            signedIn.StatusCode.ShouldBe(HttpStatusCode.OK);

        (await RemoveAsync(own, other.GetProperty("device_id").GetGuid())).ShouldBe((HttpStatusCode.NoContent, null));
        using (var dead = await other.SendAsync(elsewhere.Address, HttpMethod.Get, "/api/auth/sessions"))
            dead.StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
        using (var dead = await browser.Client.GetAsync("/api/auth/sessions", Stop))
            dead.StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
        (await own.DevicesAsync(Host.Address)).ShouldHaveSingleItem();
        (await RemoveAsync(own, other.GetProperty("device_id").GetGuid())).ShouldBe(
            (HttpStatusCode.NotFound, "not_found")
        );

        (await DeviceClient.TryAsync(Host.Address, email, "three")).ShouldBeNull();
        (await DeviceClient.TryAsync(Host.Address, email, "two")).ShouldBe("device_limit_reached");
    }

    [Fact]
    public async Task The_current_device_stays_and_those_of_others_are_not_there()
    {
        var (one, two) = (await accounts.PersonAsync("shared"), await accounts.PersonAsync("shared"));
        var mine = await DeviceClient.TokensAsync(Host.Address, one, "shared");
        var theirs = await DeviceClient.TokensAsync(Host.Address, two, "shared");
        (await RemoveAsync(mine, mine.GetProperty("device_id").GetGuid())).ShouldBe(
            (HttpStatusCode.Conflict, "current_device")
        );
        (await RemoveAsync(mine, theirs.GetProperty("device_id").GetGuid())).ShouldBe(
            (HttpStatusCode.NotFound, "not_found")
        );
        (await RemoveAsync(mine, Guid.NewGuid())).ShouldBe((HttpStatusCode.NotFound, "not_found"));
        using var nobody = Host.Client();
        using (var answer = await nobody.GetAsync("/api/auth/devices", Stop))
            answer.StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
        using (var answer = await nobody.DeleteAsync($"/api/auth/devices/{Guid.NewGuid()}", Stop))
            answer.StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
        (await accounts.DevicesAsync(one)).ShouldBe(1);
        (await accounts.DevicesAsync(two)).ShouldBe(1);
    }

    [Fact]
    public async Task Removing_and_replacing_share_the_three_of_a_day()
    {
        var email = await accounts.PersonAsync("one");
        await accounts.SubscribeAsync(email, "starter");
        var own = await DeviceClient.TokensAsync(Host.Address, email, "one");
        for (var number = 0; number < 2; number++)
        {
            var other = await DeviceClient.TokensAsync(Host.Address, email, $"other {number}");
            (await RemoveAsync(own, other.GetProperty("device_id").GetGuid())).Status.ShouldBe(
                HttpStatusCode.NoContent
            );
        }
        await DeviceClient.TokensAsync(Host.Address, email, "last");
        accounts.Time.Pass(TimeSpan.FromMinutes(6));
        using (await own.SendAsync(Host.Address, HttpMethod.Get, "/api/auth/sessions")) { }
        var newest = await DeviceClient.TokensAsync(Host.Address, email, "newest", replace: true);
        (await RemoveAsync(own, newest.GetProperty("device_id").GetGuid())).ShouldBe(
            (HttpStatusCode.TooManyRequests, "device_replacements_used_up")
        );
        (await accounts.DevicesAsync(email)).ShouldBe(2);
        accounts.Time.Pass(TimeSpan.FromDays(1));
        using var again = await DeviceClient.LoginAsync(Host.Address, email, "one");
        var tokens = await again.Content.ReadFromJsonAsync<JsonElement>(Stop);
        (await RemoveAsync(tokens, newest.GetProperty("device_id").GetGuid())).Status.ShouldBe(
            HttpStatusCode.NoContent
        );
    }

    [Fact]
    public async Task A_session_that_is_older_than_devices_goes_on_and_may_remove_any()
    {
        var email = await accounts.PersonAsync("one");
        var tokens = await DeviceClient.TokensAsync(Host.Address, email, "one");
        var device = tokens.GetProperty("device_id").GetGuid();
        await accounts.ExecuteAsync(
            $"""
            update accounts.sessions set device_id = null, last_seen_at = last_seen_at - interval '1 hour'
            where device_id = '{device}'
            """
        );
        (await tokens.DevicesAsync(Host.Address))
            .ShouldHaveSingleItem()
            .GetProperty("current")
            .GetBoolean()
            .ShouldBeFalse();
        (await RemoveAsync(tokens, device)).Status.ShouldBe(HttpStatusCode.NoContent);
        var next = await new ApiTokens("", tokens.GetProperty("refresh_token").GetString()!).NextAsync(Host);
        (await next.StatusAsync(Host)).ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task A_device_is_seen_with_its_session_every_five_minutes_at_most()
    {
        var email = await accounts.PersonAsync("one");
        var tokens = await DeviceClient.TokensAsync(Host.Address, email, "one");
        var first = await SeenAsync(email);
        accounts.Time.Pass(TimeSpan.FromMinutes(4));
        await tokens.DevicesAsync(Host.Address);
        (await SeenAsync(email)).ShouldBe(first);
        accounts.Time.Pass(TimeSpan.FromMinutes(2));
        await tokens.DevicesAsync(Host.Address);
        var second = await SeenAsync(email);
        (second - first).ShouldBeGreaterThanOrEqualTo(TimeSpan.FromMinutes(6));
        second.ShouldBe(
            await accounts.ScalarAsync<DateTime>(
                $"select max(s.last_seen_at) from accounts.sessions s join accounts.users u on u.id = s.user_id where u.email = '{email}'"
            )
        );
    }

    private Task<DateTime> SeenAsync(string email) =>
        accounts.ScalarAsync<DateTime>(
            $"select d.last_seen_at from accounts.devices d join accounts.users u on u.id = d.user_id where u.email = '{email}'"
        );

    private async Task<(HttpStatusCode Status, string? Error)> RemoveAsync(JsonElement tokens, Guid device)
    {
        using var answer = await tokens.SendAsync(Host.Address, HttpMethod.Delete, $"/api/auth/devices/{device}");
        return (answer.StatusCode, answer.IsSuccessStatusCode ? null : await AccountsHost.ErrorOf(answer));
    }
}
