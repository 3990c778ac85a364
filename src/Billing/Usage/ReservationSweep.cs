using Heretix.Platform.Database;
using Heretix.Platform.Jobs;
using Microsoft.Extensions.Options;
using Npgsql;

namespace Heretix.Billing.Usage;

/// <summary>
/// Sweeps up what nobody came back for: the places of overdue reservations, which a crashed process leaves behind, and rows
/// that no longer say anything. Counting does not wait for it; an overdue reservation stands in nobody's way.
/// </summary>
public sealed class ReservationSweep(IOptions<BillingOptions> options, TimeProvider time) : IRecurringJobHandler
{
    /// <summary>How often to sweep.</summary>
    public static TimeSpan Interval { get; } = TimeSpan.FromMinutes(1);

    /// <summary>How long it is kept that a reservation expired or was released; until then an expired one can be settled.</summary>
    private static readonly TimeSpan KeepUnused = TimeSpan.FromDays(7);

    /// <summary>Longer than a browser keeps its cookie, and so its token.</summary>
    private static readonly TimeSpan KeepAnonymous = TimeSpan.FromDays(400);

    private const string Places = """
        select distinct r.token_hash, r.meter, l.user_id, l.period_start
        from billing.usage_reservations r left join billing.usage_ledger l on l.id = r.ledger_id
        where r.state = 'open' and r.expires_at <= $1
        limit 1000
        """;

    private const string Forget = """
        with unused as (
            delete from billing.usage_reservations
            where state in ('expired', 'released') and expires_at < $1
        )
        delete from billing.anonymous_usage where updated_at < $2 and reserved = 0
        """;

    private const string OldPeriods = """
        select distinct ledger_id from (
            select ledger_id from billing.usage_reservations
            where state = 'settled' and settled_at < $1 and ledger_id is not null limit 10000) old
        """;

    private const string LockPeriod = "select 1 from billing.usage_ledger where id = $1 for no key update";

    private const string Fold = """
        with settled as (
            delete from billing.usage_reservations where ledger_id = $1 and state = 'settled' and settled_at < $2
            returning 1
        )
        update billing.usage_ledger set carried = carried + (select count(*)::int from settled) where id = $1
        """;

    /// <inheritdoc />
    public async Task RunAsync(JobRun run, CancellationToken stop)
    {
        ArgumentNullException.ThrowIfNull(run);
        await using var db = run.OpenDb();
        await SweepAsync(db, stop);
    }

    /// <summary>Sweeps once. Several sweeps at a time do no harm.</summary>
    /// <returns>The number of periods and browsers in which places were given back.</returns>
    public async Task<int> SweepAsync(HeretixDb db, CancellationToken cancellationToken)
    {
        var connection = await db.OpenAsync(cancellationToken);
        var now = time.GetUtcNow();
        var late = new List<(string? Browser, string Meter, Guid? User, DateTimeOffset? Start)>();
        await using (var command = connection.Command(Places, now))
        await using (var rows = await command.ExecuteReaderAsync(cancellationToken))
        {
            while (await rows.ReadAsync(cancellationToken))
                late.Add(
                    (
                        rows.IsDBNull(0) ? null : rows.GetString(0),
                        rows.GetString(1),
                        rows.IsDBNull(2) ? null : rows.GetGuid(2),
                        rows.IsDBNull(3) ? null : rows.GetFieldValue<DateTimeOffset>(3)
                    )
                );
        }

        // One period at a time, each in a transaction of its own: locks are never held on two.
        var changed = 0;
        foreach (var (browser, meter, user, start) in late)
        {
            await using var expire = browser is null
                ? OverdueReservations.OfUser(connection, user!.Value, meter, start!.Value, now)
                : OverdueReservations.OfBrowser(connection, browser, meter, now);
            changed += await expire.ExecuteNonQueryAsync(cancellationToken);
        }

        await FoldAsync(connection, now - options.Value.SettledRetention, cancellationToken);
        await using var forget = connection.Command(Forget, now - KeepUnused, now - KeepAnonymous);
        await forget.ExecuteNonQueryAsync(cancellationToken);
        return changed;
    }

    /// <summary>Adds old settled reservations to what their periods have carried over, and lets them go.</summary>
    private static async Task FoldAsync(
        NpgsqlConnection connection,
        DateTimeOffset before,
        CancellationToken cancellationToken
    )
    {
        var periods = new List<Guid>();
        await using (var find = connection.Command(OldPeriods, before))
        await using (var rows = await find.ExecuteReaderAsync(cancellationToken))
        {
            while (await rows.ReadAsync(cancellationToken))
                periods.Add(rows.GetGuid(0));
        }
        foreach (var period in periods)
        {
            await using var fold = new NpgsqlBatch(connection).Add(LockPeriod, period).Add(Fold, period, before);
            await fold.ExecuteNonQueryAsync(cancellationToken);
        }
    }
}
