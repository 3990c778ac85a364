using System.Diagnostics.Metrics;
using Heretix.Platform.Database;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Heretix.Billing.Ledger.Audit;

/// <summary>
/// Gauges of the last audit of the installation, whichever process made it: how many differences, and when. The note is
/// read once a minute, so reading the metrics costs no query.
/// </summary>
internal sealed class LedgerGauge(
    IDbContextFactory<HeretixDb> databases,
    IMeterFactory meters,
    TimeProvider time,
    ILogger<LedgerGauge> log
) : BackgroundService
{
    private static readonly TimeSpan Interval = TimeSpan.FromMinutes(1);
    private AuditNote? latest;

    /// <inheritdoc />
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var meter = meters.Create(LedgerMetrics.Meter);
        meter.CreateObservableGauge(
            "heretix.ledger.differences",
            () => Read(note => note.Differences),
            "{difference}",
            "What the last audit of the coin ledger found; anything but 0 needs a person."
        );
        meter.CreateObservableGauge(
            "heretix.ledger.audited",
            () => Read(note => note.AuditedAt.ToUnixTimeSeconds()),
            "s",
            "When the coin ledger was audited last, in seconds since 1970."
        );
        using var timer = new PeriodicTimer(Interval, time);
        do
        {
            try
            {
                await ReadAsync(stoppingToken);
            }
            catch (Exception) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
            catch (Exception error)
            {
                Log.NotRead(log, error);
            }
        } while (await timer.WaitForNextTickAsync(stoppingToken));
    }

    /// <summary>Reads the note now.</summary>
    internal async Task ReadAsync(CancellationToken cancellationToken)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        latest = await db.Set<AuditNote>().AsNoTracking().SingleOrDefaultAsync(cancellationToken);
    }

    private IEnumerable<Measurement<long>> Read(Func<AuditNote, long> figure) =>
        latest is { } note ? [new Measurement<long>(figure(note))] : [];
}
