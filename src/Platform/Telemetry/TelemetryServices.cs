using System.Diagnostics.Metrics;
using Heretix.Platform.Limits;
using Heretix.Platform.Settings;
using Heretix.Platform.Telemetry.Health;
using Heretix.Platform.Telemetry.Logs;
using Heretix.Platform.Telemetry.Metrics;
using Heretix.Platform.Telemetry.Otlp;
using Heretix.Platform.Telemetry.Sentry;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Heretix.Platform.Telemetry;

/// <summary>Health, metrics, traces, logs and reported errors.</summary>
public static class TelemetryServices
{
    internal static IServiceCollection AddTelemetry(this IServiceCollection services, ServerSettings settings)
    {
        services
            .AddKnownOptions<TelemetryOptions>(TelemetryOptions.Section)
            .AddOptions<TelemetryOptions>()
            .Bind(settings.Configuration.GetSection(TelemetryOptions.Section))
            .ValidateDataAnnotations()
            .ValidateOnStart();
        services.AddHttpContextAccessor();
        services.AddLogs(settings);
        services.AddMetrics();
        services.AddSingleton<RequestMetrics>();
        services.AddSingleton<MetricsPage>();
        services.AddSingleton<MetricsEndpoint>();
        services.AddSingleton<Readiness>();
        services
            .AddHealthChecks()
            .AddCheck<DatabaseCheck>("database", tags: [HealthTags.Required])
            .AddCheck<DiskCheck>("disk", tags: [HealthTags.Required])
            .AddCheck<MemoryCheck>("memory", tags: [HealthTags.Optional]);
        if (settings.Configuration["SENTRY_DSN"] is { Length: > 0 } dsn && SentryDsn.TryParse(dsn) is { } sentry)
            services.AddSentry(settings, sentry);
        if (settings.Configuration["OTEL_EXPORTER_OTLP_ENDPOINT"] is { Length: > 0 })
            services.AddHostedService<OtlpExport>();
        return services;
    }

    /// <summary>Measures every request; the outermost of all.</summary>
    public static IApplicationBuilder UseTelemetry(this IApplicationBuilder app)
    {
        ArgumentNullException.ThrowIfNull(app);
        // It listens from now on, not only from the first look at the page.
        _ = app.ApplicationServices.GetRequiredService<MetricsPage>();
        ReportBuild(app.ApplicationServices);
        return app.UseMiddleware<RequestTelemetry>();
    }

    /// <summary><c>/health/live</c>, <c>/health/ready</c> and <c>/metrics</c>, in every role.</summary>
    public static void MapTelemetry(this WebApplication app)
    {
        ArgumentNullException.ThrowIfNull(app);
        Map(app, "/health/live", "Whether the process runs.", Live).Produces<HealthAnswer>();
        Map(app, "/health/ready", "Whether the server can serve, and how its parts are.", ReadyAsync)
            .Produces<HealthAnswer>()
            .Produces<HealthAnswer>(StatusCodes.Status503ServiceUnavailable);
        Map(app, "/metrics", "What the server counts and measures, for Prometheus.", Metrics)
            .Produces<string>(contentType: "text/plain")
            .ProducesProblem(StatusCodes.Status401Unauthorized);
    }

    private static RouteHandlerBuilder Map(WebApplication app, string path, string summary, Delegate answer)
    {
        app.MapMethods(path, [HttpMethods.Head], answer).Limit(LimitNames.None).ExcludeFromDescription();
        return app.MapGet(path, answer).WithTags("Operations").WithSummary(summary).Limit(LimitNames.None);
    }

    private static JsonHttpResult<HealthAnswer> Live(TimeProvider time, HttpResponse response) =>
        Answer(
            response,
            new HealthAnswer(
                "healthy",
                time.GetUtcNow(),
                new Dictionary<string, CheckAnswer> { ["service"] = new("up", null, null) }
            )
        );

    private static async Task<JsonHttpResult<HealthAnswer>> ReadyAsync(
        Readiness readiness,
        HttpResponse response,
        CancellationToken stop
    ) => Answer(response, await readiness.AskAsync(stop));

    private static JsonHttpResult<HealthAnswer> Answer(HttpResponse response, HealthAnswer answer)
    {
        response.Headers.CacheControl = "no-store";
        return TypedResults.Json(
            answer,
            HealthJson.Default.HealthAnswer,
            statusCode: answer.Status == "unhealthy" ? StatusCodes.Status503ServiceUnavailable : StatusCodes.Status200OK
        );
    }

    private static IResult Metrics(MetricsEndpoint metrics, HttpContext context) => metrics.Answer(context);

    private static void AddSentry(this IServiceCollection services, ServerSettings settings, SentryDsn dsn)
    {
        services.AddSingleton(dsn);
        services.AddSingleton(
            new SentryProcess(
                $"heretix@{OtlpExport.Version}",
                settings.Environment,
                settings.Role.ToString().ToLowerInvariant()
            )
        );
        services.AddSingleton<SentryQueue>();
        services.AddHostedService(provider => provider.GetRequiredService<SentryQueue>());
        services.AddSingleton<ILoggerProvider, SentryLogs>();
    }

    private static void ReportBuild(IServiceProvider services)
    {
        var settings = services.GetRequiredService<ServerSettings>();
        services
            .GetRequiredService<IMeterFactory>()
            .Create("Heretix.Server")
            .CreateObservableGauge(
                "heretix.build.info",
                () =>
                    new Measurement<int>(
                        1,
                        [
                            new("version", OtlpExport.Version),
                            new("environment", settings.Environment),
                            new("role", settings.Role.ToString().ToLowerInvariant()),
                        ]
                    ),
                description: "Always 1; its labels say what runs."
            );
    }
}
