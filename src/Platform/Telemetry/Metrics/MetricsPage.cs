using System.Diagnostics.Metrics;
using System.Text;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Tag = System.Collections.Generic.KeyValuePair<string, object?>;

namespace Heretix.Platform.Telemetry.Metrics;

/// <summary>
/// Listens to every instrument of the process (of the framework, of libraries, of the rooms) and writes what they measured
/// in the text format of Prometheus, version 0.0.4. Meters that were made for another server of the same process are left
/// to that one.
/// </summary>
internal sealed class MetricsPage : IDisposable
{
    private readonly MeterListener listener = new();
    private readonly Lock turn = new();
    private readonly Lock names = new();
    private readonly SortedDictionary<string, MetricFamily> families = new(StringComparer.Ordinal);
    private readonly HashSet<string> taken = new(StringComparer.Ordinal);
    private readonly IMeterFactory scope;
    private readonly ILogger<MetricsPage> log;
    private readonly int largestNumber;
    private long round;

    public MetricsPage(IMeterFactory scope, IOptions<TelemetryOptions> options, ILogger<MetricsPage> log)
    {
        this.scope = scope;
        this.log = log;
        largestNumber = options.Value.MetricSeries;
        foreach (var computed in DocumentedMetrics.Computed)
            taken.Add(computed.Name);
        listener.InstrumentPublished = Published;
        listener.SetMeasurementEventCallback<double>(static (_, value, tags, to) => Record(value, tags, to));
        listener.SetMeasurementEventCallback<float>(static (_, value, tags, to) => Record(value, tags, to));
        listener.SetMeasurementEventCallback<decimal>(static (_, value, tags, to) => Record((double)value, tags, to));
        listener.SetMeasurementEventCallback<long>(static (_, value, tags, to) => Record(value, tags, to));
        listener.SetMeasurementEventCallback<int>(static (_, value, tags, to) => Record(value, tags, to));
        listener.SetMeasurementEventCallback<short>(static (_, value, tags, to) => Record(value, tags, to));
        listener.SetMeasurementEventCallback<byte>(static (_, value, tags, to) => Record(value, tags, to));
        listener.Start();
    }

    /// <summary>Reads all instruments and writes the page.</summary>
    public string Render()
    {
        // One reading at a time: the instruments report into the series of the present round.
        lock (turn)
        {
            MetricFamily[] all;
            lock (names)
                all = [.. families.Values];
            round++;
            foreach (var family in all)
                family.BeginRound(round);
            Observe();

            var page = new StringBuilder(64 * 1024);
            foreach (var family in all)
                family.Write(page);
            WriteComputed(page, all);
            return page.ToString();
        }
    }

    public void Dispose() => listener.Dispose();

    private static void Record(double value, ReadOnlySpan<Tag> tags, object? to) => ((Recorder)to!).Record(value, tags);

    private void Observe()
    {
        try
        {
            listener.RecordObservableInstruments();
        }
        catch (AggregateException failures)
        {
            // The other instruments have reported all the same.
            Log.InstrumentsFailed(log, failures.InnerExceptions.Count, failures.InnerExceptions[0]);
        }
    }

    private static void WriteComputed(StringBuilder page, MetricFamily[] all)
    {
        double? Sum(string name, string labels) => Array.Find(all, family => family.Name == name)?.Sum(labels);
        foreach (var gauge in DocumentedMetrics.Computed)
        {
            if (gauge.Value(Sum) is not { } value)
                continue;
            page.Append("# HELP ").Append(gauge.Name).Append(' ').Append(gauge.Help).Append('\n');
            page.Append("# TYPE ").Append(gauge.Name).Append(" gauge\n");
            page.Append(gauge.Name).Append(' ').Append(Series.Text(value)).Append('\n');
        }
    }

    private void Published(Instrument instrument, MeterListener to)
    {
        if (instrument.Meter.Scope is { } other && !ReferenceEquals(other, scope))
            return;
        var name = MetricName.Of(instrument);
        MetricFamily family;
        lock (names)
            family = FamilyOf(instrument, name);
        to.EnableMeasurementEvents(instrument, new Recorder(instrument, family, name.Scale, largestNumber));
    }

    private MetricFamily FamilyOf(Instrument instrument, MetricName name)
    {
        var bounds = Buckets.Of(instrument, name);
        for (var attempt = 1; ; attempt++)
        {
            var chosen = attempt switch
            {
                1 => name,
                2 => name.Under(instrument.Meter),
                _ => name.Under(instrument.Meter) with { Name = $"{name.Under(instrument.Meter).Name}_{attempt}" },
            };
            if (families.TryGetValue(chosen.Name, out var present))
            {
                // The same instrument of a meter that was made again continues its family.
                var same =
                    present.Meter == instrument.Meter.Name
                    && present.Kind == name.Kind
                    && present.IsObserved == instrument.IsObservable
                    && present.Bounds.AsSpan().SequenceEqual(bounds);
                if (same)
                    return present;
                continue;
            }
            string[] wanted = chosen.Kind == MetricKind.Histogram ? ["", "_bucket", "_sum", "_count"] : [""];
            if (wanted.Any(ending => taken.Contains(chosen.Name + ending)))
                continue;
            foreach (var ending in wanted)
                taken.Add(chosen.Name + ending);
            var made = new MetricFamily(chosen, HelpOf(instrument), instrument.Meter.Name, bounds, largestNumber)
            {
                IsObserved = instrument.IsObservable,
            };
            families.Add(chosen.Name, made);
            return made;
        }
    }

    private static string HelpOf(Instrument instrument) =>
        string.IsNullOrWhiteSpace(instrument.Description)
            ? $"{instrument.Name} of {instrument.Meter.Name}."
            : instrument.Description;
}
