using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Heretix.Accounts.Browsers;
using Heretix.Billing.Usage;
using Heretix.Platform.Http;
using Heretix.Platform.Limits;
using Heretix.Platform.Settings;
using Heretix.Tests.Integration.Servers;

namespace Heretix.Tests.Integration.Checks;

/// <summary>A server for tests of checks: the real one, with allowances in memory and callers named by a header.</summary>
internal sealed class ChecksHost : IAsyncDisposable
{
    public const string UserHeader = "X-Test-User";

    private readonly HeretixHost host;

    private ChecksHost(HeretixHost host, TestUsage usage, string database) =>
        (this.host, Usage, Database) = (host, usage, database);

    public TestUsage Usage { get; }

    public string Database { get; }

    public IServiceProvider Services => host.Services;

    public HeretixHost Server => host;

    public static async Task<ChecksHost> StartAsync(
        PostgresCluster postgres,
        string? database = null,
        TestUsage? usage = null,
        IReadOnlyDictionary<string, string?>? options = null,
        Func<ServerSettings, ServerSettings>? settings = null,
        Action<IServiceCollection>? services = null
    )
    {
        database ??= await postgres.CreateDatabaseAsync();
        usage ??= new TestUsage();
        var host = await HeretixHost.StartAsync(
            postgres.Url(database),
            settings,
            options,
            added =>
            {
                added.AddSingleton<IUsageMeter>(usage);
                added.AddSingleton<IBrowserIdentity, CookieBrowsers>();
                added.AddSingleton<IRateLimits, NoLimits>();
                added.AddSingleton<IStartupFilter, HeaderCallers>();
                services?.Invoke(added);
            }
        );
        return new ChecksHost(host, usage, database);
    }

    public HttpClient Browser() => host.Browser();

    /// <summary>A client of a signed-in user.</summary>
    public HttpClient User(Guid? id = null)
    {
        var client = host.Client();
        client.DefaultRequestHeaders.Add(UserHeader, (id ?? Guid.NewGuid()).ToString());
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

    private sealed class NoLimits : IRateLimits
    {
        public ValueTask<LimitDecision> TakeAsync(string policy, string key, CancellationToken cancellationToken) =>
            ValueTask.FromResult(new LimitDecision(true, 5, 4, TimeSpan.FromMinutes(1)));
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
