using Heretix.Platform.Database;
using Heretix.Platform.Settings;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;

namespace Heretix.Tests.Integration.Servers;

/// <summary>The real server in this process, on a free loopback port, over a database that is already there.</summary>
public sealed class HeretixHost : IAsyncDisposable
{
    private readonly WebApplication app;
    private readonly string folder;

    private HeretixHost(WebApplication app, string folder, RequestConnections connections) =>
        (this.app, this.folder, Connections) = (app, folder, connections);

    /// <summary>Which database connections its requests hold.</summary>
    public RequestConnections Connections { get; }

    /// <summary>Where it listens.</summary>
    public Uri Address { get; private set; } = new("http://127.0.0.1");

    /// <summary>Its services.</summary>
    public IServiceProvider Services => app.Services;

    /// <summary>Starts a server.</summary>
    /// <param name="databaseUrl">Address of its database, which has its tables.</param>
    /// <param name="settings">Changes to its settings.</param>
    /// <param name="options">Configuration values, by their keys.</param>
    /// <param name="services">Last changes to its services.</param>
    /// <param name="routes">Endpoints beside its own.</param>
    public static async Task<HeretixHost> StartAsync(
        string databaseUrl,
        Func<ServerSettings, ServerSettings>? settings = null,
        IReadOnlyDictionary<string, string?>? options = null,
        Action<IServiceCollection>? services = null,
        Action<IEndpointRouteBuilder>? routes = null
    )
    {
        var folder = Directory.CreateTempSubdirectory("heretix-host-").FullName;
        var configuration = new ConfigurationBuilder()
            .AddInMemoryCollection(WithoutLimits(options ?? new Dictionary<string, string?>()))
            .Build();
        var chosen = new ServerSettings
        {
            Environment = "test",
            DataFolder = folder,
            DatabaseUrl = databaseUrl,
            AppUrl = new Uri("http://127.0.0.1:3000"),
            ApiUrl = new Uri("http://127.0.0.1:8000"),
            Configuration = configuration,
        };
        var connections = new RequestConnections();
        var app = Heretix.Server.HeretixServer.Build(
            settings?.Invoke(chosen) ?? chosen,
            "http://127.0.0.1:0",
            added =>
            {
                added.AddSingleton<IInterceptor>(connections);
                added.AddSingleton<IStartupFilter>(connections);
                SignIn.AddTo(added);
                services?.Invoke(added);
            }
        );
        routes?.Invoke(app);
        await app.StartAsync();
        var addresses = app
            .Services.GetRequiredService<Microsoft.AspNetCore.Hosting.Server.IServer>()
            .Features.Get<IServerAddressesFeature>()!;
        return new HeretixHost(app, folder, connections) { Address = new Uri(addresses.Addresses.First()) };
    }

    /// <summary>Tests ask more than people do; those that are about limits say so in their options.</summary>
    private static Dictionary<string, string?> WithoutLimits(IReadOnlyDictionary<string, string?> options) =>
        options.Keys.Any(key => key.StartsWith("Heretix:Limits", StringComparison.OrdinalIgnoreCase))
            ? new(options)
            : new(options) { ["Heretix:Limits:Exempt"] = "127.0.0.0/8" };

    /// <summary>A client like a browser: it keeps cookies and does not follow redirects.</summary>
    public HttpClient Browser() =>
        new(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = true }) { BaseAddress = Address };

    /// <summary>A client without cookies.</summary>
    public HttpClient Client() =>
        new(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false }) { BaseAddress = Address };

    /// <summary>Opens the database as the server does.</summary>
    public HeretixDb OpenDb() => Services.GetRequiredService<IDbContextFactory<HeretixDb>>().CreateDbContext();

    public async ValueTask DisposeAsync()
    {
        await app.StopAsync();
        await app.DisposeAsync();
        Directory.Delete(folder, recursive: true);
        Connections.Violations.ShouldBeEmpty("a request may hold one database connection at a time");
    }
}
