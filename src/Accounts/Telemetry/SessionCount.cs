using System.Diagnostics.Metrics;
using Heretix.Accounts.Sessions;
using Heretix.Platform.Database;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Heretix.Accounts.Telemetry;

/// <summary>
/// Gauges of the whole installation, not of the process: sessions that are valid, and the users who have one. They are
/// counted now and then, and reading the metrics costs no query.
/// </summary>
internal sealed class SessionCount(
    IDbContextFactory<HeretixDb> databases,
    IMeterFactory meters,
    TimeProvider time,
    IOptions<AccountsOptions> options,
    ILogger<SessionCount> log
) : BackgroundService
{
    private sealed record Figures(long Sessions, long Users);

    private Figures? latest;

    /// <inheritdoc />
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var meter = meters.Create(SignInMeter.Name);
        meter.CreateObservableGauge(
            "heretix.sessions.active",
            () => Read(f => f.Sessions),
            "{session}",
            "Valid sessions."
        );
        meter.CreateObservableGauge(
            "heretix.users.active",
            () => Read(f => f.Users),
            "{user}",
            "Users with a valid session."
        );
        using var timer = new PeriodicTimer(TimeSpan.FromSeconds(options.Value.CountSeconds), time);
        do
        {
            try
            {
                latest = await CountAsync(stoppingToken);
            }
            catch (Exception) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
            catch (Exception exception)
            {
                Log.NotCounted(log, exception);
            }
        } while (await timer.WaitForNextTickAsync(stoppingToken));
    }

    private IEnumerable<Measurement<long>> Read(Func<Figures, long> figure) =>
        latest is { } figures ? [new Measurement<long>(figure(figures))] : [];

    private async Task<Figures> CountAsync(CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var idleSince = now - options.Value.IdleLifetime;
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        return await db.Set<Session>()
                .Where(session => session.ExpiresAt > now && session.LastSeenAt > idleSince)
                .GroupBy(_ => 1)
                .Select(all => new Figures(all.Count(), all.Select(session => session.UserId).Distinct().Count()))
                .SingleOrDefaultAsync(cancellationToken)
            ?? new Figures(0, 0);
    }
}
