using System.Net;
using System.Text.Json;
using Heretix.Tests.Integration.Load;
using Heretix.Tests.Integration.Servers;

namespace Heretix.Tests.Integration.Accounts.Devices;

/// <summary>Two processes, and everything at once: never a device too many, and none twice.</summary>
public sealed class DeviceRaceTests(PostgresCluster postgres)
{
    private const int Rounds = 20;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task However_many_sign_in_at_once_to_two_processes_the_limits_hold()
    {
        await using var servers = await ServerPair.StartAsync(
            postgres,
            new Dictionary<string, string>
            {
                ["Heretix__Accounts__PasswordIterations"] = "100000",
                ["Heretix__Billing__Plans__trial__Devices"] = "2",
            }
        );
        // What is counted by the day is counted on one day.
        var now = TimeProvider.System.GetUtcNow().UtcDateTime;
        var left = now.Date.AddDays(1) - now;
        if (left < TimeSpan.FromMinutes(2))
            await Task.Delay(left, Stop);
        var people = await PeopleAsync(servers, Rounds + 4);
        foreach (var email in people[..Rounds])
            await TheLastPlaceIsTakenOnceAsync(servers, email);
        await OneNewDeviceIsOneRowAsync(servers, people[Rounds]);
        await ExactlyThreeAreReplacedAsync(servers, people[Rounds + 1]);
        await ExactlyThreeAreRemovedOrReplacedAsync(servers, people[Rounds + 2]);
        await NoSessionOutlivesItsDeviceAsync(servers, people[Rounds + 3]);

        (
            await servers.ScalarAsync<long>(
                "select count(*) from (select user_id from accounts.devices group by user_id having count(*) > 2) too_many"
            )
        ).ShouldBe(0);
        (await servers.ScalarAsync<long>("select count(*) from accounts.device_removals where used > 3")).ShouldBe(0);
        (await servers.ScalarAsync<long>("select count(*) from accounts.sessions where device_id is null")).ShouldBe(0);
    }

    private static async Task TheLastPlaceIsTakenOnceAsync(ServerPair servers, string email)
    {
        (await DeviceClient.TryAsync(servers.First.Address, email, "old")).ShouldBeNull();
        var errors = await Task.WhenAll(
            DeviceClient.TryAsync(servers.First.Address, email, "new 1"),
            DeviceClient.TryAsync(servers.Second.Address, email, "new 2")
        );
        errors.Count(error => error is null).ShouldBe(1);
        errors.Count(error => error == "device_limit_reached").ShouldBe(1);
        (await CountAsync(servers, "devices", email)).ShouldBe(2);
        (await CountAsync(servers, "sessions", email)).ShouldBe(2);
    }

    private static async Task OneNewDeviceIsOneRowAsync(ServerPair servers, string email)
    {
        var errors = await ManyAsync(20, number => DeviceClient.TryAsync(At(servers, number), email, "the same"));
        errors.ShouldAllBe(error => error == null);
        (await CountAsync(servers, "devices", email)).ShouldBe(1);
        (await CountAsync(servers, "sessions", email)).ShouldBe(20);
    }

    private static async Task ExactlyThreeAreReplacedAsync(ServerPair servers, string email)
    {
        foreach (var fingerprint in (string[])["1", "2"])
            (await DeviceClient.TryAsync(servers.First.Address, email, fingerprint)).ShouldBeNull();
        var errors = await ManyAsync(
            10,
            number => DeviceClient.TryAsync(At(servers, number), email, $"new {number}", replace: true)
        );
        errors.Count(error => error is null).ShouldBe(3);
        errors.Count(error => error == "device_replacements_used_up").ShouldBe(7);
        (await CountAsync(servers, "devices", email)).ShouldBe(2);
        (await CountAsync(servers, "sessions", email)).ShouldBe(2, "those of the others ended with them");
    }

    private static async Task ExactlyThreeAreRemovedOrReplacedAsync(ServerPair servers, string email)
    {
        var own = await DeviceClient.TokensAsync(servers.First.Address, email, "own");
        var outcomes = await ManyAsync(
            10,
            async number =>
            {
                var server = At(servers, number);
                if (number % 2 == 0)
                    return await DeviceClient.TryAsync(server, email, $"new {number}", replace: true) is null ? 1 : 0;
                var removed = 0;
                // It may have been replaced itself by now; then its token is good for nothing.
                using var list = await own.SendAsync(server, HttpMethod.Get, "/api/auth/devices");
                if (list.StatusCode != HttpStatusCode.OK)
                    return 0;
                foreach (
                    var device in (await list.Content.ReadFromJsonAsync<JsonElement>(Stop))
                        .GetProperty("items")
                        .EnumerateArray()
                )
                {
                    using var answer = await own.SendAsync(
                        server,
                        HttpMethod.Delete,
                        $"/api/auth/devices/{device.GetProperty("id").GetString()}"
                    );
                    ((int)answer.StatusCode).ShouldBeOneOf(204, 401, 404, 409, 429);
                    removed += answer.StatusCode == HttpStatusCode.NoContent ? 1 : 0;
                }
                return removed;
            }
        );
        // A sign-in into a free place replaces nobody, so no more than what was counted went.
        var used = await servers.ScalarAsync<int>(
            $"select coalesce(max(used), 0) from accounts.device_removals r join accounts.users u on u.id = r.user_id where u.email = '{email}'"
        );
        used.ShouldBeInRange(1, 3);
        outcomes.Sum().ShouldBeGreaterThanOrEqualTo(used);
        (await CountAsync(servers, "devices", email)).ShouldBeInRange(1, 2);
    }

    /// <summary>Sign-ins, refreshes and requests of a device while it is replaced again and again.</summary>
    private static async Task NoSessionOutlivesItsDeviceAsync(ServerPair servers, string email)
    {
        (await DeviceClient.TryAsync(servers.First.Address, email, "0")).ShouldBeNull();
        var one = await DeviceClient.TokensAsync(servers.First.Address, email, "1");
        // So that each request also writes when its device was seen.
        await servers.ExecuteAsync("update accounts.sessions set last_seen_at = last_seen_at - interval '1 hour'");
        var statuses = await ManyAsync(
            30,
            async number =>
            {
                var server = At(servers, number);
                using var answer = (number % 3) switch
                {
                    0 => await DeviceClient.LoginAsync(server, email, $"other {number}", replace: true),
                    1 => await one.SendAsync(server, HttpMethod.Get, "/api/auth/devices"),
                    _ => await RefreshAsync(server, one),
                };
                return (int)answer.StatusCode;
            }
        );
        statuses.ShouldAllBe(status => status < 500);
        (await CountAsync(servers, "devices", email)).ShouldBe(2);
        (
            await servers.ScalarAsync<long>(
                """
                select count(*) from accounts.sessions s left join accounts.devices d on d.id = s.device_id
                where d.id is null or d.user_id <> s.user_id
                """
            )
        ).ShouldBe(0);
        (await CountAsync(servers, "sessions", email)).ShouldBeInRange(1, 2, "one for each device at most");
    }

    private static async Task<HttpResponseMessage> RefreshAsync(Uri server, JsonElement tokens)
    {
        using var client = new Visitor(server);
        return await client.Client.PostAsJsonAsync(
            "/api/auth/refresh",
            new { refresh_token = tokens.GetProperty("refresh_token").GetString() },
            Stop
        );
    }

    private static Uri At(ServerPair servers, int number) => (number % 2 == 0 ? servers.First : servers.Second).Address;

    private static Task<T[]> ManyAsync<T>(int count, Func<int, Task<T>> work) =>
        Task.WhenAll(Enumerable.Range(0, count).Select(number => Task.Run(() => work(number), Stop)));

    private static Task<long> CountAsync(ServerPair servers, string table, string email) =>
        servers.ScalarAsync<long>(
            $"select count(*) from accounts.{table} t join accounts.users u on u.id = t.user_id where u.email = '{email}'"
        );

    /// <summary>The first person sets a password as people do; the others get its hash, which belongs to nobody.</summary>
    private static async Task<string[]> PeopleAsync(ServerPair servers, int count)
    {
        using var first = new VirtualUser(servers.First.Address);
        await first.RegisterAsync("first@example.org", DevicesHost.Password, servers.Data, Stop);
        await servers.ExecuteAsync(
            $"""
            insert into accounts.users (id, email, status, password_hash, created_at, updated_at)
            select gen_random_uuid(), 'racer' || n || '@example.org', 'active', password_hash, now(), now()
            from accounts.users, generate_series(1, {count}) n
            """
        );
        return [.. Enumerable.Range(1, count).Select(number => $"racer{number}@example.org")];
    }
}
