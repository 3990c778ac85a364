using Heretix.Billing.Usage;
using Heretix.Platform.Database;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Npgsql;

namespace Heretix.Checks.Run;

/// <summary>
/// Says at intervals that this process is alive: renews the leases of its checks and measurements, and the reservations
/// behind them. When the server stops, it sees the running checks out.
/// </summary>
internal sealed class LeaseKeeper(
    RunningChecks running,
    IDbContextFactory<HeretixDb> databases,
    IUsageMeter meter,
    IHostApplicationLifetime lifetime,
    IOptions<ChecksOptions> options,
    TimeProvider time,
    ILogger<LeaseKeeper> log
) : BackgroundService
{
    /// <summary>Renews everything that this process holds.</summary>
    public async Task RenewAsync(CancellationToken cancellationToken)
    {
        var runs = running.Snapshot();
        if (runs.Count == 0)
            return;
        try
        {
            await RenewLeasesAsync(runs, cancellationToken);
            // Settling looks at what is still open; nothing has to be done about the others here.
            await meter.RenewAsync([.. runs.Select(run => run.Row.ReservationId!.Value)], cancellationToken);
        }
        catch (Exception failure) when (!cancellationToken.IsCancellationRequested)
        {
            Log.NotRenewed(log, runs.Count, failure);
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        // The requests that wait for running checks are part of what the server waits for, so the clock starts before it does.
        using var stopping = lifetime.ApplicationStopping.Register(() =>
        {
            if (running.Count > 0)
                Log.Draining(log, running.Count, options.Value.DrainTimeout);
            running.BeginDrain();
        });
        using var timer = new PeriodicTimer(options.Value.RenewInterval, time);
        while (await timer.WaitForNextTickAsync(stoppingToken))
            await RenewAsync(stoppingToken);
    }

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        running.BeginDrain();
        await running.DrainedAsync(cancellationToken);
        await base.StopAsync(cancellationToken);
    }

    /// <summary>Only what a live run leads is renewed: a measurement that nobody could close must run out.</summary>
    private async Task RenewLeasesAsync(IReadOnlyCollection<CheckRun> runs, CancellationToken cancellationToken)
    {
        var ids = runs.Select(run => run.Row.Id).ToArray();
        var executions = runs.Select(run => run.Row.ExecutionId).ToArray();
        var until = time.GetUtcNow() + options.Value.LeaseTime;
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        await db.Database.OpenConnectionAsync(cancellationToken);
        await using var batch = new NpgsqlBatch((NpgsqlConnection)db.Database.GetDbConnection())
        {
            BatchCommands =
            {
                new("UPDATE checks.checks SET lease_until = $1 WHERE id = ANY($2) AND status = 'running'")
                {
                    Parameters =
                    {
                        new() { Value = until },
                        new() { Value = ids },
                    },
                },
                new("UPDATE checks.measurements SET lease_until = $1 WHERE owner = $2 AND execution_id = ANY($3)")
                {
                    Parameters =
                    {
                        new() { Value = until },
                        new() { Value = running.Owner },
                        new() { Value = executions },
                    },
                },
            },
        };
        await batch.ExecuteNonQueryAsync(cancellationToken);
    }
}
