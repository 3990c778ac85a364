using System.Collections.Concurrent;
using System.Diagnostics;
using System.Diagnostics.Metrics;
using System.Globalization;
using System.Net.Sockets;
using System.Text;
using Heretix.Platform.Cache;
using Heretix.Platform.Cache.Resp;
using Heretix.Platform.Limits;
using Heretix.Tests.Integration.Servers;
using Microsoft.Extensions.Caching.Hybrid;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace Heretix.Benchmarks.Platform;

/// <summary>
/// The cache's hit path beside a bare dictionary, Redis through our client beside a bare socket, and the limiter; against a
/// redis-server that the verb starts. Each figure is the best of three, because the machine is shared.
/// </summary>
internal static class CacheBenchmark
{
    private const int Keys = 1000;
    private const int Repeats = 3;

    public static async Task<int> RunAsync(string[] arguments)
    {
        var seconds = arguments is ["--seconds", var given, ..] ? double.Parse(given, CultureInfo.InvariantCulture) : 2;
        await using var server = new RedisServer();
        await server.StartAsync();
        await using var redis = await ConnectAsync(server.Url);
        using var services = new ServiceCollection().AddMetrics().BuildServiceProvider();

        await MemoryAsync(services, redis);
        await RedisAsync(services, redis, server.Port, TimeSpan.FromSeconds(seconds));
        await LimitsAsync(services, redis, TimeSpan.FromSeconds(seconds));
        return 0;
    }

    private static async Task MemoryAsync(IServiceProvider services, RespClient redis)
    {
        var cache = Cache(services, redis);
        var keys = Enumerable.Range(0, Keys).Select(i => $"user:{i:d8}").ToArray();
        var floor = new ConcurrentDictionary<string, object>(StringComparer.Ordinal);
        var options = CacheLifetimes.Of(TimeSpan.FromHours(1), CacheLifetimes.Immutable);
        foreach (var key in keys)
        {
            floor[key] = key;
            await cache.SetAsync(key, key, options);
        }

        Console.WriteLine("| memory, one thread | ns | bytes |");
        Console.WriteLine("|---|---|---|");
        Row(
            "floor: ConcurrentDictionary, one lookup",
            await MeasureAsync(i => new ValueTask<bool>(floor.TryGetValue(keys[i % Keys], out _)))
        );
        Row("hit by a string", await MeasureAsync(i => Hit(cache, keys[i % Keys], options)));
        Row("hit by an interpolated key", await MeasureAsync(i => HitInterpolated(cache, i % Keys, options)));
        Console.WriteLine();
    }

    private static ValueTask<string> Hit(TieredCache cache, string key, HybridCacheEntryOptions options) =>
        cache.GetOrCreateAsync(key, static _ => new ValueTask<string>(""), options);

    private static ValueTask<string> HitInterpolated(TieredCache cache, int id, HybridCacheEntryOptions options) =>
        ((HybridCache)cache).GetOrCreateAsync($"user:{id:d8}", static _ => new ValueTask<string>(""), options);

    private static async Task RedisAsync(IServiceProvider services, RespClient redis, int port, TimeSpan time)
    {
        await redis.SendAsync("SET", "bench", new byte[100]);
        var cache = Cache(services, redis);
        var past = new HybridCacheEntryOptions { Flags = HybridCacheEntryFlags.DisableLocalCache };
        var keys = Enumerable.Range(0, Keys).Select(i => $"user:{i:d8}").ToArray();
        foreach (var key in keys)
            await cache.SetAsync(key, new string('x', 100), past);

        Console.WriteLine("| Redis, 100 bytes, one connection | operations/s |");
        Console.WriteLine("|---|---|");
        Rate("floor: GET over a bare socket, 1 caller", await BestAsync(() => BareAsync(port, time)));
        foreach (var callers in (int[])[1, 16, 128])
        {
            Rate(
                $"GET, callers: {callers}",
                await BestAsync(() => CallAsync(callers, time, async () => await redis.SendAsync("GET", "bench")))
            );
        }
        foreach (var callers in (int[])[1, 16, 128])
        {
            var next = 0;
            Rate(
                $"lookup in the cache past memory, callers: {callers}",
                await BestAsync(() =>
                    CallAsync(
                        callers,
                        time,
                        async () =>
                            await cache.GetOrCreateAsync(
                                keys[(Interlocked.Increment(ref next) & 0xffff) % Keys],
                                static _ => new ValueTask<string>(""),
                                past
                            )
                    )
                )
            );
        }
        Console.WriteLine();
    }

    private static async Task LimitsAsync(IServiceProvider services, RespClient redis, TimeSpan time)
    {
        var options = new LimitOptions();
        options.Read(
            [new LimitPolicy("api", 1_000_000, TimeSpan.FromHours(1), LimitScope.Caller)],
            new ConfigurationBuilder().Build()
        );
        var meters = services.GetRequiredService<IMeterFactory>();
        RateLimits With(LimitRedis? shared) =>
            new(Options.Create(options), new LimitBuckets(100_000, TimeProvider.System), shared, meters);
        var keys = Enumerable.Range(0, Keys).Select(i => $"user:{i:d8}").ToArray();
        var (memory, both) = (With(null), With(new LimitRedis(redis, "bench:")));

        Console.WriteLine("| limiter | takes/s |");
        Console.WriteLine("|---|---|");
        var (ns, bytes) = await MeasureAsync(i => memory.TakeAsync("api", keys[i % Keys], default));
        Rate($"memory, one thread ({bytes:0} bytes each)", 1e9 / ns);
        foreach (var callers in (int[])[1, 16, 128])
        {
            var next = 0;
            Rate(
                $"memory and Redis, callers: {callers}",
                await BestAsync(() =>
                    CallAsync(
                        callers,
                        time,
                        async () =>
                            await both.TakeAsync(
                                "api",
                                keys[(Interlocked.Increment(ref next) & 0xffff) % Keys],
                                default
                            )
                    )
                )
            );
        }
    }

    private static TieredCache Cache(IServiceProvider services, RespClient redis) =>
        new(
            new LocalTier(100_000, 100_000_000, TimeProvider.System),
            new RedisTier(redis, "bench:", 1024 * 1024, TimeProvider.System),
            new CacheSerializers(services, []),
            new CacheCounters(services.GetRequiredService<IMeterFactory>()),
            TimeProvider.System,
            NullLogger<TieredCache>.Instance
        );

    private static async Task<RespClient> ConnectAsync(string url)
    {
        if (!RedisAddress.TryParse(url, out var address, out var problem))
            throw new ArgumentException(problem);
        var tuning = new RespTuning { Timeout = TimeSpan.FromSeconds(2) };
        var redis = new RespClient(address!, tuning, TimeProvider.System, NullLogger.Instance);
        // The cache sets this too; here it is made after the connection.
        redis.Opening = async connection =>
            (await connection.SendAsync("SET", "bench:#*", new byte[8], "PX", 1_000_000)).IsOk;
        await redis.StartAsync();
        return redis;
    }

    private static async Task<(double Nanoseconds, double Bytes)> MeasureAsync<T>(Func<int, ValueTask<T>> operation)
    {
        const int Times = 2_000_000;
        for (var i = 0; i < Times / 4; i++)
            await operation(i);
        var best = double.PositiveInfinity;
        var allocated = GC.GetAllocatedBytesForCurrentThread();
        for (var repeat = 0; repeat < Repeats; repeat++)
        {
            var began = Stopwatch.GetTimestamp();
            for (var i = 0; i < Times; i++)
                await operation(i);
            best = Math.Min(best, Stopwatch.GetElapsedTime(began).TotalNanoseconds / Times);
        }
        return (best, (GC.GetAllocatedBytesForCurrentThread() - allocated) / (double)(Repeats * Times));
    }

    private static async Task<double> BestAsync(Func<Task<double>> measure)
    {
        var best = 0.0;
        for (var repeat = 0; repeat < Repeats; repeat++)
            best = Math.Max(best, await measure());
        return best;
    }

    private static async Task<double> CallAsync(int callers, TimeSpan time, Func<Task> call)
    {
        var began = Stopwatch.GetTimestamp();
        var counts = await Task.WhenAll(
            Enumerable
                .Range(0, callers)
                .Select(_ =>
                    Task.Run(async () =>
                    {
                        var count = 0L;
                        for (; Stopwatch.GetElapsedTime(began) < time; count++)
                            await call();
                        return count;
                    })
                )
        );
        return counts.Sum() / Stopwatch.GetElapsedTime(began).TotalSeconds;
    }

    private static async Task<double> BareAsync(int port, TimeSpan time)
    {
        using var client = new TcpClient { NoDelay = true };
        await client.ConnectAsync("127.0.0.1", port);
        var stream = client.GetStream();
        var command = Encoding.ASCII.GetBytes("*2\r\n$3\r\nGET\r\n$5\r\nbench\r\n");
        var reply = new byte["$100\r\n".Length + 100 + 2];
        var (count, began) = (0L, Stopwatch.GetTimestamp());
        for (; Stopwatch.GetElapsedTime(began) < time; count++)
        {
            await stream.WriteAsync(command);
            await stream.ReadExactlyAsync(reply);
        }
        return count / Stopwatch.GetElapsedTime(began).TotalSeconds;
    }

    private static void Row(string name, (double Nanoseconds, double Bytes) measured) =>
        Console.WriteLine(FormattableString.Invariant($"| {name} | {measured.Nanoseconds:0} | {measured.Bytes:0} |"));

    private static void Rate(string name, double perSecond) =>
        Console.WriteLine(FormattableString.Invariant($"| {name} | {perSecond:#,0} |"));
}
