using Heretix.Platform.Mail;
using Heretix.Platform.Settings;
using Heretix.Platform.Telemetry;

namespace Heretix.Tests.Integration.Platform;

/// <summary>A real server with nothing but telemetry and mail, for what needs no database.</summary>
internal sealed class PlatformHost : IAsyncDisposable
{
    private readonly WebApplication app;
    private bool stopped;

    private PlatformHost(WebApplication app, string folder) => (this.app, Folder) = (app, folder);

    /// <summary>Its data folder.</summary>
    public string Folder { get; }

    public Uri Address => new(app.Urls.First());

    public IServiceProvider Services => app.Services;

    public static async Task<PlatformHost> StartAsync(
        IReadOnlyDictionary<string, string?>? options = null,
        Action<IServiceCollection>? services = null,
        Action<WebApplication>? pipeline = null,
        string environment = "test"
    )
    {
        var folder = Directory.CreateTempSubdirectory("heretix-platform-").FullName;
        var configuration = new ConfigurationBuilder()
            .AddInMemoryCollection(options ?? new Dictionary<string, string?>())
            .Build();
        var settings = new ServerSettings
        {
            Environment = environment,
            DataFolder = folder,
            AppUrl = new Uri("http://127.0.0.1:3000"),
            ApiUrl = new Uri("http://127.0.0.1:8000"),
            Configuration = configuration,
        };
        var builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions { ApplicationName = "heretix" });
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Services.AddSingleton(settings);
        builder.Services.AddSingleton(TimeProvider.System);
        builder.Services.AddTelemetry(settings);
        builder.Services.AddMail(settings);
        services?.Invoke(builder.Services);
        var app = builder.Build();
        app.UseTelemetry();
        app.UseRouting();
        app.MapTelemetry();
        app.MapOutbox();
        pipeline?.Invoke(app);
        await app.StartAsync();
        return new PlatformHost(app, folder);
    }

    public HttpClient Client() => new() { BaseAddress = Address };

    /// <summary>Stops it and waits until everything is flushed.</summary>
    public async Task StopAsync()
    {
        stopped = true;
        await app.StopAsync();
    }

    public async ValueTask DisposeAsync()
    {
        if (!stopped)
            await StopAsync();
        await app.DisposeAsync();
        Directory.Delete(Folder, recursive: true);
    }
}
