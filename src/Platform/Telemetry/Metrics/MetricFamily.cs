using System.Collections.Concurrent;
using System.Text;

namespace Heretix.Platform.Telemetry.Metrics;

/// <summary>Everything under one name: its series, a bounded number of them.</summary>
internal sealed class MetricFamily(MetricName name, string help, string meter, double[] bounds, int largestNumber)
{
    private readonly ConcurrentDictionary<string, Series> series = new(StringComparer.Ordinal);
    private int number;
    private long round;

    public string Name => name.Name;

    public MetricKind Kind => name.Kind;

    /// <summary>Name of the meter whose instruments it takes.</summary>
    public string Meter => meter;

    public double[] Bounds => bounds;

    /// <summary>Its series come and go with what the instruments report at each reading.</summary>
    public bool IsObserved { get; init; }

    /// <summary>The series with these labels; beyond the largest number, the one that takes the rest.</summary>
    public Series WithLabels(string labels)
    {
        if (series.TryGetValue(labels, out var known))
            return known;
        if (labels != Labels.Overflow && Volatile.Read(ref number) >= largestNumber)
            return WithLabels(Labels.Overflow);
        Series made = Kind == MetricKind.Histogram ? new HistogramSeries(labels, bounds) : new NumberSeries(labels);
        if (!series.TryAdd(labels, made))
            return series[labels];
        Interlocked.Increment(ref number);
        return made;
    }

    /// <summary>The labels under which an observed series may appear again are kept for the next reading only.</summary>
    public void BeginRound(long next)
    {
        round = next;
        if (!IsObserved)
            return;
        foreach (var (labels, old) in series)
        {
            if (old.Round < next - 1 && series.TryRemove(labels, out _))
                Interlocked.Decrement(ref number);
        }
    }

    public long Round => round;

    public void Write(StringBuilder page)
    {
        var lines = Present();
        if (lines.Count == 0)
            return;
        page.Append("# HELP ").Append(Name).Append(' ').Append(Labels.Help(help)).Append('\n');
        page.Append("# TYPE ").Append(Name).Append(' ').Append(Kind.ToString().ToLowerInvariant()).Append('\n');
        foreach (var one in lines)
            one.Write(page, Name);
    }

    /// <summary>The sum over the series whose labels contain a text; null when there are none.</summary>
    public double? Sum(string labels)
    {
        var chosen = Present().Where(one => one.Labels.Contains(labels, StringComparison.Ordinal)).ToList();
        return chosen.Count == 0 ? null : chosen.Sum(one => one.Value);
    }

    private List<Series> Present() =>
        [
            .. series
                .Values.Where(one => !IsObserved || one.Round == round)
                .OrderBy(one => one.Labels, StringComparer.Ordinal),
        ];
}
