using System.Globalization;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Options;

namespace Heretix.Platform.Telemetry.Health;

/// <summary>Memory that programs can still have on this machine; what the kernel only caches counts as free.</summary>
internal sealed class MemoryCheck(IOptions<TelemetryOptions> options) : IHealthCheck
{
    private const string Source = "/proc/meminfo";

    public async Task<HealthCheckResult> CheckHealthAsync(
        HealthCheckContext context,
        CancellationToken cancellationToken
    )
    {
        if (!File.Exists(Source))
            return HealthTags.Skipped;
        var lines = await File.ReadAllLinesAsync(Source, cancellationToken);
        if (Kilobytes(lines, "MemTotal:") is not { } total || Kilobytes(lines, "MemAvailable:") is not { } available)
            return HealthTags.Skipped;
        return available / total < options.Value.FreeShare
            ? HealthCheckResult.Degraded("nearly_full")
            : HealthCheckResult.Healthy();
    }

    private static double? Kilobytes(string[] lines, string name) =>
        lines.FirstOrDefault(line => line.StartsWith(name, StringComparison.Ordinal)) is { } line
        && double.TryParse(
            line.AsSpan(name.Length).Trim().TrimEnd("kB").Trim(),
            CultureInfo.InvariantCulture,
            out var number
        )
            ? number
            : null;
}
