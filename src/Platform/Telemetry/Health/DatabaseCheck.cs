using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Npgsql;

namespace Heretix.Platform.Telemetry.Health;

/// <summary>
/// Whether PostgreSQL answers, asked through the connections of requests: when those are not to be had for two seconds,
/// requests do not get them either.
/// </summary>
internal sealed class DatabaseCheck(IServiceProvider services) : IHealthCheck
{
    public async Task<HealthCheckResult> CheckHealthAsync(
        HealthCheckContext context,
        CancellationToken cancellationToken
    )
    {
        if (services.GetService<NpgsqlDataSource>() is not { } source)
            return HealthTags.Skipped;
        // After a restart of PostgreSQL the pool may hand out a connection that is dead; its death empties the pool.
        return await AnswersAsync(source, cancellationToken) || await AnswersAsync(source, cancellationToken)
            ? HealthCheckResult.Healthy()
            : HealthCheckResult.Unhealthy();
    }

    private static async Task<bool> AnswersAsync(NpgsqlDataSource source, CancellationToken cancellationToken)
    {
        try
        {
            await using var connection = await source.OpenConnectionAsync(cancellationToken);
            await using var command = new NpgsqlCommand("select 1", connection);
            await command.ExecuteScalarAsync(cancellationToken);
            return true;
        }
        catch (NpgsqlException)
        {
            // Nothing to log each time: the change of readiness is logged, and so is every request that fails.
            return false;
        }
    }
}
