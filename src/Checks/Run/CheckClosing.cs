using Heretix.Billing.Usage;
using Heretix.Checks.Cache;
using Heretix.Checks.Measuring;
using Heretix.Checks.Order;
using Heretix.Checks.Store;
using Heretix.Platform.Database;
using Heretix.Platform.Http.Idempotency;
using Heretix.Rpl.Results;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Storage;
using Npgsql;

namespace Heretix.Checks.Run;

/// <summary>
/// Ends checks. One transaction stores the check, keeps the result for others, gives the lease back and settles or
/// releases the reservation: all of it happens or none, and a repeat after a lost connection changes nothing more.
/// </summary>
internal sealed class CheckClosing(
    IDbContextFactory<HeretixDb> databases,
    IUsageMeter meter,
    ResultCache cache,
    MeasurementLeases leases,
    ReleaseNews news,
    TimeProvider time
)
{
    /// <summary>Stores a check whose result was found before it began: the row is new.</summary>
    public Task<CheckOutcome> AnswerAsync(Check row, Measured found, KeyedWork? key)
    {
        var repeats = false;
        return Patience.WithDatabaseAsync(
            time,
            async () =>
            {
                // An earlier attempt may have been committed although its answer was lost, or be committed just now.
                var committed = repeats ? await CommittedAsync(row.Id) : null;
                repeats = true;
                try
                {
                    return committed ?? await TryAnswerAsync(row.Copy(), found, key);
                }
                catch (PostgresException there) when (there.SqlState == PostgresErrorCodes.UniqueViolation)
                {
                    return await CommittedAsync(row.Id) ?? throw new InvalidOperationException("another check", there);
                }
            }
        );
    }

    private async Task<CheckOutcome> TryAnswerAsync(Check row, Measured found, KeyedWork? key)
    {
        await using var db = await databases.CreateDbContextAsync();
        await using var transaction = await db.Database.BeginTransactionAsync();
        var usage = await SettleAsync(db, row);
        var outcome = Fill(row, found, usage);
        await ExecuteAsync(
            transaction,
            lead: null,
            EntityStatements.Insert(db, row),
            EntityStatements.Insert(db, CheckRows.RequestOf(row, OutcomeName(outcome))),
            Done(outcome, key)
        );
        await transaction.CommitAsync();
        return outcome;
    }

    /// <summary>Stores the result of a running check.</summary>
    /// <param name="lead">The lease, when this check led the measurement.</param>
    public async Task<CheckOutcome> CompleteAsync(CheckRun run, CheckOrder order, Measured measured, Lead? lead) =>
        await CloseAsync(
            run.Row,
            run.Key,
            lead,
            async (db, row) =>
            {
                var usage = await SettleAsync(db, row);
                return Fill(row, measured, usage);
            },
            async db =>
            {
                if (lead is null || !measured.Fresh)
                    return null;
                // Only what is asked anew can take the place of a result of which there are copies.
                if (order.Measurement.NoCache)
                    await cache.AnnounceAsync(db, order.ResultKey);
                return cache.Keep(order.ResultKey, run.Row.Env, measured);
            }
        );

    /// <summary>Stores why a running check has no result, and gives its reservation back.</summary>
    public async Task<CheckOutcome> FailAsync(Check begun, CheckFailure failure, Lead? lead) =>
        await CloseAsync(
            begun,
            key: null,
            lead,
            async (db, row) =>
            {
                await meter.ReleaseAsync(db, row.ReservationId!.Value, CancellationToken.None);
                CheckFigures.Fail(row, failure, time.GetUtcNow());
                return new CheckOutcome.Failed(failure);
            },
            keep: static _ => Task.FromResult<NpgsqlBatchCommand?>(null)
        );

    /// <summary>Gives a reservation back for which no check has begun.</summary>
    public async Task ReleaseAsync(Guid reservation)
    {
        await using var db = await databases.CreateDbContextAsync();
        await using var transaction = await db.Database.BeginTransactionAsync();
        await meter.ReleaseAsync(db, reservation, CancellationToken.None);
        await transaction.CommitAsync();
    }

    private async Task<CheckOutcome> CloseAsync(
        Check begun,
        KeyedWork? key,
        Lead? lead,
        Func<HeretixDb, Check, Task<CheckOutcome>> fill,
        Func<HeretixDb, Task<NpgsqlBatchCommand?>> keep
    )
    {
        var outcome = await Patience.WithDatabaseAsync(
            time,
            async () => await TryCloseAsync(begun, key, lead, fill, keep) ?? await GoneAsync(begun, lead, keep)
        );
        if (lead is not null)
            news.Heard(lead.Subject);
        return outcome;
    }

    private async Task<CheckOutcome?> CommittedAsync(Guid id)
    {
        Check? row;
        await using (var db = await databases.CreateDbContextAsync())
            row = await db.Set<Check>().AsNoTracking().FirstOrDefaultAsync(check => check.Id == id);
        if (row is null)
            return null;
        if (row.Status == Check.Failed)
            return new CheckOutcome.Failed(CheckRows.FailureOf(row));
        var usage = await meter.ViewAsync(CheckRows.SubjectOf(row), Meters.Checks, CancellationToken.None);
        return new CheckOutcome.Completed(row, CheckRows.ResultOf(row)!, usage);
    }

    /// <summary>Null when the row is not this process's to close any more.</summary>
    private async Task<CheckOutcome?> TryCloseAsync(
        Check begun,
        KeyedWork? key,
        Lead? lead,
        Func<HeretixDb, Check, Task<CheckOutcome>> fill,
        Func<HeretixDb, Task<NpgsqlBatchCommand?>> keep
    )
    {
        await using var db = await databases.CreateDbContextAsync();
        await using var transaction = await db.Database.BeginTransactionAsync();
        var row = begun.Copy();
        var outcome = await fill(db, row);
        // Only the process that runs a check may finish it, once.
        var closed = EntityStatements.Update(db, row, ("status", Check.Running), ("owner", begun.Owner));
        NpgsqlBatchCommand told = new("UPDATE checks.requests SET outcome = $1 WHERE check_id = $2")
        {
            Parameters =
            {
                new() { Value = OutcomeName(outcome) },
                new() { Value = row.Id },
            },
        };
        await ExecuteAsync(transaction, lead, closed, await keep(db), told, Done(outcome, key));
        if (closed.RecordsAffected == 0)
            return null;
        await transaction.CommitAsync();
        return outcome;
    }

    /// <summary>
    /// An earlier attempt may have been committed although its answer was lost. Otherwise the row was deleted or given up
    /// for dead: then nothing is counted, and what was measured is kept for others.
    /// </summary>
    private async Task<CheckOutcome> GoneAsync(Check begun, Lead? lead, Func<HeretixDb, Task<NpgsqlBatchCommand?>> keep)
    {
        Check? row;
        await using (var db = await databases.CreateDbContextAsync())
        {
            row = await db.Set<Check>().AsNoTracking().FirstOrDefaultAsync(check => check.Id == begun.Id);
            if (row is null || row.Status == Check.Failed)
            {
                await using var transaction = await db.Database.BeginTransactionAsync();
                await meter.ReleaseAsync(db, begun.ReservationId!.Value, CancellationToken.None);
                await ExecuteAsync(transaction, lead, await keep(db));
                await transaction.CommitAsync();
            }
        }
        if (row is null)
            return new CheckOutcome.Failed(CheckFailure.Deleted);
        if (row.Status == Check.Failed)
            return new CheckOutcome.Failed(CheckRows.FailureOf(row));
        var usage = await meter.ViewAsync(CheckRows.SubjectOf(row), Meters.Checks, CancellationToken.None);
        return new CheckOutcome.Completed(row, CheckRows.ResultOf(row)!, usage);
    }

    /// <summary>Counts the use; null when it may not be counted, and then its place is given back.</summary>
    private async Task<UsageView?> SettleAsync(HeretixDb db, Check row)
    {
        var usage = await meter.SettleAsync(db, row.ReservationId!.Value, CancellationToken.None);
        if (usage is null)
            await meter.ReleaseAsync(db, row.ReservationId.Value, CancellationToken.None);
        return usage;
    }

    private CheckOutcome Fill(Check row, Measured measured, UsageView? usage)
    {
        if (usage is null)
        {
            CheckFigures.Fail(row, CheckFailure.ReservationExpired, time.GetUtcNow());
            return new CheckOutcome.Failed(CheckFailure.ReservationExpired);
        }
        RunResult result =
            measured.Fresh && measured.Result.ExecutionId == row.ExecutionId
                ? measured.Result
                : measured.For(row.ExecutionId, row.LogicalModel, row.CreatedAt);
        CheckFigures.Complete(row, result, measured, time.GetUtcNow());
        return new CheckOutcome.Completed(row, result, usage);
    }

    private async Task ExecuteAsync(
        IDbContextTransaction transaction,
        Lead? lead,
        params NpgsqlBatchCommand?[] statements
    )
    {
        NpgsqlBatchCommand[] all =
        [
            .. statements.OfType<NpgsqlBatchCommand>(),
            .. lead is null ? [] : leases.Release(lead),
        ];
        if (all.Length == 0)
            return;
        var inner = (NpgsqlTransaction)transaction.GetDbTransaction();
        await using var batch = new NpgsqlBatch(inner.Connection, inner);
        foreach (var statement in all)
            batch.BatchCommands.Add(statement);
        await batch.ExecuteNonQueryAsync();
    }

    private static NpgsqlBatchCommand? Done(CheckOutcome outcome, KeyedWork? key) =>
        outcome is CheckOutcome.Completed ? key?.Done() : null;

    private static string OutcomeName(CheckOutcome outcome) =>
        outcome is CheckOutcome.Failed failed ? failed.Failure.Code : Check.Completed;
}
