using Microsoft.Extensions.Caching.Hybrid;

namespace Heretix.Platform.Cache;

/// <summary>
/// How long what is kept. These are times in Redis; the memory of a process keeps nothing longer than
/// <see cref="LongestInMemory"/> unless the entry says with <see cref="Immutable"/> that it never changes.
/// </summary>
public static class CacheLifetimes
{
    /// <summary>
    /// A flag of an entry whose value never changes under its key, so that memory may keep it for its whole lifetime. The
    /// framework's enumeration has no such member; other implementations ignore the bit.
    /// </summary>
    public const HybridCacheEntryFlags Immutable = (HybridCacheEntryFlags)(1 << 16);

    /// <summary>10 s: the longest that memory keeps what another process may change.</summary>
    public static TimeSpan LongestInMemory { get; } = TimeSpan.FromSeconds(10);

    /// <summary>A user (<see cref="CacheKeys.User"/>): 600 s.</summary>
    public static HybridCacheEntryOptions User { get; } = Of(TimeSpan.FromSeconds(600));

    /// <summary>A subscription (<see cref="CacheKeys.Subscription"/>): 300 s.</summary>
    public static HybridCacheEntryOptions Subscription { get; } = Of(TimeSpan.FromSeconds(300));

    /// <summary>The list of a user's sessions (<see cref="CacheKeys.Sessions"/>): 120 s.</summary>
    public static HybridCacheEntryOptions Sessions { get; } = Of(TimeSpan.FromSeconds(120));

    /// <summary>A device (<see cref="CacheKeys.Device"/>): 1800 s.</summary>
    public static HybridCacheEntryOptions Device { get; } = Of(TimeSpan.FromSeconds(1800));

    /// <summary>The passages that the insights of a job share: 1200 s.</summary>
    public static HybridCacheEntryOptions InsightContext { get; } = Of(TimeSpan.FromSeconds(1200));

    /// <summary>Options for an entry that lives this long.</summary>
    public static HybridCacheEntryOptions Of(TimeSpan lifetime, HybridCacheEntryFlags? flags = null) =>
        new() { Expiration = lifetime, Flags = flags };
}

/// <summary>Keys of what several rooms read. The part before the first colon is the kind, under which hits are counted.</summary>
public static class CacheKeys
{
    /// <summary>A user.</summary>
    public static string User(Guid id) => $"user:{id}";

    /// <summary>A user's subscription.</summary>
    public static string Subscription(Guid userId) => $"subscription:{userId}";

    /// <summary>The list of a user's sessions.</summary>
    public static string Sessions(Guid userId) => $"sessions:{userId}";

    /// <summary>A device, by the id of its row.</summary>
    public static string Device(Guid id) => $"device:{id}";
}
