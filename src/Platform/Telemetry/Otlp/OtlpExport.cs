using System.Reflection;
using Heretix.Platform.Settings;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using OpenTelemetry;
using OpenTelemetry.Exporter;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace Heretix.Platform.Telemetry.Otlp;

/// <summary>Sends traces and metrics to a collector, from the start of the server until its end.</summary>
internal sealed class OtlpExport(ServerSettings settings, ILogger<OtlpExport> log) : IHostedService, IDisposable
{
    /// <summary>How long the last batch may take on stop, in milliseconds.</summary>
    private const int Farewell = 3000;

    private TracerProvider? traces;
    private MeterProvider? metrics;

    /// <summary>The version of the server.</summary>
    public static string Version { get; } =
        typeof(OtlpExport)
            .Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!
            .InformationalVersion.Split('+')[0];

    private Uri Endpoint => new(settings.Configuration["OTEL_EXPORTER_OTLP_ENDPOINT"]!);

    public Task StartAsync(CancellationToken cancellationToken)
    {
        var resource = ResourceBuilder
            .CreateDefault()
            .AddService("heretix", serviceVersion: Version)
            .AddAttributes([
                new("deployment.environment.name", settings.Environment),
                new("heretix.role", settings.Role.ToString().ToLowerInvariant()),
            ])
            .AddEnvironmentVariableDetector();
        traces = Sdk.CreateTracerProviderBuilder()
            .SetResourceBuilder(resource)
            .AddSource("Heretix.*", "Microsoft.AspNetCore", "Npgsql", "System.Net.Http")
            .AddProcessor(new Discretion())
            .AddOtlpExporter(options => Configure(options, "v1/traces"))
            .Build();
        metrics = Sdk.CreateMeterProviderBuilder()
            .SetResourceBuilder(resource)
            // What /metrics shows: all that the process measures.
            .AddMeter("*")
            .AddOtlpExporter(options => Configure(options, "v1/metrics"))
            .Build();
        Log.OtlpStarted(log, Endpoint.GetLeftPart(UriPartial.Authority));
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) =>
        // Both wait for the network, so not on the thread that stops everything else.
        Task.Run(
            () =>
            {
                traces?.Shutdown(Farewell);
                metrics?.Shutdown(Farewell);
            },
            CancellationToken.None
        );

    public void Dispose()
    {
        traces?.Dispose();
        metrics?.Dispose();
    }

    private void Configure(OtlpExporterOptions options, string path)
    {
        var grpc = settings.Configuration["OTEL_EXPORTER_OTLP_PROTOCOL"] == "grpc";
        options.Protocol = grpc ? OtlpExportProtocol.Grpc : OtlpExportProtocol.HttpProtobuf;
        // An address that is given in code is taken as it is, so the path of the signal is ours to add.
        options.Endpoint = grpc ? Endpoint : new Uri($"{Endpoint.AbsoluteUri.TrimEnd('/')}/{path}");
        if (settings.Configuration["OTEL_EXPORTER_OTLP_HEADERS"] is { Length: > 0 } headers)
            options.Headers = headers;
    }
}
