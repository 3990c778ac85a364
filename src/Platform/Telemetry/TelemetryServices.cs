using Heretix.Platform.Settings;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;

namespace Heretix.Platform.Telemetry;

/// <summary>Health, metrics, traces, logs and reported errors.</summary>
public static class TelemetryServices
{
    internal static IServiceCollection AddTelemetry(this IServiceCollection services, ServerSettings settings) =>
        services;

    /// <summary>Measures every request; the outermost of all.</summary>
    public static IApplicationBuilder UseTelemetry(this IApplicationBuilder app) => app;

    /// <summary><c>/health/live</c>, <c>/health/ready</c> and <c>/metrics</c>, in every role.</summary>
    public static void MapTelemetry(this WebApplication app) { }
}
