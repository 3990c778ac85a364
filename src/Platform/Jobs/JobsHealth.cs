using Heretix.Platform.Settings;
using Heretix.Platform.Telemetry.Health;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Heretix.Platform.Jobs;

/// <summary>
/// Whether this process begins jobs. Without that a worker is of no use; where requests are served too, they still are, and
/// the jobs wait. Skipped where jobs are only queued.
/// </summary>
internal sealed class JobsHealth(ServerSettings settings, WorkerState worker) : IHealthCheck
{
    public Task<HealthCheckResult> CheckHealthAsync(
        HealthCheckContext context,
        CancellationToken cancellationToken = default
    ) => Task.FromResult(Result());

    private HealthCheckResult Result()
    {
        if (settings.Role == ServerRole.Api)
            return HealthTags.Skipped;
        if (worker.Working)
            return HealthCheckResult.Healthy();
        return settings.Role == ServerRole.Worker
            ? HealthCheckResult.Unhealthy("not_running")
            : HealthCheckResult.Degraded("not_running");
    }
}
