using System.Diagnostics.Metrics;

namespace Heretix.Platform.Database;

/// <summary>What is measured about the database.</summary>
internal sealed class DatabaseMeters
{
    public DatabaseMeters(IMeterFactory meters)
    {
        var meter = meters.Create("Heretix.Platform");
        QueryDuration = meter.CreateHistogram(
            "heretix.db.query.duration",
            "s",
            "Time until the database answered a command",
            advice: new InstrumentAdvice<double>
            {
                HistogramBucketBoundaries =
                [
                    0.0005,
                    0.001,
                    0.0025,
                    0.005,
                    0.01,
                    0.025,
                    0.05,
                    0.1,
                    0.25,
                    0.5,
                    1,
                    2.5,
                    5,
                    10,
                ],
            }
        );
        Wait = meter.CreateHistogram(
            "heretix.db.connection.wait",
            "s",
            "Time until a connection was there",
            advice: new InstrumentAdvice<double>
            {
                HistogramBucketBoundaries =
                [
                    0.0005,
                    0.001,
                    0.0025,
                    0.005,
                    0.01,
                    0.025,
                    0.05,
                    0.1,
                    0.25,
                    0.5,
                    1,
                    2.5,
                    5,
                    10,
                ],
            }
        );
        Held = meter.CreateUpDownCounter<int>(
            "heretix.db.connections.held",
            "{connection}",
            "Connections that requests and jobs hold now"
        );
    }

    /// <summary>Seconds, with the tag <c>query</c>: a query's tag, or its first word.</summary>
    public Histogram<double> QueryDuration { get; }

    /// <summary>Seconds, with the tag <c>use</c>: <c>requests</c> or <c>jobs</c>.</summary>
    public Histogram<double> Wait { get; }

    /// <summary>With the tag <c>use</c>.</summary>
    public UpDownCounter<int> Held { get; }
}
