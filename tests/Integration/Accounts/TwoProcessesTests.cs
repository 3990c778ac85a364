using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using System.Text.RegularExpressions;
using Heretix.Tests.Integration.Servers;

namespace Heretix.Tests.Integration.Accounts;

/// <summary>What may happen once happens once, when it is tried at the same moment on two server processes.</summary>
public sealed partial class TwoProcessesTests(PostgresCluster postgres) : IAsyncLifetime
{
    private const int Tries = 20;
    private const string Password = "a long enough sentence";

    private ServerPair servers = null!;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => servers = await ServerPair.StartAsync(postgres, Environment);

    public ValueTask DisposeAsync() => servers.DisposeAsync();

    private static Dictionary<string, string> Environment =>
        new()
        {
            ["APP_URL"] = "http://127.0.0.1:3000",
            // The same person comes from many browsers here.
            ["Heretix__Billing__Plans__trial__Devices"] = "100",
        };

    [Fact]
    public async Task An_account_is_made_reset_left_and_restored_once_and_a_refreshed_session_lives_in_one_line()
    {
        var email = AccountsHost.NewEmail();
        using var visitor = new Visitor(servers.First.Address);

        var registration = await MailedAsync(
            email,
            () => visitor.Client.PostAsJsonAsync("/api/auth/register", new { email, password = Password }, Stop)
        );
        (await AtOnceAsync(n => visitor.Client.GetAsync(On(n, Callback().Match(registration).Value), Stop)))
            .Count(status => status == HttpStatusCode.SeeOther)
            .ShouldBe(1);
        (await servers.ScalarAsync<long>("select count(*) from accounts.users")).ShouldBe(1);
        (await servers.ScalarAsync<long>("select count(*) from accounts.sessions")).ShouldBe(1);
        (await servers.ScalarAsync<string>("select count(*) || ' ' || sum(coins) from billing.transfers")).ShouldBe(
            "1 50"
        );

        var reset = await MailedAsync(
            email,
            () => visitor.Client.PostAsJsonAsync("/api/auth/forgot-password", new { email }, Stop)
        );
        var token = ResetToken().Match(reset).Groups[1].Value;
        (
            await AtOnceAsync(n =>
                visitor.Client.PostAsJsonAsync(
                    On(n, "/api/auth/reset-password"),
                    new { token, password = $"{Password} {n}" },
                    Stop
                )
            )
        )
            .Count(status => status == HttpStatusCode.NoContent)
            .ShouldBe(1);
        (await servers.ScalarAsync<long>("select count(*) from accounts.sessions")).ShouldBe(0);
        var opened = await AtOnceAsync(n =>
            visitor.Client.PostAsJsonAsync(
                On(n, "/api/auth/login?tokens=true"),
                new { email, password = $"{Password} {n}" },
                Stop
            )
        );
        opened.Count(status => status == HttpStatusCode.OK).ShouldBe(1, "one password was set");

        await RefreshAsync(email);

        using var leaver = new Visitor(servers.First.Address);
        var link = await MailedAsync(
            email,
            () => leaver.Client.PostAsJsonAsync("/api/auth/magic-links", new { email }, Stop)
        );
        using (var signedIn = await leaver.Client.GetAsync(On(0, Callback().Match(link).Value), Stop))
            signedIn.StatusCode.ShouldBe(HttpStatusCode.SeeOther);
        var outbox = new OutboxFolder(servers.Data);
        var left = await AtOnceAsync(n => leaver.Client.DeleteAsync(On(n, "/api/account"), Stop));
        left.ShouldAllBe(status => status == HttpStatusCode.NoContent || status == HttpStatusCode.Unauthorized);
        (await servers.ScalarAsync<long>("select count(*) from accounts.departures")).ShouldBe(1);
        var restore = RestoreToken().Match(await outbox.NextAsync(email, Stop)).Groups[1].Value;
        (
            await AtOnceAsync(n =>
                leaver.Client.PostAsJsonAsync(On(n, "/api/account/restore"), new { token = restore }, Stop)
            )
        )
            .Count(status => status == HttpStatusCode.NoContent)
            .ShouldBe(1);
        (await servers.ScalarAsync<string>("select status from accounts.users")).ShouldBe("active");
        (await servers.ScalarAsync<long>("select count(*) from accounts.sessions")).ShouldBe(0);
    }

    /// <summary>Twenty refreshes of one token within the grace: whatever was answered, one pair of tokens works at the end.</summary>
    private async Task RefreshAsync(string email)
    {
        using var asker = new Visitor(servers.First.Address);
        var link = await MailedAsync(
            email,
            () => asker.Client.PostAsJsonAsync("/api/auth/magic-links", new { email }, Stop)
        );
        using var answer = await asker.Client.GetAsync(On(1, Callback().Match(link).Value + "&tokens=true"), Stop);
        var tokens = await ApiTokens.ReadAsync(answer);
        var pairs = new System.Collections.Concurrent.ConcurrentBag<string>();
        await AtOnceAsync(async n =>
        {
            var refreshed = await asker.Client.PostAsJsonAsync(
                On(n, "/api/auth/refresh"),
                new { refresh_token = tokens.Refresh },
                Stop
            );
            if (refreshed.StatusCode == HttpStatusCode.OK)
            {
                using var body = JsonDocument.Parse(await refreshed.Content.ReadAsStringAsync(Stop));
                pairs.Add(body.RootElement.GetProperty("access_token").GetString()!);
            }
            return refreshed;
        });
        pairs.Count.ShouldBeGreaterThan(0);
        var live = 0;
        foreach (var access in pairs)
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, On(1, "/api/auth/sessions"));
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", access);
            using var seen = await asker.Client.SendAsync(request, Stop);
            if (seen.StatusCode == HttpStatusCode.OK)
                live++;
        }
        live.ShouldBe(1);
    }

    private Uri On(int turn, string path) => new(servers.Number(turn).Address, path);

    /// <summary>Does the same at the same time on both processes; the statuses of the answers.</summary>
    private static async Task<IReadOnlyList<HttpStatusCode>> AtOnceAsync(Func<int, Task<HttpResponseMessage>> act)
    {
        var answers = await Task.WhenAll(Enumerable.Range(0, Tries).Select(n => Task.Run(() => act(n))));
        var statuses = answers.Select(answer => answer.StatusCode).ToList();
        foreach (var answer in answers)
            answer.Dispose();
        statuses.ShouldAllBe(status => (int)status < 500);
        return statuses;
    }

    /// <summary>The text of the mail that follows a request.</summary>
    private async Task<string> MailedAsync(string email, Func<Task<HttpResponseMessage>> ask)
    {
        var outbox = new OutboxFolder(servers.Data);
        using (var answer = await ask())
            answer.IsSuccessStatusCode.ShouldBeTrue(await answer.Content.ReadAsStringAsync(Stop));
        return await outbox.NextAsync(email, Stop);
    }

    [GeneratedRegex(@"/api/auth/callback\?token=\S+")]
    private static partial Regex Callback();

    [GeneratedRegex(@"reset-password\?token=(\S+)")]
    private static partial Regex ResetToken();

    [GeneratedRegex(@"/api/account/restore\?token=(\S+)")]
    private static partial Regex RestoreToken();
}
