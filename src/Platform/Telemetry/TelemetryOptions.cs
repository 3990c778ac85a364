using System.ComponentModel.DataAnnotations;

namespace Heretix.Platform.Telemetry;

/// <summary>What is measured and reported: <c>Heretix:Platform:...</c>.</summary>
public sealed class TelemetryOptions
{
    /// <summary>Where the options stand in the configuration.</summary>
    public const string Section = "Heretix:Platform";

    /// <summary>A request that takes longer is logged by its route, unless it is a stream of events. Default 2 seconds.</summary>
    [Range(typeof(TimeSpan), "00:00:00.001", "01:00:00")]
    public TimeSpan SlowRequest { get; set; } = TimeSpan.FromSeconds(2);

    /// <summary>How long readiness waits for one check. Default 2 seconds.</summary>
    [Range(typeof(TimeSpan), "00:00:00.010", "00:01:00")]
    public TimeSpan HealthTimeout { get; set; } = TimeSpan.FromSeconds(2);

    /// <summary>How long an answer about readiness stays good. Default 5 seconds.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "00:05:00")]
    public TimeSpan HealthCache { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>Share of the disk and of the memory that should be free, 0 to 0.9. Below it the server is degraded. Default 0.1.</summary>
    [Range(0.0, 0.9)]
    public double FreeShare { get; set; } = 0.1;

    /// <summary>Series that one metric may have; what is beyond goes into a single one. Default 1,000.</summary>
    [Range(10, 100_000)]
    public int MetricSeries { get; set; } = 1000;
}
