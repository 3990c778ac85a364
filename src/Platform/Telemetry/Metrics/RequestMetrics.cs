using System.Diagnostics.Metrics;
using Tag = System.Collections.Generic.KeyValuePair<string, object?>;

namespace Heretix.Platform.Telemetry.Metrics;

/// <summary>Counts and times every request by method, route template and status.</summary>
internal sealed class RequestMetrics
{
    /// <summary>What stands in the place of the template for whatever no route matches.</summary>
    public const string Unmatched = "__unmatched__";

    private static readonly string[] Methods =
    [
        "GET",
        "HEAD",
        "POST",
        "PUT",
        "PATCH",
        "DELETE",
        "OPTIONS",
        "TRACE",
        "CONNECT",
    ];

    private static readonly object[] Statuses = [.. Enumerable.Range(0, 600).Select(status => (object)status)];
    private readonly Counter<long> requests;
    private readonly Histogram<double> durations;

    public RequestMetrics(IMeterFactory meters)
    {
        var meter = meters.Create("Heretix.Http");
        requests = meter.CreateCounter<long>(
            "heretix.http.requests",
            "{request}",
            "Requests that were answered, by route template."
        );
        durations = meter.CreateHistogram(
            "heretix.http.request.duration",
            "s",
            "How long requests took until the last byte of the answer, by route template.",
            advice: new InstrumentAdvice<double>
            {
                HistogramBucketBoundaries =
                [
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
                    30,
                ],
            }
        );
    }

    /// <summary>One request was answered.</summary>
    /// <param name="method">As the client wrote it; unknown ones become <c>_OTHER</c>.</param>
    /// <param name="path">The route template, or <see cref="Unmatched"/>.</param>
    /// <param name="status">The HTTP status.</param>
    /// <param name="duration">From the first middleware to the end of the answer.</param>
    public void Record(string method, string path, int status, TimeSpan duration)
    {
        ReadOnlySpan<Tag> tags =
        [
            new("method", Known(method)),
            new("path", path),
            new("status", (uint)status < (uint)Statuses.Length ? Statuses[status] : status),
        ];
        requests.Add(1, tags);
        durations.Record(duration.TotalSeconds, tags);
    }

    private static string Known(string method)
    {
        foreach (var known in Methods)
        {
            if (ReferenceEquals(known, method) || string.Equals(known, method, StringComparison.Ordinal))
                return known;
        }
        return "_OTHER";
    }
}
