using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Heretix.Accounts.Browsers;
using Heretix.Platform.Http;
using Heretix.Platform.Limits;
using Heretix.Platform.Settings;
using Heretix.Tests.Integration.Servers;
using Microsoft.EntityFrameworkCore;

namespace Heretix.Tests.Integration.Checks;

/// <summary>A server for tests of checks: the real one, with allowances in memory and callers named by a header.</summary>
internal sealed class ChecksHost : IAsyncDisposable
{
    public const string UserHeader = "X-Test-User";

    private readonly HeretixHost host;

    private readonly PostgresCluster postgres;

    private ChecksHost(HeretixHost host, PostgresCluster postgres, string database) =>
        (this.host, this.postgres, Database) = (host, postgres, database);

    public string Database { get; }

    public IServiceProvider Services => host.Services;

    public HeretixHost Server => host;

    /// <param name="allowed">Checks that everybody may make.</param>
    /// <param name="limited">Whether the limits by address hold, from which all requests come.</param>
    /// <param name="keys">Its <c>ENCRYPTION_KEY</c>.</param>
    public static async Task<ChecksHost> StartAsync(
        PostgresCluster postgres,
        string? database = null,
        IReadOnlyDictionary<string, string?>? options = null,
        Func<ServerSettings, ServerSettings>? settings = null,
        Action<IServiceCollection>? services = null,
        int allowed = 1000,
        bool limited = false,
        string? keys = null
    )
    {
        database ??= await postgres.CreateDatabaseAsync();
        var host = await HeretixHost.StartAsync(
            postgres.Url(database),
            settings,
            new Dictionary<string, string?>(options ?? new Dictionary<string, string?>())
            {
                ["Heretix:Billing:Plans:Anonymous:Checks"] = $"{allowed}",
                ["Heretix:Billing:Plans:Trial:Checks"] = $"{allowed}",
                ["Heretix:Limits:Exempt"] = limited ? "" : "127.0.0.0/8",
                ["ENCRYPTION_KEY"] = keys ?? Convert.ToBase64String(SHA256.HashData("checks"u8)),
            },
            added =>
            {
                added.AddLogging(logging => logging.SetMinimumLevel(LogLevel.Warning));
                added.AddSingleton<IBrowserIdentity, CookieBrowsers>();
                added.AddSingleton<IStartupFilter, HeaderCallers>();
                if (!limited)
                    added.AddSingleton<IRateLimits, NoLimits>();
                services?.Invoke(added);
            }
        );
        return new ChecksHost(host, postgres, database);
    }

    /// <summary>Uses that were counted, over all callers.</summary>
    public Task<long> UsedAsync() =>
        CountAsync(
            """
            select (select coalesce(sum(used), 0) from billing.usage_ledger)::bigint
                + (select coalesce(sum(used), 0) from billing.anonymous_usage)::bigint
            """
        );

    /// <summary>Reservations that are neither settled nor given back.</summary>
    public Task<long> OpenAsync() => CountAsync("select count(*) from billing.usage_reservations where state = 'open'");

    public Task<long> CountAsync(string sql) => postgres.ScalarAsync<long>(Database, sql);

    public Task<int> ExecuteAsync(string sql) => postgres.ExecuteAsync(Database, sql);

    public async Task UntilAsync(string count)
    {
        var began = TimeProvider.System.GetTimestamp();
        while (await CountAsync(count) == 0)
        {
            if (TimeProvider.System.GetElapsedTime(began) > TimeSpan.FromSeconds(60))
                throw new TimeoutException($"nothing came of it in a minute: {count}");
            await Task.Delay(10, TestContext.Current.CancellationToken);
        }
    }

    public HttpClient Browser() => host.Browser();

    /// <summary>A client of a signed-in user.</summary>
    public HttpClient User(Guid? id = null)
    {
        var (user, client) = (id ?? Guid.NewGuid(), host.Client());
        using (var db = host.OpenDb())
        {
            db.Database.ExecuteSql(
                $"""
                insert into accounts.users (id, email, status, created_at, updated_at)
                values ({user}, {user + "@example.org"}, 'active', now(), now()) on conflict do nothing
                """
            );
        }
        client.DefaultRequestHeaders.Add(UserHeader, user.ToString());
        return client;
    }

    public ValueTask DisposeAsync() => host.DisposeAsync();

    private sealed class CookieBrowsers : IBrowserIdentity
    {
        public string TokenHash(HttpContext context)
        {
            if (!context.Request.Cookies.TryGetValue("heretix_anon", out var token))
            {
                token = Guid.NewGuid().ToString("N");
                context.Response.Cookies.Append("heretix_anon", token);
            }
            return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(token)));
        }
    }

    private sealed class HeaderCallers : IStartupFilter
    {
        public Action<IApplicationBuilder> Configure(Action<IApplicationBuilder> next) =>
            app =>
            {
                app.Use(
                    (context, following) =>
                    {
                        if (Guid.TryParse(context.Request.Headers[UserHeader], out var user))
                            context.SetCaller(new Caller(user, Guid.NewGuid(), ByCookie: false));
                        return following(context);
                    }
                );
                next(app);
            };
    }
}

/// <summary>Requests as a client writes them.</summary>
internal static class ChecksClient
{
    public static Task<HttpResponseMessage> RunAsync(this HttpClient client, object body) =>
        client.RunRawAsync(JsonSerializer.Serialize(body));

    public static Task<HttpResponseMessage> RunRawAsync(this HttpClient client, string body) =>
        client.PostAsync(
            new Uri("/api/checks/run", UriKind.Relative),
            new StringContent(body, Encoding.UTF8, "application/json"),
            TestContext.Current.CancellationToken
        );

    /// <summary>Runs a check that has to succeed.</summary>
    public static async Task<JsonElement> CheckAsync(this HttpClient client, object body)
    {
        using var answer = await client.RunAsync(body);
        return await answer.ReadAsync(200);
    }

    public static async Task<JsonElement> FetchAsync(this HttpClient client, string path, int status = 200)
    {
        using var answer = await client.GetAsync(
            new Uri(path, UriKind.Relative),
            TestContext.Current.CancellationToken
        );
        return await answer.ReadAsync(status);
    }

    /// <summary>The body, after the status has been looked at.</summary>
    public static async Task<JsonElement> ReadAsync(this HttpResponseMessage answer, int status)
    {
        var text = await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        ((int)answer.StatusCode).ShouldBe(status, text);
        return text.Length == 0 ? default : JsonElement.Parse(text);
    }

    public static string Text(this JsonElement json, string member) => json.GetProperty(member).GetString()!;
}
