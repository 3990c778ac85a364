using Heretix.Platform.Cache.Resp;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Heretix.Platform.Cache;

/// <summary>Degraded while Redis does not answer: everything works, with the memory of this process alone.</summary>
internal sealed class RedisHealth(RespClient redis) : IHealthCheck
{
    public Task<HealthCheckResult> CheckHealthAsync(
        HealthCheckContext context,
        CancellationToken cancellationToken = default
    ) =>
        Task.FromResult(
            redis.IsConnected
                ? HealthCheckResult.Healthy()
                : HealthCheckResult.Degraded("Redis does not answer; the memory of this process is used alone.")
        );
}
