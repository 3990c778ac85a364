using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using Tag = System.Collections.Generic.KeyValuePair<string, object?>;

namespace Heretix.Platform.Telemetry.Metrics;

/// <summary>Takes the measurements of one instrument to the series of its family; the path that every request takes.</summary>
internal sealed class Recorder
{
    /// <summary>The same tags in another order are another way to the same series; there are not many of those.</summary>
    private const int WaysPerSeries = 4;

    private readonly ConcurrentDictionary<TagKey, Series> known = new(TagComparer.Instance);
    private readonly ConcurrentDictionary<TagKey, Series>.AlternateLookup<ReadOnlySpan<Tag>> ways;
    private readonly MetricFamily family;
    private readonly double scale;
    private readonly Tag[] fixedTags;
    private readonly How how;
    private readonly int mostWays;
    private readonly bool mayBeUnbounded;
    private Series? plain;
    private int number;

    private enum How
    {
        Add,
        Set,
        Observe,
    }

    public Recorder(Instrument instrument, MetricFamily family, double scale, int largestNumber)
    {
        this.family = family;
        this.scale = scale;
        ways = known.GetAlternateLookup<ReadOnlySpan<Tag>>();
        fixedTags = [.. instrument.Meter.Tags ?? [], .. instrument.Tags ?? []];
        mayBeUnbounded = DocumentedMetrics.MayBeUnbounded(instrument.Meter);
        mostWays = largestNumber * WaysPerSeries;
        if (instrument.IsObservable)
            how = How.Observe;
        else
            how = instrument.GetType().GetGenericTypeDefinition() == typeof(Gauge<>) ? How.Set : How.Add;
    }

    public void Record(double value, ReadOnlySpan<Tag> tags)
    {
        if (double.IsNaN(value))
            return;
        value *= scale;
        // Clocks step back and programs err; neither may make a counter or a duration fall.
        if (value < 0 && (family.Kind == MetricKind.Histogram || (family.Kind == MetricKind.Counter && how == How.Add)))
            value = 0;
        var series = SeriesOf(mayBeUnbounded ? Bounded(tags) : tags);
        if (how == How.Add)
            series.Add(value);
        else if (how == How.Set)
            series.Set(value);
        else
            series.Observe(value, family.Round);
    }

    private static Tag[] Bounded(ReadOnlySpan<Tag> tags)
    {
        var kept = new List<Tag>(tags.Length);
        foreach (var tag in tags)
        {
            if (!DocumentedMetrics.IsUnbounded(tag.Key))
                kept.Add(tag);
        }
        return [.. kept];
    }

    private Series SeriesOf(ReadOnlySpan<Tag> tags)
    {
        // Observed series are forgotten when they are not reported, so they are looked up anew.
        if (how == How.Observe)
            return family.WithLabels(Labels.Of(tags, fixedTags));
        if (tags.IsEmpty)
            return plain ??= family.WithLabels(Labels.Of([], fixedTags));
        if (ways.TryGetValue(tags, out var series))
            return series;
        if (Volatile.Read(ref number) >= mostWays)
            return family.WithLabels(Labels.Overflow);
        series = family.WithLabels(Labels.Of(tags, fixedTags));
        if (ways.TryAdd(tags, series))
            Interlocked.Increment(ref number);
        return series;
    }
}
