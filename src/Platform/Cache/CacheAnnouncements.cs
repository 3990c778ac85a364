using Heretix.Platform.Cache.Resp;
using Heretix.Platform.Database;
using Heretix.Platform.Notifications;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Heretix.Platform.Cache;

/// <summary>
/// Announces changes over the channel <c>cache</c> and evicts what it hears of, from memory and from Redis. Every process
/// that hears evicts from Redis too: the one that made the change may have died just after its commit. After a time of not
/// hearing, everything goes.
/// </summary>
internal sealed class CacheAnnouncements(
    TieredCache cache,
    INotifications notifications,
    IServiceProvider services,
    TimeProvider time,
    ILogger<CacheAnnouncements> log
) : ICacheAnnouncements, IHostedService, IDisposable
{
    private const string Channel = "cache";
    private const int Longest = 512;
    private static readonly TimeSpan LongestStart = TimeSpan.FromMilliseconds(300);
    private IDisposable? subscription;

    /// <inheritdoc />
    public async Task AnnounceAsync(HeretixDb db, string key, CancellationToken cancellationToken)
    {
        var announcement = Guid.NewGuid();
        await NotifyAsync(db, $"key:{announcement:N}:{Checked(key)}", cancellationToken);
        cache.Changes.Begin(key, announcement);
    }

    /// <inheritdoc />
    public Task AnnounceTagAsync(HeretixDb db, string tag, CancellationToken cancellationToken) =>
        tag == "*"
            ? throw new ArgumentException("the tag * stands for every entry of every room", nameof(tag))
            : NotifyAsync(db, $"tag:{Checked(tag)}", cancellationToken);

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        subscription = notifications.Subscribe(Channel, Hear);
        // The first requests should find Redis, but nobody waits long for it.
        if (services.GetService(typeof(RespClient)) is RespClient redis)
            await Task.WhenAny(redis.StartAsync(), Task.Delay(LongestStart, time, cancellationToken));
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public void Dispose() => subscription?.Dispose();

    internal void Hear(string? payload)
    {
        if (payload is null)
        {
            _ = cache.EvictTag("*").AsTask();
        }
        else if (payload.StartsWith("tag:", StringComparison.Ordinal))
        {
            _ = cache.EvictTag(payload[4..]).AsTask();
        }
        else if (
            payload.Length > 37
            && payload.StartsWith("key:", StringComparison.Ordinal)
            && Guid.TryParseExact(payload.AsSpan(4, 32), "N", out var announcement)
        )
        {
            var key = payload[37..];
            _ = cache.Evict(key).AsTask();
            cache.Changes.End(key, announcement);
        }
        else
        {
            Log.UnreadableAnnouncement(log, $"a payload of {payload.Length} characters");
        }
    }

    private static async Task NotifyAsync(HeretixDb db, string payload, CancellationToken cancellationToken)
    {
        if (db.Database.CurrentTransaction is null)
            throw new InvalidOperationException(
                "no transaction is open: an announcement belongs into the one that makes the change"
            );
        await db.Database.ExecuteSqlAsync($"select pg_notify({Channel}, {payload})", cancellationToken);
    }

    private static string Checked(string name) =>
        name is { Length: > 0 and <= Longest }
            ? name
            : throw new ArgumentException($"a cached key or tag has 1 to {Longest} characters", nameof(name));
}
