using System.Collections.Frozen;
using System.Diagnostics.Metrics;

namespace Heretix.Platform.Telemetry.Metrics;

/// <summary>
/// The names that the handbook documents, where the instrument behind them is called otherwise: because it belongs to a
/// library, or because the name is put together from several.
/// </summary>
internal static class DocumentedMetrics
{
    /// <summary>Instrument to family, without unit and <c>_total</c>.</summary>
    private static readonly FrozenDictionary<string, string> Names = new Dictionary<string, string>
    {
        ["heretix.http.requests"] = "http_requests",
        ["heretix.http.request.duration"] = "http_request_duration",
        ["heretix.cache.hits"] = "cache_hits",
        ["heretix.cache.misses"] = "cache_misses",
        ["heretix.redis.command.duration"] = "redis_command_duration",
        ["heretix.sessions.active"] = "active_sessions",
        ["heretix.users.active"] = "active_users",
        ["heretix.db.query.duration"] = "db_query_duration",
        ["db.client.connection.count"] = "db_client_connections",
        ["dotnet.process.cpu.count"] = "dotnet_process_cpus",
        ["dotnet.assembly.count"] = "dotnet_assemblies",
        ["dotnet.timer.count"] = "dotnet_timers",
        ["dotnet.thread_pool.thread.count"] = "dotnet_thread_pool_threads",
    }.ToFrozenDictionary(StringComparer.Ordinal);

    /// <summary>
    /// Tags that tell one job or one start of a process from another: without a bound, and of no use to whoever looks at
    /// sums over them.
    /// </summary>
    private static readonly FrozenSet<string> Unbounded = FrozenSet.Create("quartz.job.name", "quartz.scheduler.id");

    /// <summary>The runtime says that these only grow, which they do not.</summary>
    private static readonly FrozenSet<string> Falling = FrozenSet.Create(
        "dotnet.thread_pool.queue.length",
        "dotnet.thread_pool.thread.count"
    );

    /// <summary>Whether an instrument of this meter may have tags without a bound.</summary>
    public static bool MayBeUnbounded(Meter meter) => meter.Name.StartsWith("Quartz", StringComparison.Ordinal);

    /// <summary>Whether a tag is left out.</summary>
    public static bool IsUnbounded(string tag) => Unbounded.Contains(tag);

    /// <summary>Whether what calls itself a counter is a gauge.</summary>
    public static bool Falls(Instrument instrument) => Falling.Contains(instrument.Name);

    /// <summary>The documented name; null for the instrument's own.</summary>
    public static string? NameOf(Instrument instrument) => Names.GetValueOrDefault(instrument.Name);

    /// <summary>Gauges that are computed from other families whenever those have something to say.</summary>
    public static IReadOnlyList<ComputedGauge> Computed { get; } =
    [
        new("db_pool_size", "Connections that the pools may hold.", page => page("db_client_connection_max", "")),
        new(
            "db_pool_checked_out",
            "Connections of the pools that are in use.",
            page => page("db_client_connections", "state=\"used\"")
        ),
        new(
            "db_pool_overflow",
            "Connections beyond the pools: always 0, because a pool waits instead.",
            page => page("db_client_connection_max", "") is null ? null : 0
        ),
        new(
            "cache_hit_rate",
            "Hits among all look-ups of the cache since the start, from 0 to 1.",
            page =>
                (page("cache_hits_total", "") ?? 0, page("cache_misses_total", "") ?? 0) is var (hits, misses)
                && hits + misses > 0
                    ? hits / (hits + misses)
                    : null
        ),
    ];
}

/// <summary>A gauge made from other families.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Help">What it says.</param>
/// <param name="Value">
/// Computes it. It is given the sum of a family over the series whose labels contain a text; null when there is none.
/// </param>
internal sealed record ComputedGauge(string Name, string Help, Func<Func<string, string, double?>, double?> Value);
