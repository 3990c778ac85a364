using Heretix.Platform.Cache.Resp;

namespace Heretix.Platform.Cache;

/// <summary>
/// What the processes share in Redis, in such a way that none serves what another has evicted:
/// <list type="bullet">
/// <item>A reading process learns what stands under the key (a value, a tombstone, nothing) and writes only if that still
/// stands there: a lease, as in Nishtala et al., "Scaling Memcache at Facebook" (2013), section 3.2.1. So what was read from
/// the database before a change cannot be stored after the eviction, not even by a command that was stuck on its way.</item>
/// <item>Every value carries the generations of its tags, and the one of everything. Removing a tag gives it a new
/// generation; a generation that is missing makes a miss.</item>
/// <item>An eviction that is not known to have arrived ends the connection, and each new connection begins with a new
/// generation of everything. It is the same when Redis was restarted from an old snapshot.</item>
/// </list>
/// </summary>
internal sealed class RedisTier
{
    private static readonly TimeSpan TombstoneLifetime = TimeSpan.FromSeconds(60);

    /// <summary>A lease is not used after this, well before the tombstone that would refuse it can be gone.</summary>
    private static readonly TimeSpan LongestLease = TimeSpan.FromSeconds(40);

    private static readonly TimeSpan GenerationLifetime = TimeSpan.FromDays(30);
    private static readonly TimeSpan ShortestInMemory = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestEntry = TimeSpan.FromDays(7);
    private static readonly string[] NoTags = [];

    private const string Fill = $"""
        if redis.call('GETRANGE', KEYS[1], 0, {RedisValue.LastOfId}) ~= ARGV[1] then return 0 end
        redis.call('SET', KEYS[1], ARGV[2], 'PX', ARGV[3])
        return 1
        """;

    private readonly RespClient redis;
    private readonly RespScript fill;
    private readonly string prefix;
    private readonly int largestValue;
    private readonly TimeProvider time;

    /// <param name="redis">Not started yet.</param>
    /// <param name="prefix">In front of every key.</param>
    /// <param name="largestValue">Larger values are not written, in bytes.</param>
    /// <param name="time">Times leases and lifetimes.</param>
    public RedisTier(RespClient redis, string prefix, int largestValue, TimeProvider time)
    {
        (this.redis, this.prefix, this.largestValue, this.time) = (redis, prefix, largestValue, time);
        fill = new RespScript(redis, Fill);
        redis.Opening = async connection =>
            (
                await connection.SendAsync(
                    "SET",
                    Generation("*"),
                    RedisValue.NewGeneration(),
                    "PX",
                    Milliseconds(GenerationLifetime)
                )
            ).IsOk;
    }

    public bool IsConnected => redis.IsConnected;

    /// <summary>Reads a key. The command is on its way when this returns.</summary>
    public async ValueTask<RedisLease> ReadAsync(string key, string[]? tags)
    {
        tags ??= NoTags;
        for (var attempt = 0; attempt < 2; attempt++)
        {
            var reply = await AskAsync(key, tags);
            if (reply.Kind != RespKind.Array || reply.Items.Length != tags.Length + 2)
                break;
            if (TryReadGenerations(reply, out var generations))
                return Lease(reply.Items[0], generations);
            await BeginMissingGenerationsAsync(reply, tags);
        }
        return default;
    }

    /// <summary>Stores a value unless the key was evicted or written since the lease. The command is on its way when this returns.</summary>
    /// <param name="key">The key.</param>
    /// <param name="lease">What <see cref="ReadAsync"/> said before the value was made.</param>
    /// <param name="payload">
    /// The serialised value, with <see cref="RedisLease.Header"/> free bytes in front.
    /// </param>
    /// <param name="lifetime">How long it is kept.</param>
    public ValueTask<RespValue> FillAsync(
        string key,
        in RedisLease lease,
        ArraySegment<byte> payload,
        TimeSpan lifetime
    )
    {
        if (!lease.IsHeld || payload.Count > largestValue || time.GetElapsedTime(lease.Since) > LongestLease)
            return new ValueTask<RespValue>(RespValue.Unavailable);
        if (lifetime > LongestEntry)
            lifetime = LongestEntry;
        RedisValue.WriteHeader(payload, time.GetUtcNow() + lifetime, lease.Generations);
        return fill.RunAsync(prefix + key, lease.Expected, (ReadOnlyMemory<byte>)payload, Milliseconds(lifetime));
    }

    /// <summary>Evicts a key for every process; false when Redis may not have it. The command is on its way when this returns.</summary>
    public ValueTask<bool> EvictAsync(string key) =>
        redis.WriteOrReopenAsync("SET", prefix + key, RedisValue.Tombstone(), "PX", Milliseconds(TombstoneLifetime));

    /// <summary>Evicts what carries a tag, or everything for <c>*</c>. The command is on its way when this returns.</summary>
    public ValueTask<bool> EvictTagAsync(string tag) =>
        redis.WriteOrReopenAsync(
            "SET",
            Generation(tag),
            RedisValue.NewGeneration(),
            "PX",
            Milliseconds(GenerationLifetime)
        );

    private ValueTask<RespValue> AskAsync(string key, string[] tags)
    {
        if (tags.Length == 0)
            return redis.SendAsync("MGET", prefix + key, Generation("*"));
        var command = new RespArgument[tags.Length + 3];
        (command[0], command[1], command[2]) = ("MGET", prefix + key, Generation("*"));
        for (var i = 0; i < tags.Length; i++)
            command[i + 3] = Generation(tags[i]);
        return redis.SendAsync(command);
    }

    private static bool TryReadGenerations(RespValue reply, out byte[] generations)
    {
        generations = new byte[(reply.Items.Length - 1) * RedisValue.GenerationLength];
        for (var i = 1; i < reply.Items.Length; i++)
        {
            var generation = reply.Items[i].Bytes.Span;
            if (generation.Length != RedisValue.GenerationLength)
                return false;
            generation.CopyTo(generations.AsSpan((i - 1) * RedisValue.GenerationLength));
        }
        return true;
    }

    private async ValueTask BeginMissingGenerationsAsync(RespValue reply, string[] tags)
    {
        for (var i = -1; i < tags.Length; i++)
        {
            if (reply.Items[i + 2].Bytes.Length == RedisValue.GenerationLength)
                continue;
            var name = Generation(i < 0 ? "*" : tags[i]);
            await redis.SendAsync(
                "SET",
                name,
                RedisValue.NewGeneration(),
                "NX",
                "PX",
                Milliseconds(GenerationLifetime)
            );
        }
    }

    private RedisLease Lease(RespValue stored, byte[] generations)
    {
        var found = RedisValue.TryRead(stored.Bytes, generations, out var value, out var expires);
        // Redis decides when it expires; the time in the value bounds memory, and clocks may differ between processes.
        var left = TimeSpan.FromMilliseconds(expires - time.GetUtcNow().ToUnixTimeMilliseconds());
        var expected = stored.Bytes[..Math.Min(stored.Bytes.Length, RedisValue.IdLength)];
        return new RedisLease(expected, generations, time.GetTimestamp())
        {
            IsHit = found,
            Value = value,
            Lifetime = left > ShortestInMemory ? left : ShortestInMemory,
        };
    }

    private string Generation(string tag) => $"{prefix}#{tag}";

    private static long Milliseconds(TimeSpan time) => (long)Math.Ceiling(time.TotalMilliseconds);
}

/// <summary>What stood under a key, and the right to replace just that.</summary>
internal readonly struct RedisLease(ReadOnlyMemory<byte> expected, byte[] generations, long since)
{
    /// <summary>Redis answered. Without a lease nothing is written.</summary>
    public bool IsHeld => generations is not null;

    /// <summary>A value was there.</summary>
    public bool IsHit { get; init; }

    /// <summary>The value; empty without a hit.</summary>
    public ReadOnlyMemory<byte> Value { get; init; }

    /// <summary>How long the value is still good for.</summary>
    public TimeSpan Lifetime { get; init; }

    public ReadOnlyMemory<byte> Expected => expected;

    public ReadOnlySpan<byte> Generations => generations;

    public long Since => since;

    /// <summary>Bytes that a value needs in front of it.</summary>
    public int Header => RedisValue.HeaderLength(generations);
}
