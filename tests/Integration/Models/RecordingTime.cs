using System.Collections.Concurrent;

namespace Heretix.Tests.Integration.Models;

/// <summary>
/// A clock on which every wait below a horizon is over at once: it is written down and the clock moves by as much.
/// Longer ones, which are time limits here, never end.
/// </summary>
internal sealed class RecordingTime(TimeSpan horizon) : TimeProvider
{
    private long ticks = new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero).Ticks;

    public RecordingTime()
        : this(TimeSpan.FromSeconds(100)) { }

    public ConcurrentQueue<TimeSpan> Waits { get; } = new();

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override DateTimeOffset GetUtcNow() => new(Volatile.Read(ref ticks), TimeSpan.Zero);

    public override long GetTimestamp() => Volatile.Read(ref ticks);

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new Timer(this, callback, state);
        timer.Change(dueTime, period);
        return timer;
    }

    private sealed class Timer(RecordingTime time, TimerCallback callback, object? state) : ITimer
    {
        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            if (dueTime == Timeout.InfiniteTimeSpan || dueTime >= time.LongestWait)
                return true;
            time.Waits.Enqueue(dueTime);
            Interlocked.Add(ref time.ticks, dueTime.Ticks);
            ThreadPool.QueueUserWorkItem(_ => callback(state));
            return true;
        }

        public void Dispose() { }

        public ValueTask DisposeAsync() => default;
    }

    private TimeSpan LongestWait => horizon;
}
