using Heretix.Platform.Settings;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Options;

namespace Heretix.Platform.Telemetry.Health;

/// <summary>Room on the disk of the data folder. Little of it degrades; next to none is a failure.</summary>
internal sealed class DiskCheck(ServerSettings settings, IOptions<TelemetryOptions> options) : IHealthCheck
{
    private const double NextToNothing = 0.01;

    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken)
    {
        var drive = new DriveInfo(Existing(settings.DataFolder));
        var free = drive.TotalSize > 0 ? (double)drive.AvailableFreeSpace / drive.TotalSize : 1;
        return Task.FromResult(
            free < NextToNothing && options.Value.FreeShare > 0 ? HealthCheckResult.Unhealthy("full")
            : free < options.Value.FreeShare ? HealthCheckResult.Degraded("nearly_full")
            : HealthCheckResult.Healthy()
        );
    }

    /// <summary>The data folder may be made later; the nearest parent that is there is on the same disk.</summary>
    private static string Existing(string folder)
    {
        var path = Path.GetFullPath(folder);
        while (!Directory.Exists(path) && Path.GetDirectoryName(path) is { } parent)
            path = parent;
        return path;
    }
}
