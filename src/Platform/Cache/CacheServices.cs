using System.Text.Json.Serialization.Metadata;
using Heretix.Platform.Cache.Resp;
using Heretix.Platform.Settings;
using Microsoft.Extensions.Caching.Hybrid;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Heretix.Platform.Cache;

/// <summary>The cache: memory, then Redis when there is one.</summary>
public static class CacheServices
{
    /// <summary>Rises when a cached record changes its meaning without becoming unreadable; old entries are then left behind.</summary>
    private const int Schema = 1;

    /// <summary>Says how types of a room are written when they are cached.</summary>
    /// <param name="services">The services.</param>
    /// <param name="context">A source-generated <c>JsonSerializerContext</c>.</param>
    public static IServiceCollection AddCacheJson(this IServiceCollection services, IJsonTypeInfoResolver context) =>
        services.AddSingleton(new CacheJson(context));

    internal static IServiceCollection AddCache(this IServiceCollection services, ServerSettings settings)
    {
        services
            .AddKnownOptions<CacheOptions>(CacheOptions.Section)
            .AddOptions<CacheOptions>()
            .Configure(options =>
            {
                settings.Configuration.GetSection(CacheOptions.Section).Bind(options);
                options.RedisUrl = settings.RedisUrl;
            })
            .ValidateOnStart();
        services.AddSingleton<IValidateOptions<CacheOptions>, CacheOptionsRanges>();
        services.AddSingleton<IValidateOptions<CacheOptions>, RedisUrlValidation>();
        services.AddSingleton<CacheCounters>();
        services.AddSingleton<CacheSerializers>();
        services.AddSingleton<LocalTier>(provider =>
        {
            var options = provider.GetRequiredService<IOptions<CacheOptions>>().Value;
            return new LocalTier(options.CacheEntries, options.CacheBytes, provider.GetRequiredService<TimeProvider>());
        });
        if (settings.RedisUrl is not null)
            services.AddRedis(settings);
        services.AddSingleton(provider => new TieredCache(
            provider.GetRequiredService<LocalTier>(),
            provider.GetService<RedisTier>(),
            provider.GetRequiredService<CacheSerializers>(),
            provider.GetRequiredService<CacheCounters>(),
            provider.GetRequiredService<TimeProvider>(),
            provider.GetRequiredService<ILogger<TieredCache>>()
        ));
        services.AddSingleton<HybridCache>(provider => provider.GetRequiredService<TieredCache>());
        services.AddSingleton<CacheAnnouncements>();
        services.AddSingleton<ICacheAnnouncements>(provider => provider.GetRequiredService<CacheAnnouncements>());
        services.AddHostedService(provider => provider.GetRequiredService<CacheAnnouncements>());
        return services;
    }

    private static void AddRedis(this IServiceCollection services, ServerSettings settings)
    {
        services.AddSingleton(provider =>
        {
            var options = provider.GetRequiredService<IOptions<CacheOptions>>().Value;
            if (!RedisAddress.TryParse(options.RedisUrl!, out var address, out var problem))
                throw new InvalidOperationException($"REDIS_URL cannot be read: {problem}");
            var tuning = new RespTuning
            {
                Timeout = TimeSpan.FromMilliseconds(options.RedisTimeout),
                LargestBulk = CacheOptions.LargestValueBytes + 4096,
            };
            var time = provider.GetRequiredService<TimeProvider>();
            return new RespClient(address!, tuning, time, provider.GetRequiredService<ILogger<RespClient>>());
        });
        services.AddSingleton(provider =>
        {
            var options = provider.GetRequiredService<IOptions<CacheOptions>>().Value;
            return new RedisTier(
                provider.GetRequiredService<RespClient>(),
                $"{options.CachePrefix}:{settings.Environment}:{Schema}:",
                options.CacheValueBytes,
                provider.GetRequiredService<TimeProvider>()
            );
        });
        services.AddHealthChecks().AddCheck<RedisHealth>("redis", tags: ["ready"]);
    }
}
