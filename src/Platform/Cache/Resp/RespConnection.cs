using System.Buffers;
using System.IO.Pipelines;

namespace Heretix.Platform.Cache.Resp;

/// <summary>
/// One connection, shared by all callers: commands are gathered in one buffer while the other is on its way, replies come
/// in the order of the commands. When the oldest command is not answered in time the server hangs, so the connection ends
/// and every waiting caller is told at once; nobody waits for a second time-out. Nothing here throws at a caller.
/// </summary>
internal sealed class RespConnection : IAsyncDisposable
{
    private const int LargestBacklog = 32 * 1024 * 1024;
    private const int KeptCapacity = 1024 * 1024;
    private const int TicksPerTimeout = 4;
    private const int TicksUntilDozing = 100;

    private readonly Lock gate = new();
    private readonly Stream stream;
    private readonly RespReader replies;
    private readonly TimeSpan timeout;
    private readonly TimeProvider time;
    private readonly Queue<PendingReply> pending = new();
    private readonly CancellationTokenSource stop = new();
    private readonly SemaphoreSlim wake = new(0);
    private readonly TaskCompletionSource<string> ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Task reading;
    private readonly Task watching;
    private ArrayBufferWriter<byte> filling = new(16 * 1024);
    private ArrayBufferWriter<byte> sending = new(16 * 1024);
    private bool flushing;
    private bool dozing;
    private bool closed;
    private long tick;

    /// <summary>Speaks RESP2 over a stream that it owns from now on.</summary>
    /// <param name="stream">Both directions.</param>
    /// <param name="timeout">Longest wait for a reply; noticed at most a quarter later.</param>
    /// <param name="largestBulk">Longest bulk string that is taken, in bytes.</param>
    /// <param name="time">Times the wait.</param>
    public RespConnection(Stream stream, TimeSpan timeout, int largestBulk, TimeProvider time)
    {
        (this.stream, this.timeout, this.time) = (stream, timeout, time);
        replies = new RespReader(largestBulk);
        reading = ReadAsync();
        watching = WatchAsync();
    }

    /// <summary>Completes with the reason when the connection has ended.</summary>
    public Task<string> Ended => ended.Task;

    /// <summary>Sends a command; the result is <see cref="RespKind.Unavailable"/> when no reply came. Await it exactly once.</summary>
    public ValueTask<RespValue> SendAsync(params ReadOnlySpan<RespArgument> command)
    {
        PendingReply waiting;
        bool flush;
        lock (gate)
        {
            if (closed || filling.WrittenCount > LargestBacklog)
                return new ValueTask<RespValue>(RespValue.Unavailable);
            RespArgument.Write(filling, command);
            waiting = PendingReply.Rent(tick);
            pending.Enqueue(waiting);
            flush = !flushing;
            flushing = true;
            if (dozing)
            {
                dozing = false;
                wake.Release();
            }
        }
        if (flush)
            ThreadPool.UnsafeQueueUserWorkItem(static connection => _ = connection.FlushAsync(), this, true);
        return waiting.Reply;
    }

    /// <summary>Ends the connection; callers who wait are told that there is no reply.</summary>
    public void End(string reason)
    {
        PendingReply[] waiting;
        lock (gate)
        {
            if (closed)
                return;
            closed = true;
            waiting = [.. pending];
            pending.Clear();
        }
        stop.Cancel();
        stream.Dispose();
        foreach (var caller in waiting)
            caller.Complete(RespValue.Unavailable);
        ended.TrySetResult(reason);
    }

    public async ValueTask DisposeAsync()
    {
        End("the program stops");
        await reading;
        await watching;
        stop.Dispose();
        wake.Dispose();
    }

    private async Task FlushAsync()
    {
        try
        {
            while (TakeBatch())
                await stream.WriteAsync(sending.WrittenMemory, stop.Token);
        }
        catch (Exception e) when (e is IOException or OperationCanceledException or ObjectDisposedException)
        {
            End($"a command could not be sent: {e.Message}");
        }
    }

    private bool TakeBatch()
    {
        lock (gate)
        {
            if (sending.Capacity > KeptCapacity)
                sending = new ArrayBufferWriter<byte>(16 * 1024);
            sending.ResetWrittenCount();
            (filling, sending) = (sending, filling);
            return flushing = sending.WrittenCount > 0 && !closed;
        }
    }

    private async Task ReadAsync()
    {
        var input = PipeReader.Create(stream, new StreamPipeReaderOptions(bufferSize: 64 * 1024, leaveOpen: true));
        var values = new List<RespValue>();
        var callers = new List<PendingReply>();
        try
        {
            while (true)
            {
                var read = await input.ReadAsync(stop.Token);
                var buffer = read.Buffer;
                var unreadable = Parse(ref buffer, values);
                var problem = Answer(values, callers) ?? unreadable;
                if (problem is not null || read.IsCompleted)
                {
                    End(problem ?? (buffer.IsEmpty ? "Redis closed it" : "Redis closed it in the middle of a reply"));
                    return;
                }
                input.AdvanceTo(buffer.Start, buffer.End);
            }
        }
        catch (Exception e) when (e is IOException or OperationCanceledException or ObjectDisposedException)
        {
            End($"a reply could not be read: {e.Message}");
        }
        finally
        {
            await input.CompleteAsync();
        }
    }

    private string? Parse(ref ReadOnlySequence<byte> buffer, List<RespValue> values)
    {
        try
        {
            while (replies.TryRead(ref buffer, out var value))
                values.Add(value);
            return null;
        }
        catch (RespProtocolException e)
        {
            return $"not a reply of Redis: {e.Message}";
        }
    }

    /// <summary>Hands the replies out in order; tells what is wrong when nobody asked for one of them.</summary>
    private string? Answer(List<RespValue> values, List<PendingReply> callers)
    {
        lock (gate)
        {
            for (var i = 0; i < values.Count && pending.TryDequeue(out var caller); i++)
                callers.Add(caller);
        }
        for (var i = 0; i < callers.Count; i++)
            callers[i].Complete(values[i]);
        var problem = callers.Count < values.Count ? "Redis sent a reply that nobody asked for" : null;
        values.Clear();
        callers.Clear();
        return problem;
    }

    /// <summary>
    /// Time is counted in ticks of this loop rather than by the clock: when the whole process was starved or stopped, the
    /// ticks were too, and Redis is not blamed for it.
    /// </summary>
    private async Task WatchAsync()
    {
        using var timer = new PeriodicTimer(timeout / TicksPerTimeout, time);
        try
        {
            for (var idle = 0; await timer.WaitForNextTickAsync(stop.Token); )
            {
                bool hangs;
                lock (gate)
                {
                    tick++;
                    hangs = pending.TryPeek(out var oldest) && tick - oldest.SentAt > TicksPerTimeout;
                    idle = pending.Count == 0 ? idle + 1 : 0;
                    dozing = idle > TicksUntilDozing;
                }
                if (hangs)
                    End($"Redis did not answer within {timeout.TotalMilliseconds:0} ms");
                if (idle > TicksUntilDozing)
                {
                    await wake.WaitAsync(stop.Token);
                    idle = 0;
                }
            }
        }
        catch (Exception e) when (e is OperationCanceledException or ObjectDisposedException) { }
    }
}
