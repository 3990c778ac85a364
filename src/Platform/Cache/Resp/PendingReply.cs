using System.Collections.Concurrent;
using System.Threading.Tasks.Sources;

namespace Heretix.Platform.Cache.Resp;

/// <summary>
/// A caller who waits for a reply. It is completed exactly once (by the reply, or by the end of the connection) and awaited
/// exactly once, and then used again.
/// </summary>
internal sealed class PendingReply : IValueTaskSource<RespValue>
{
    private const int MostIdle = 256;
    private static readonly ConcurrentQueue<PendingReply> Idle = new();
    private ManualResetValueTaskSourceCore<RespValue> core = new() { RunContinuationsAsynchronously = true };

    private PendingReply() { }

    /// <summary>The watch's tick at which the command was sent.</summary>
    public long SentAt { get; private set; }

    public ValueTask<RespValue> Reply => new(this, core.Version);

    public static PendingReply Rent(long sentAt)
    {
        var pending = Idle.TryDequeue(out var idle) ? idle : new PendingReply();
        pending.SentAt = sentAt;
        return pending;
    }

    public void Complete(RespValue value) => core.SetResult(value);

    RespValue IValueTaskSource<RespValue>.GetResult(short token)
    {
        var value = core.GetResult(token);
        core.Reset();
        if (Idle.Count < MostIdle)
            Idle.Enqueue(this);
        return value;
    }

    ValueTaskSourceStatus IValueTaskSource<RespValue>.GetStatus(short token) => core.GetStatus(token);

    void IValueTaskSource<RespValue>.OnCompleted(
        Action<object?> continuation,
        object? state,
        short token,
        ValueTaskSourceOnCompletedFlags flags
    ) => core.OnCompleted(continuation, state, token, flags);
}
