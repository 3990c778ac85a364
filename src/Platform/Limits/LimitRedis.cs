using Heretix.Platform.Cache.Resp;

namespace Heretix.Platform.Limits;

/// <summary>The windows that the processes share. One step in Redis counts and tells, so parallel requests count exactly.</summary>
internal sealed class LimitRedis(RespClient redis, string prefix)
{
    // The window is the life of the key. A key that has none (a crash cannot leave one, but a person can) is given one.
    private const string Take = """
        local count = redis.call('INCR', KEYS[1])
        local left = redis.call('PTTL', KEYS[1])
        if left < 0 then
          redis.call('PEXPIRE', KEYS[1], ARGV[1])
          left = tonumber(ARGV[1])
        end
        return {count, left}
        """;

    private readonly RespScript take = new(redis, Take);

    public bool IsConnected => redis.IsConnected;

    /// <summary>Counts one more; null when Redis does not answer.</summary>
    public async ValueTask<LimitCount?> TakeAsync(LimitPolicy policy, string key)
    {
        var reply = await take.RunAsync($"{prefix}{policy.Name}:{key}", (long)policy.Window.TotalMilliseconds);
        return reply.Kind == RespKind.Array && reply.Items is [var count, var left]
            ? new LimitCount(count.Integer, TimeSpan.FromMilliseconds(left.Integer))
            : null;
    }
}
