using System.Collections.Concurrent;
using System.Data;
using System.Data.Common;
using System.Net.Sockets;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace Heretix.Platform.Database;

/// <summary>
/// Opens the connections of the server's contexts so that a restart of PostgreSQL fails no request that had not asked
/// anything yet: a pooled connection that nobody used for a while is asked whether it still lives, and while PostgreSQL
/// is away opening goes on trying. A statement is never repeated.
/// </summary>
/// <param name="use">Who the connections are for, as the meters call it.</param>
/// <param name="pooled">Whether closed connections are kept.</param>
/// <param name="options">How long to wait, and when to ask.</param>
/// <param name="meters">What is measured.</param>
/// <param name="time">The clock.</param>
/// <param name="logger">Hears of restarts.</param>
internal sealed class PatientOpening(
    string use,
    bool pooled,
    DatabaseOptions options,
    DatabaseMeters meters,
    TimeProvider time,
    ILogger logger
) : DbConnectionInterceptor
{
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(10);
    private static readonly TimeSpan LongestPause = TimeSpan.FromMilliseconds(250);

    /// <summary>More than any pool has connections: what is beyond it are backends that the pool has let go.</summary>
    private const int MostReturned = 1000;

    // When the connection of a backend process went back to its pool.
    private readonly ConcurrentDictionary<int, long> returned = [];

    // Which backend process serves a connection that somebody holds.
    private readonly ConcurrentDictionary<NpgsqlConnection, int> held = [];
    private readonly KeyValuePair<string, object?> tag = new("use", use);

    public override async ValueTask<InterceptionResult> ConnectionOpeningAsync(
        DbConnection connection,
        ConnectionEventData eventData,
        InterceptionResult result,
        CancellationToken cancellationToken = default
    )
    {
        if (!result.IsSuppressed)
            await OpenAsync((NpgsqlConnection)connection, cancellationToken);
        return InterceptionResult.Suppress();
    }

    public override InterceptionResult ConnectionOpening(
        DbConnection connection,
        ConnectionEventData eventData,
        InterceptionResult result
    )
    {
        if (result.IsSuppressed)
            return result;
        connection.Open();
        try
        {
            if (!IsDoubtful((NpgsqlConnection)connection) || Answers((NpgsqlConnection)connection))
                return InterceptionResult.Suppress();
        }
        catch
        {
            // EF believes that it was not opened, so nobody else would close it.
            connection.Close();
            throw;
        }
        // Without waiting there is one more try, which finds the pool empty and makes a new connection.
        connection.Close();
        connection.Open();
        return InterceptionResult.Suppress();
    }

    public override void ConnectionOpened(DbConnection connection, ConnectionEndEventData eventData) =>
        Take((NpgsqlConnection)connection);

    public override Task ConnectionOpenedAsync(
        DbConnection connection,
        ConnectionEndEventData eventData,
        CancellationToken cancellationToken = default
    )
    {
        Take((NpgsqlConnection)connection);
        return Task.CompletedTask;
    }

    private async Task OpenAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        var began = time.GetTimestamp();
        for (var pause = FirstPause; ; pause = pause < LongestPause ? pause * 2 : LongestPause)
        {
            try
            {
                await connection.OpenAsync(cancellationToken);
                if (!IsDoubtful(connection) || await AnswersOrClosesAsync(connection, cancellationToken))
                    break;
                // Its death has emptied the pool, so that the next one is new.
                await connection.CloseAsync();
                logger.ConnectionReplaced();
            }
            catch (NpgsqlException away) when (IsAway(away) && time.GetElapsedTime(began) + pause < options.RestartWait)
            {
                if (pause == FirstPause)
                    logger.DatabaseAway(away.Message);
                await Task.Delay(pause, time, cancellationToken);
            }
        }
        meters.Wait.Record(time.GetElapsedTime(began).TotalSeconds, tag);
    }

    private void Take(NpgsqlConnection connection)
    {
        if (!held.TryAdd(connection, connection.ProcessID))
            return;
        // EF tells of a connection that it closes, but not when a context is disposed with one open.
        connection.StateChange += GiveBack;
        meters.Held.Add(1, tag);
    }

    private void GiveBack(object sender, StateChangeEventArgs change)
    {
        if (change.CurrentState != ConnectionState.Closed || sender is not NpgsqlConnection connection)
            return;
        connection.StateChange -= GiveBack;
        if (!held.TryRemove(connection, out var backend))
            return;
        meters.Held.Add(-1, tag);
        if (!pooled)
            return;
        if (returned.Count >= MostReturned)
            ForgetOld();
        returned[backend] = time.GetTimestamp();
    }

    /// <summary>A pool drops idle connections without a word. What is forgotten wrongly is only not asked whether it lives.</summary>
    private void ForgetOld()
    {
        // A copy first: sorting a collection that others change at the same time may fail.
        foreach (var entry in returned.ToArray().OrderBy(entry => entry.Value).Take(MostReturned / 2))
            returned.TryRemove(entry.Key, out _);
    }

    private bool IsDoubtful(NpgsqlConnection connection) =>
        returned.TryRemove(connection.ProcessID, out var since) && time.GetElapsedTime(since) >= options.CheckAfterIdle;

    /// <summary>When the question itself fails, the caller believes that nothing was opened: then it is closed here.</summary>
    private static async Task<bool> AnswersOrClosesAsync(
        NpgsqlConnection connection,
        CancellationToken cancellationToken
    )
    {
        try
        {
            return await AnswersAsync(connection, cancellationToken);
        }
        catch
        {
            await connection.CloseAsync();
            throw;
        }
    }

    private static async Task<bool> AnswersAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        try
        {
            await using var ask = Ask(connection);
            await ask.ExecuteNonQueryAsync(cancellationToken);
            return true;
        }
        catch (NpgsqlException) when (connection.FullState != ConnectionState.Open)
        {
            return false;
        }
    }

    private static bool Answers(NpgsqlConnection connection)
    {
        try
        {
            using var ask = Ask(connection);
            ask.ExecuteNonQuery();
            return true;
        }
        catch (NpgsqlException) when (connection.FullState != ConnectionState.Open)
        {
            return false;
        }
    }

    private static NpgsqlCommand Ask(NpgsqlConnection connection) => new("select", connection) { CommandTimeout = 5 };

    /// <summary>
    /// Whether the server cannot be reached for now: it is down, starting, stopping, or full. A pool whose connections
    /// are all in use is another matter, and a host that does not exist will not appear.
    /// </summary>
    private static bool IsAway(NpgsqlException refused) =>
        refused switch
        {
            PostgresException { SqlState: var state } => state
                is PostgresErrorCodes.AdminShutdown
                    or PostgresErrorCodes.CrashShutdown
                    or PostgresErrorCodes.CannotConnectNow
                    or PostgresErrorCodes.TooManyConnections,
            { InnerException: SocketException socket } => socket.SocketErrorCode
                is not (SocketError.HostNotFound or SocketError.NoData),
            _ => refused.InnerException is IOException,
        };
}
