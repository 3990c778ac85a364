using Heretix.Accounts;
using Heretix.Billing;
using Heretix.Checks;
using Heretix.Platform;
using Heretix.Platform.Database;
using Heretix.Platform.Http;
using Heretix.Platform.Limits;
using Heretix.Platform.Modules;
using Heretix.Platform.Settings;
using Heretix.Platform.Telemetry;

namespace Heretix.Server;

/// <summary>Puts the server together.</summary>
public static class HeretixServer
{
    /// <summary>Every module, in the order in which they register; nowhere else are they all named.</summary>
    public static IReadOnlyList<IModule> Modules { get; } =
    [new PlatformModule(), new AccountsModule(), new BillingModule(), new ChecksModule()];

    /// <summary>Builds the server without starting it.</summary>
    /// <param name="settings">What it is told.</param>
    /// <param name="urls">Addresses to listen on, separated by semicolons.</param>
    /// <param name="configure">Last changes to its services, for tests.</param>
    /// <param name="serves">Whether it will be started; verbs of operators only use its services.</param>
    public static WebApplication Build(
        ServerSettings settings,
        string urls,
        Action<IServiceCollection>? configure = null,
        bool serves = true
    )
    {
        var builder = WebApplication.CreateSlimBuilder(
            new WebApplicationOptions { ApplicationName = "heretix", ContentRootPath = AppContext.BaseDirectory }
        );
        builder.Configuration.AddConfiguration(settings.Configuration);
        builder.WebHost.UseUrls(urls);
        builder.Services.AddModules(Modules, settings);
        configure?.Invoke(builder.Services);

        var app = builder.Build();
        if (!serves)
            return app;

        app.UseTelemetry();
        app.UseHttpRules();
        app.UseRouting();
        foreach (var module in Modules)
            module.UsePipeline(app);
        app.UseLimits();
        app.MapTelemetry();
        if (settings.Role != ServerRole.Worker)
        {
            foreach (var module in Modules)
                module.MapEndpoints(app);
        }
        return app;
    }
}
