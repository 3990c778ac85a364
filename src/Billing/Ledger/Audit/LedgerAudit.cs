using System.Data;
using Heretix.Platform.Database;
using Heretix.Platform.Jobs;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;

namespace Heretix.Billing.Ledger.Audit;

/// <summary>
/// Computes everything that the books keep anew from the postings, over one moment of the database, and names what differs.
/// It changes nothing but the note of what it found, which the metric shows.
/// </summary>
public sealed class LedgerAudit(TimeProvider time, ILogger<LedgerAudit> log) : IRecurringJobHandler
{
    internal const string Kind = "billing.ledger_audit";
    private const int MostOfAKind = 100;

    private const string Summary = """
        select (select count(*) from billing.coin_accounts), (select count(*) from billing.transfers),
            (select count(*) from billing.coin_accounts where receivable > 0)
        """;

    private const string Totals =
        "select account, sum(amount)::bigint from billing.postings group by account order by account";

    private const string Note = """
        insert into billing.ledger_audits (id, audited_at, differences) values (1, $1, $2)
        on conflict (id) do update set audited_at = excluded.audited_at, differences = excluded.differences
        """;

    /// <summary>How often the job runs.</summary>
    public static TimeSpan Interval { get; } = TimeSpan.FromHours(6);

    /// <inheritdoc />
    public async Task RunAsync(JobRun run, CancellationToken stop)
    {
        ArgumentNullException.ThrowIfNull(run);
        await using var db = run.OpenDb();
        var report = await AuditAsync(db, stop);
        foreach (var found in report.Differences)
            Log.Difference(log, found.Kind, found.Subject, found.Stored, found.Computed);
        if (report.Differences.Count == 0)
            Log.Clean(log, report.Accounts, report.Transfers);
    }

    /// <summary>Audits, and notes how many differences there are.</summary>
    /// <param name="db">A context without a transaction, whose connection may plan for whole tables: a job's or a verb's.</param>
    public async Task<LedgerReport> AuditAsync(HeretixDb db, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(db);
        var report = await LookAsync(db, cancellationToken);
        var connection = await db.OpenAsync(cancellationToken);
        await using var note = connection.Command(Note, report.At, report.Differences.Count);
        await note.ExecuteNonQueryAsync(cancellationToken);
        return report;
    }

    private async Task<LedgerReport> LookAsync(HeretixDb db, CancellationToken cancellationToken)
    {
        // Transfers that commit meanwhile are either wholly in it or not at all.
        await using var transaction = await db.Database.BeginTransactionAsync(
            IsolationLevel.RepeatableRead,
            cancellationToken
        );
        var at = time.GetUtcNow();
        await using var batch = db.BatchInTransaction().Add(Summary).Add(Totals);
        // A large ledger takes as long as it takes.
        batch.Timeout = 0;
        foreach (var check in LedgerChecks.All)
            batch.Add($"{check.Sql} limit {MostOfAKind}");
        await using var reader = await batch.ExecuteReaderAsync(cancellationToken);
        await reader.ReadAsync(cancellationToken);
        var (accounts, transfers, owing) = (reader.GetInt64(0), reader.GetInt64(1), reader.GetInt64(2));
        await reader.NextResultAsync(cancellationToken);
        var totals = new List<(string, long)>();
        while (await reader.ReadAsync(cancellationToken))
            totals.Add((reader.GetString(0), reader.GetInt64(1)));
        var differences = new List<LedgerDifference>();
        foreach (var (kind, meaning, _) in LedgerChecks.All)
        {
            await reader.NextResultAsync(cancellationToken);
            while (await reader.ReadAsync(cancellationToken))
                differences.Add(
                    new LedgerDifference(kind, reader.GetString(0), reader.GetString(1), reader.GetString(2), meaning)
                );
        }
        return new LedgerReport(at, accounts, transfers, totals, owing, differences);
    }
}
