using Heretix.Billing.Usage;
using Heretix.Checks.Cache;
using Heretix.Checks.Measuring;
using Heretix.Checks.Order;
using Heretix.Platform.Database;
using Heretix.Platform.Settings;
using Heretix.Rpl;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Npgsql;

namespace Heretix.Checks.Run;

/// <summary>
/// Makes checks, apart from the requests that ask for them: once begun, a check goes on to its end whoever leaves. Each
/// has its own row and its own reservation, even when several share one measurement.
/// </summary>
internal sealed class CheckRunner(
    IDbContextFactory<HeretixDb> databases,
    ResultCache cache,
    Flights flights,
    Measurements measurements,
    CheckClosing closing,
    RunningChecks running,
    CheckMetrics metrics,
    ServerSettings settings,
    IOptions<ChecksOptions> options,
    TimeProvider time,
    ILogger<CheckRunner> log
)
{
    /// <summary>Begins a check for which a use is reserved. When this fails, the reservation is given back.</summary>
    public async Task<CheckRun> StartAsync(CheckOrder order, UsageSubject subject, Guid reservation)
    {
        var started = time.GetTimestamp();
        try
        {
            var (row, found) = await BeginAsync(order, subject, reservation);
            return found is not null ? await AnswerAsync(row, found, started) : Launch(order, row, started);
        }
        catch (Exception failure)
        {
            if (!IsAccountGone(failure))
                Log.NotBegun(log, failure);
            try
            {
                await closing.ReleaseAsync(reservation);
            }
            catch (Exception lost)
            {
                // It expires by itself.
                Log.NotReleased(log, lost);
            }
            throw;
        }
    }

    /// <summary>Whether a check could not be begun because its user's account was erased meanwhile.</summary>
    public static bool IsAccountGone(Exception failure) =>
        failure
            is PostgresException { ConstraintName: CheckMapping.UserForeignKey or CheckRequestMapping.UserForeignKey };

    /// <summary>Looks for the result and, where there is none, stores that a check is running.</summary>
    private async Task<(Check Row, Measured? Found)> BeginAsync(
        CheckOrder order,
        UsageSubject subject,
        Guid reservation
    )
    {
        await using var db = await databases.CreateDbContextAsync();
        await db.Database.OpenConnectionAsync();
        var found = order.Measurement.NoCache ? null : await cache.FindAsync(db, order.ResultKey);
        var row = CheckFigures.Begin(
            order,
            subject,
            reservation,
            settings.Environment,
            running.Owner,
            time.GetUtcNow(),
            options.Value.LeaseTime
        );
        if (found is null)
        {
            await using var batch = new NpgsqlBatch((NpgsqlConnection)db.Database.GetDbConnection())
            {
                BatchCommands =
                {
                    EntityStatements.Insert(db, row),
                    EntityStatements.Insert(db, CheckRows.RequestOf(row, Check.Running)),
                },
            };
            await batch.ExecuteNonQueryAsync();
        }
        return (row, found);
    }

    private async Task<CheckRun> AnswerAsync(Check row, Measured found, long started)
    {
        var run = new CheckRun(row.Copy());
        var outcome = await closing.AnswerAsync(row, found);
        metrics.Finished(row, outcome, time.GetElapsedTime(started));
        run.End(outcome);
        return run;
    }

    private CheckRun Launch(CheckOrder order, Check row, long started)
    {
        var alone = order.Measurement.NoCache;
        var (flight, leads) = alone ? (new Flight(), true) : flights.Board(order.ResultKey);
        if (!leads)
            metrics.Joined("flight");
        var run = new CheckRun(row) { Flight = flight };
        running.Add(run);
        // What is asked anew shares with nobody, so nobody has to wait for it.
        var subject = alone ? $"{order.Subject}-{row.ExecutionId}" : order.Subject;
        var lead = leads ? new Lead(subject, row.ExecutionId) : null;
        // It outlives the request: neither its context nor its trace is the check's.
        using (ExecutionContext.SuppressFlow())
            _ = Task.Run(() => RunAsync(order, run, flight, lead, started));
        return run;
    }

    private async Task RunAsync(CheckOrder order, CheckRun run, Flight flight, Lead? lead, long started)
    {
        CheckOutcome outcome;
        try
        {
            if (lead is not null)
                await FlyAsync(order, run, flight, lead);
            outcome = await EndAsync(order, run, flight, lead);
        }
        catch (Exception failure)
        {
            // Not even the failure could be stored: the lease runs out, and the sweep marks the row.
            Log.NotClosed(log, run.Row.Id, failure);
            outcome = new CheckOutcome.Failed(CheckFailure.Unexpected);
        }
        finally
        {
            // Who leads stores the result: until then, whoever comes later comes along.
            if (lead is not null)
                flights.Leave(order.ResultKey, flight);
            running.Remove(run);
        }
        try
        {
            metrics.Finished(run.Row, outcome, time.GetElapsedTime(started));
        }
        finally
        {
            run.End(outcome);
        }
    }

    private async Task FlyAsync(CheckOrder order, CheckRun run, Flight flight, Lead lead)
    {
        try
        {
            flight.Land(await measurements.MeasureAsync(order, lead, run.Row.CreatedAt, flight));
        }
        catch (Exception failure)
        {
            flight.Fail(failure);
        }
    }

    private async Task<CheckOutcome> EndAsync(CheckOrder order, CheckRun run, Flight flight, Lead? lead)
    {
        Measured measured;
        try
        {
            measured = await flight.Landed;
        }
        catch (Exception cause)
        {
            var failure = CheckFailure.Of(cause);
            if (cause is not (MeasurementException or OperationCanceledException))
                Log.Failed(log, run.Row.Id, cause);
            return await closing.FailAsync(run.Row, failure, lead);
        }
        return await closing.CompleteAsync(run.Row, order.ResultKey, measured, lead);
    }
}
