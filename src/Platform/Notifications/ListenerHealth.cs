using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Heretix.Platform.Notifications;

/// <summary>Degraded while announcements are not heard: jobs begin up to a second later, memory may be 10 s old.</summary>
internal sealed class ListenerHealth(NotificationListener listener) : IHealthCheck
{
    public Task<HealthCheckResult> CheckHealthAsync(
        HealthCheckContext context,
        CancellationToken cancellationToken = default
    ) =>
        Task.FromResult(
            listener.IsConnected
                ? HealthCheckResult.Healthy()
                : HealthCheckResult.Degraded("Announcements of the database are not heard at the moment.")
        );
}
