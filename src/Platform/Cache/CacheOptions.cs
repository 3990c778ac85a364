using System.ComponentModel.DataAnnotations;
using Heretix.Platform.Cache.Resp;
using Microsoft.Extensions.Options;

namespace Heretix.Platform.Cache;

/// <summary>How much is cached and how long Redis may take: <c>Heretix:Platform:*</c>.</summary>
public sealed class CacheOptions
{
    internal const string Section = "Heretix:Platform";

    /// <summary>No process writes larger values, whatever it is told; so every process reads what another wrote.</summary>
    internal const int LargestValueBytes = 64 * 1024 * 1024;

    /// <summary>Most entries in the memory of a process. Default 20,000.</summary>
    [Range(16, 10_000_000)]
    public int CacheEntries { get; set; } = 20_000;

    /// <summary>Most bytes of entries in the memory of a process, as they are when serialised. Default 64 MB.</summary>
    [Range(64 * 1024, long.MaxValue)]
    public long CacheBytes { get; set; } = 64 * 1024 * 1024;

    /// <summary>Largest value that goes to Redis, in bytes. Default 1 MB.</summary>
    [Range(1024, LargestValueBytes)]
    public int CacheValueBytes { get; set; } = 1024 * 1024;

    /// <summary>In front of every key in Redis, so that several installations can share one. Default <c>heretix</c>.</summary>
    [Required, RegularExpression("[a-z0-9_-]{1,40}")]
    public string CachePrefix { get; set; } = "heretix";

    /// <summary>Longest wait for an answer of Redis, in milliseconds. Default 100.</summary>
    [Range(10, 10_000)]
    public int RedisTimeout { get; set; } = 100;

    internal string? RedisUrl { get; set; }
}

/// <summary>Checks the ranges, and that the address of Redis can be read.</summary>
[OptionsValidator]
internal sealed partial class CacheOptionsRanges : IValidateOptions<CacheOptions>;

internal sealed class RedisUrlValidation : IValidateOptions<CacheOptions>
{
    public ValidateOptionsResult Validate(string? name, CacheOptions options) =>
        options.RedisUrl is null || RedisAddress.TryParse(options.RedisUrl, out _, out var problem)
            ? ValidateOptionsResult.Success
            : ValidateOptionsResult.Fail($"REDIS_URL cannot be read: {problem}");
}
