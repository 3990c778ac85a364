using Microsoft.Extensions.Logging;

namespace Heretix.Platform.Cache.Resp;

/// <summary>
/// A Redis that may come and go. There is one connection for everybody. Without one, commands are answered
/// <see cref="RespKind.Unavailable"/> at once, while a single loop in the background tries to connect with growing waits:
/// a Redis that is away or hangs costs its callers one time-out, not one for each request.
/// </summary>
/// <param name="address">Where it is.</param>
/// <param name="tuning">Times and sizes.</param>
/// <param name="time">Times the waits.</param>
/// <param name="log">Hears when Redis goes and comes, never what is stored.</param>
internal sealed class RespClient(RedisAddress address, RespTuning tuning, TimeProvider time, ILogger log)
    : IAsyncDisposable
{
    /// <summary>A connection that lived this long is no sign of a Redis that keeps failing.</summary>
    private static readonly TimeSpan Settled = TimeSpan.FromSeconds(5);

    private readonly Lock gate = new();
    private readonly CancellationTokenSource stop = new();
    private readonly TaskCompletionSource firstAttempt = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private volatile RespConnection? current;

    /// <summary>The current connection, or the one that is being opened: writes go there already, reads do not yet.</summary>
    private RespConnection? reached;
    private Task? running;
    private RespScript[] scripts = [];

    /// <summary>Commands are being answered.</summary>
    public bool IsConnected => current is not null;

    /// <summary>
    /// Done on each new connection before anybody else may use it; false refuses the connection. Set before the start.
    /// </summary>
    public Func<RespConnection, ValueTask<bool>>? Opening { get; set; }

    /// <summary>Shows a script to the server, now if there is one and on each new connection.</summary>
    public void Add(RespScript script)
    {
        lock (gate)
        {
            scripts = [.. scripts, script];
            if (reached is { } connection)
                _ = script.LoadAsync(connection).AsTask();
        }
    }

    /// <summary>Begins to connect. The result completes after the first attempt, whether it succeeded or not.</summary>
    public Task StartAsync()
    {
        running ??= Task.Run(() => RunAsync(stop.Token));
        return firstAttempt.Task;
    }

    /// <summary>Sends a command; it is on its way when this returns. Never throws; await the result exactly once.</summary>
    public ValueTask<RespValue> SendAsync(params ReadOnlySpan<RespArgument> command) =>
        current is { } connection ? connection.SendAsync(command) : new ValueTask<RespValue>(RespValue.Unavailable);

    /// <summary>
    /// Sends a write that nothing may be read without. If it is not known to have arrived, the connection ends, and the
    /// next one is used only after <see cref="Opening"/>, which makes up for it. The result is false then: until the
    /// connection ended, something may have been read without the write.
    /// </summary>
    public ValueTask<bool> WriteOrReopenAsync(params ReadOnlySpan<RespArgument> command)
    {
        // Under the lock, so that no other connection is opened in between. Without any, the opening of the next makes up.
        lock (gate)
        {
            return reached is { } connection
                ? WaitAsync(connection, connection.SendAsync(command))
                : new ValueTask<bool>(true);
        }

        static async ValueTask<bool> WaitAsync(RespConnection connection, ValueTask<RespValue> sent)
        {
            var reply = await sent;
            if (reply.Kind is not (RespKind.Error or RespKind.Unavailable))
                return true;
            connection.End($"a change could not be written: {reply.Describe()}");
            return false;
        }
    }

    public async ValueTask DisposeAsync()
    {
        await stop.CancelAsync();
        if (running is not null)
            await running;
        stop.Dispose();
    }

    private async Task RunAsync(CancellationToken cancellationToken)
    {
        var failures = 0;
        while (!cancellationToken.IsCancellationRequested)
        {
            var began = time.GetTimestamp();
            try
            {
                await using var connection = await OpenAsync(cancellationToken);
                Log.RedisConnected(log, address);
                firstAttempt.TrySetResult();
                began = time.GetTimestamp();
                using (cancellationToken.Register(() => connection.End("the program stops")))
                    Log.RedisLost(log, address, await LastAsync(connection));
                failures = time.GetElapsedTime(began) > Settled ? 0 : failures;
            }
            catch (Exception) when (cancellationToken.IsCancellationRequested) { }
            catch (Exception e)
            {
                // Whatever it was: without this loop Redis is away until the process starts again. And what
                // was being opened is no connection any more.
                lock (gate)
                    (current, reached) = (null, null);
                if (failures == 0)
                    Log.RedisUnreachable(log, address, e.Message);
            }
            firstAttempt.TrySetResult();
            await PauseAsync(failures++, cancellationToken);
        }
    }

    private async Task<RespConnection> OpenAsync(CancellationToken cancellationToken)
    {
        var connection = await RespConnector.ConnectAsync(address, tuning, time, cancellationToken);
        RespScript[] shown;
        lock (gate)
            (reached, shown) = (connection, scripts);
        try
        {
            foreach (var script in shown)
                await script.LoadAsync(connection);
            if (Opening is null || await Opening(connection))
                return current = connection;
        }
        catch
        {
            await connection.DisposeAsync();
            throw;
        }

        lock (gate)
            reached = null;
        connection.End("Redis refuses writes");
        var reason = await connection.Ended;
        await connection.DisposeAsync();
        throw new IOException(reason);
    }

    private async Task<string> LastAsync(RespConnection connection)
    {
        try
        {
            return await connection.Ended;
        }
        finally
        {
            lock (gate)
                (current, reached) = (null, null);
        }
    }

    private async Task PauseAsync(int failures, CancellationToken cancellationToken)
    {
        var wait = tuning.FirstRetry * Math.Pow(2, Math.Min(failures, 16));
        try
        {
            await Task.Delay(wait < tuning.LongestRetry ? wait : tuning.LongestRetry, time, cancellationToken);
        }
        catch (OperationCanceledException) { }
    }
}
