using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using Heretix.Tests.Integration.Servers;

namespace Heretix.Tests.Integration.Accounts.Devices;

/// <summary>A server with the plans as they are, and people with a password who sign in from devices of a given fingerprint.</summary>
public sealed class DevicesHost(PostgresCluster postgres) : AccountsHost(postgres)
{
    /// <summary>The password of everybody here.</summary>
    public const string Password = "correct horse battery";

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    private protected override Dictionary<string, string?> Options() =>
        new() { ["Heretix:Accounts:PasswordIterations"] = "100000" };

    public override ValueTask InitializeAsync()
    {
        // No test here begins on one day and ends on the next, unless it says so.
        var now = Time.GetUtcNow().UtcDateTime;
        Time.Pass(now.Date.AddDays(1).AddHours(6) - now);
        return base.InitializeAsync();
    }

    /// <summary>A new person, who registered on a device with this fingerprint, the first one.</summary>
    public async Task<string> PersonAsync(string fingerprint)
    {
        var email = NewEmail();
        using var visitor = Host.Visitor();
        visitor.Client.DefaultRequestHeaders.Add("X-Device-Fingerprint", fingerprint);
        using (
            var asked = await visitor.Client.PostAsJsonAsync(
                "/api/auth/register",
                new { email, password = Password },
                Stop
            )
        )
            asked.StatusCode.ShouldBe(HttpStatusCode.Created);
        using var opened = await visitor.Client.GetAsync(await Host.NextLinkAsync(email), Stop);
        opened.StatusCode.ShouldBe(HttpStatusCode.SeeOther);
        return email;
    }

    /// <summary>Has the person subscribe to a plan, or lose it.</summary>
    public Task<int> SubscribeAsync(string email, string plan, string status = "active") =>
        ExecuteAsync(
            $"""
            insert into billing.subscriptions (id, user_id, source, plan, status, current_period_start,
              current_period_end, billing_anchor, cancel_at_period_end, as_of, created_at, updated_at)
            select gen_random_uuid(), id, 'operator', '{plan}', '{status}', now(), now() + interval '1 month', now(), false,
              now(), now(), now()
            from accounts.users where email = '{email}'
            on conflict (user_id, source) do update set plan = excluded.plan, status = excluded.status
            """
        );

    /// <summary>The devices of a person.</summary>
    public Task<long> DevicesAsync(string email) => CountAsync("devices", email);

    /// <summary>The sessions of a person.</summary>
    public Task<long> SessionsAsync(string email) => CountAsync("sessions", email);

    private Task<long> CountAsync(string table, string email) =>
        ScalarAsync<long>(
            $"select count(*) from accounts.{table} t join accounts.users u on u.id = t.user_id where u.email = '{email}'"
        );
}

/// <summary>Requests of a client with a device.</summary>
internal static class DeviceClient
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    /// <summary>Signs in with the password, for tokens unless told otherwise.</summary>
    public static async Task<HttpResponseMessage> LoginAsync(
        Uri server,
        string email,
        string? fingerprint,
        bool replace = false,
        string? name = null,
        string? agent = null,
        bool tokens = true
    )
    {
        using var visitor = new Visitor(server);
        var headers = visitor.Client.DefaultRequestHeaders;
        if (fingerprint is not null)
            headers.TryAddWithoutValidation("X-Device-Fingerprint", fingerprint);
        if (name is not null)
            headers.TryAddWithoutValidation("X-Device-Name", name);
        if (agent is not null)
            headers.TryAddWithoutValidation("User-Agent", agent);
        if (replace)
            headers.Add("X-Device-Replace", "true");
        return await visitor.Client.PostAsJsonAsync(
            $"/api/auth/login?tokens={(tokens ? "true" : "false")}",
            new { email, password = DevicesHost.Password },
            Stop
        );
    }

    /// <summary>The same; the code of the error, or null when it succeeded.</summary>
    public static async Task<string?> TryAsync(Uri server, string email, string fingerprint, bool replace = false)
    {
        using var answer = await LoginAsync(server, email, fingerprint, replace);
        return answer.StatusCode == HttpStatusCode.OK ? null : await AccountsHost.ErrorOf(answer);
    }

    /// <summary>The same, which succeeds; the tokens and what else was answered.</summary>
    public static async Task<JsonElement> TokensAsync(
        Uri server,
        string email,
        string? fingerprint,
        bool replace = false,
        string? name = null,
        string? agent = null
    )
    {
        using var answer = await LoginAsync(server, email, fingerprint, replace, name, agent);
        answer.StatusCode.ShouldBe(HttpStatusCode.OK, await answer.Content.ReadAsStringAsync(Stop));
        return await answer.Content.ReadFromJsonAsync<JsonElement>(Stop);
    }

    /// <summary>Sends a request with the access token of an answer of <see cref="TokensAsync"/>.</summary>
    public static async Task<HttpResponseMessage> SendAsync(
        this JsonElement tokens,
        Uri server,
        HttpMethod method,
        string path
    )
    {
        using var visitor = new Visitor(server);
        using var request = new HttpRequestMessage(method, path);
        request.Headers.Authorization = new AuthenticationHeaderValue(
            "Bearer",
            tokens.GetProperty("access_token").GetString()
        );
        return await visitor.Client.SendAsync(request, Stop);
    }

    /// <summary>The devices as their list shows them.</summary>
    public static async Task<IReadOnlyList<JsonElement>> DevicesAsync(this JsonElement tokens, Uri server)
    {
        using var answer = await tokens.SendAsync(server, HttpMethod.Get, "/api/auth/devices");
        answer.StatusCode.ShouldBe(HttpStatusCode.OK, await answer.Content.ReadAsStringAsync(Stop));
        var page = await answer.Content.ReadFromJsonAsync<JsonElement>(Stop);
        page.GetProperty("next_cursor").ValueKind.ShouldBe(JsonValueKind.Null);
        return [.. page.GetProperty("items").EnumerateArray()];
    }
}
