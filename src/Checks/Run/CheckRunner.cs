using Heretix.Billing.Usage;
using Heretix.Checks.Cache;
using Heretix.Checks.Measuring;
using Heretix.Checks.Order;
using Heretix.Checks.Store;
using Heretix.Platform.Database;
using Heretix.Platform.Http.Idempotency;
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
    MeasurementLeases leases,
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
    /// <param name="key">The key of the request, which is used up in the transaction that counts the check.</param>
    public async Task<CheckRun> StartAsync(
        CheckOrder order,
        UsageSubject subject,
        Guid reservation,
        KeyedWork? key = null
    )
    {
        var started = time.GetTimestamp();
        var row = CheckFigures.Begin(
            order,
            subject,
            reservation,
            settings.Environment,
            running.Owner,
            time.GetUtcNow(),
            options.Value.LeaseTime
        );
        try
        {
            var atHand = order.Measurement.NoCache ? null : await cache.AtHandAsync(order.ResultKey);
            if (atHand is null)
                return await LaunchAsync(order, row, key, started);
            metrics.CacheAsked(hit: true);
            return await AnswerAsync(row, atHand, key, started);
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

    private async Task<CheckRun> AnswerAsync(Check row, Measured found, KeyedWork? key, long started)
    {
        var outcome = await closing.AnswerAsync(row, found, key);
        metrics.Finished(row, outcome, time.GetElapsedTime(started));
        // Only now: the key is held until the run ends, so there must be nothing left that could fail.
        var run = new CheckRun(row, key);
        run.End(outcome);
        return run;
    }

    private async Task<CheckRun> LaunchAsync(CheckOrder order, Check row, KeyedWork? key, long started)
    {
        var (flight, lead) = Board(order, row);
        try
        {
            if (await BeginAsync(order, row, lead) is { } found)
                flight.Land(found);
        }
        catch
        {
            if (lead is not null)
            {
                flight.Fail(new NotBegunException());
                flights.Leave(order.ResultKey, flight);
            }
            await ForgetAsync(row, lead);
            throw;
        }
        if (lead is null)
            metrics.Joined("flight");
        var run = new CheckRun(row, key) { Flight = flight };
        running.Add(run);
        // It outlives the request: neither its context nor its trace is the check's.
        using (ExecutionContext.SuppressFlow())
            _ = Task.Run(() => RunAsync(order, run, flight, lead, started));
        return run;
    }

    /// <summary>Joins the measurement of an equal order in this process, or begins to lead one.</summary>
    private (Flight Flight, Lead? Lead) Board(CheckOrder order, Check row)
    {
        // What is asked anew shares with nobody, so nobody has to wait for it.
        if (order.Measurement.NoCache)
            return (new Flight(), new Lead($"{order.Subject}-{row.ExecutionId}", row.ExecutionId));
        var (flight, leads) = flights.Board(order.ResultKey);
        return (flight, leads ? new Lead(order.Subject, row.ExecutionId) : null);
    }

    /// <summary>
    /// What was to be begun may have been, although the answer was lost: nobody would renew its lease, and others would wait
    /// for it to run out. When this fails too, they do.
    /// </summary>
    private async Task ForgetAsync(Check row, Lead? lead)
    {
        try
        {
            await using var db = await databases.CreateDbContextAsync();
            await db.Database.OpenConnectionAsync();
            await using var batch = new NpgsqlBatch((NpgsqlConnection)db.Database.GetDbConnection())
            {
                BatchCommands =
                {
                    new("DELETE FROM checks.checks WHERE id = $1") { Parameters = { new() { Value = row.Id } } },
                    new("DELETE FROM checks.requests WHERE check_id = $1")
                    {
                        Parameters = { new() { Value = row.Id } },
                    },
                },
            };
            foreach (var statement in lead is null ? [] : leases.Release(lead))
                batch.BatchCommands.Add(statement);
            await batch.ExecuteNonQueryAsync();
        }
        catch (Exception lost) when (lost is NpgsqlException or InvalidOperationException or TimeoutException)
        {
            Log.NotForgotten(log, row.Id, lost);
        }
    }

    /// <summary>
    /// Stores that a check is running. Who leads takes the lease of the subject in the same round trip, and then looks
    /// whether a result was stored before it was taken, and which samples are there.
    /// </summary>
    private async Task<Measured?> BeginAsync(CheckOrder order, Check row, Lead? lead)
    {
        await using var db = await databases.CreateDbContextAsync();
        await db.Database.OpenConnectionAsync();
        await using var batch = new NpgsqlBatch((NpgsqlConnection)db.Database.GetDbConnection())
        {
            BatchCommands =
            {
                EntityStatements.Insert(db, row),
                EntityStatements.Insert(db, CheckRows.RequestOf(row, Check.Running)),
            },
        };
        if (lead is null)
        {
            await batch.ExecuteNonQueryAsync();
            return null;
        }
        var take = leases.Take(lead);
        batch.BatchCommands.Add(take);
        if (order.Measurement.NoCache)
        {
            await batch.ExecuteNonQueryAsync();
            lead.Taken = take.RecordsAffected > 0;
            return null;
        }
        batch.BatchCommands.Add(cache.Find(order.ResultKey));
        batch.BatchCommands.Add(KnownSamples.Find(order.CacheKeys, row.ExecutionId));
        Measured? found;
        KnownSamples known;
        await using (var rows = await batch.ExecuteReaderAsync())
        {
            found = await cache.ReadAsync(order.ResultKey, rows);
            await rows.NextResultAsync();
            known = await KnownSamples.ReadAsync(order.CacheKeys, rows, CancellationToken.None);
        }
        lead.Taken = take.RecordsAffected > 0;
        // Without the lease others may be adding to them.
        lead.Known = lead.Taken ? known : null;
        metrics.CacheAsked(hit: found is not null);
        return found;
    }

    private async Task RunAsync(CheckOrder order, CheckRun run, Flight flight, Lead? lead, long started)
    {
        CheckOutcome outcome;
        try
        {
            while (lead is null && await IsGroundedAsync(flight))
            {
                // Who led could not even begin, which is no fault of those who came along: one of them leads.
                (flight, lead) = Board(order, run.Row);
                run.Flight = flight;
            }
            if (lead is not null && !flight.Landed.IsCompleted)
                await FlyAsync(order, run, flight, lead);
            outcome = await EndAsync(order, run, flight, lead);
        }
        catch (Exception failure)
        {
            // Not even the failure could be stored: the lease runs out, and the sweep marks the row.
            Log.NotClosed(log, run.Row.Id, failure);
            outcome = new CheckOutcome.Failed(
                CheckFailure.Of(failure) == CheckFailure.DatabaseUnavailable
                    ? CheckFailure.NotStored
                    : CheckFailure.Unexpected
            );
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

    private static async Task<bool> IsGroundedAsync(Flight flight)
    {
        await ((Task)flight.Landed).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        return flight.Landed.Exception?.InnerException is NotBegunException;
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
        return await closing.CompleteAsync(run, order, measured, lead);
    }

    /// <summary>Whoever led a measurement could not begin.</summary>
    private sealed class NotBegunException : Exception;
}
