using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json;
using System.Text.RegularExpressions;
using Heretix.Platform.Limits;
using Heretix.Platform.Settings;
using Heretix.Tests.Integration.Servers;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Heretix.Tests.Integration.Accounts;

/// <summary>A server over a database of its own, with a clock that can be moved; one for each class of tests.</summary>
public partial class AccountsHost(PostgresCluster postgres) : IAsyncLifetime
{
    private static readonly string Key = Convert.ToBase64String(SHA256.HashData("a key of the tests"u8));
    private static int people;

    internal ShiftedTime Time { get; } = new();

    internal LogCapture Logs { get; } = new();

    public HeretixHost Host { get; private set; } = null!;

    public string Database { get; private set; } = "";

    /// <summary>An address that no other test uses.</summary>
    public static string NewEmail() =>
        string.Create(CultureInfo.InvariantCulture, $"person{Interlocked.Increment(ref people)}@example.org");

    public virtual async ValueTask InitializeAsync()
    {
        Database = await postgres.CreateDatabaseAsync();
        Host = await AnotherAsync();
    }

    /// <summary>Another server on the same database.</summary>
    public Task<HeretixHost> AnotherAsync(
        Func<ServerSettings, ServerSettings>? settings = null,
        Action<IServiceCollection>? services = null,
        IReadOnlyDictionary<string, string?>? options = null
    ) =>
        HeretixHost.StartAsync(
            postgres.Url(Database),
            settings,
            With(options),
            collection =>
            {
                collection.AddSingleton<TimeProvider>(Time);
                collection.Replace(ServiceDescriptor.Singleton<IRateLimits, NoLimits>());
                collection.AddLogging(logging => logging.SetMinimumLevel(LogLevel.Debug).AddProvider(Logs));
                Configure(collection);
                services?.Invoke(collection);
            }
        );

    /// <summary>The single value of a query.</summary>
    public Task<T> ScalarAsync<T>(string sql) => postgres.ScalarAsync<T>(Database, sql);

    /// <summary>Runs a statement.</summary>
    public Task<int> ExecuteAsync(string sql) => postgres.ExecuteAsync(Database, sql);

    /// <summary>The code of an error.</summary>
    public static async Task<string?> ErrorOf(HttpResponseMessage answer)
    {
        var body = JsonDocument.Parse(await answer.Content.ReadAsStringAsync()).RootElement;
        body.GetProperty("detail").GetString().ShouldNotBeNullOrWhiteSpace();
        return body.GetProperty("error").GetString();
    }

    /// <summary>The body of an answer but for the id of its request.</summary>
    public static async Task<string> BodyOf(HttpResponseMessage answer) =>
        RequestId().Replace(await answer.Content.ReadAsStringAsync(), "");

    [GeneratedRegex("\"request_id\":\"[^\"]+\"")]
    private static partial Regex RequestId();

    /// <summary>
    /// The configuration that the servers of a class of tests have in common. Most tests have a person sign in from several
    /// browsers and are about something else; those about devices take the plans as they are.
    /// </summary>
    private protected virtual Dictionary<string, string?> Options() =>
        new() { ["Heretix:Billing:Plans:trial:Devices"] = "100" };

    private Dictionary<string, string?> With(IReadOnlyDictionary<string, string?>? more)
    {
        var options = new Dictionary<string, string?>(Options(), StringComparer.OrdinalIgnoreCase)
        {
            // Of all servers on the database: each can read what another encrypted.
            ["ENCRYPTION_KEY"] = Key,
        };
        foreach (var (name, value) in more ?? new Dictionary<string, string?>())
            options[name] = value;
        return options;
    }

    /// <summary>What the servers of a class of tests have in common.</summary>
    private protected virtual void Configure(IServiceCollection services) { }

    public virtual async ValueTask DisposeAsync()
    {
        await Host.DisposeAsync();
        GC.SuppressFinalize(this);
    }
}
