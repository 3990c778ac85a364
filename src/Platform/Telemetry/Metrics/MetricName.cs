using System.Collections.Frozen;
using System.Diagnostics.Metrics;
using System.Text;

namespace Heretix.Platform.Telemetry.Metrics;

/// <summary>How a family is written in the text format of Prometheus.</summary>
internal enum MetricKind
{
    Counter,
    Gauge,
    Histogram,
}

/// <summary>
/// What an instrument is called on the metrics page. The rules are those of the OpenTelemetry specification for Prometheus
/// (dots become underscores, the unit is a suffix, counters end in <c>_total</c>); values are converted to base units, and
/// names that Prometheus's linter refuses are changed.
/// </summary>
/// <param name="Name">The name of the family.</param>
/// <param name="Kind">How it is written.</param>
/// <param name="Scale">What a measurement is multiplied by to be in the base unit.</param>
internal sealed record MetricName(string Name, MetricKind Kind, double Scale)
{
    private static readonly FrozenDictionary<string, (string Suffix, double Scale)> Units = new Dictionary<
        string,
        (string, double)
    >
    {
        ["s"] = ("seconds", 1),
        ["ms"] = ("seconds", 1e-3),
        ["us"] = ("seconds", 1e-6),
        ["ns"] = ("seconds", 1e-9),
        ["min"] = ("seconds", 60),
        ["h"] = ("seconds", 3600),
        ["d"] = ("seconds", 86400),
        ["By"] = ("bytes", 1),
        ["KBy"] = ("bytes", 1e3),
        ["MBy"] = ("bytes", 1e6),
        ["KiBy"] = ("bytes", 1024),
        ["MiBy"] = ("bytes", 1024 * 1024),
        ["%"] = ("ratio", 0.01),
        ["Cel"] = ("celsius", 1),
        ["USD"] = ("usd", 1),
    }.ToFrozenDictionary(StringComparer.Ordinal);

    public static MetricName Of(Instrument instrument)
    {
        var kind = KindOf(instrument);
        var (unit, scale) = UnitOf(instrument, kind);
        var name = DocumentedMetrics.NameOf(instrument) ?? Acceptable(Sanitised(instrument.Name), kind);
        if (unit.Length > 0 && !name.EndsWith("_" + unit, StringComparison.Ordinal))
            name = $"{name}_{unit}";
        if (kind == MetricKind.Counter)
            name += "_total";
        return new MetricName(name, kind, scale);
    }

    /// <summary>The same under the name of its meter, for when the short one is taken by something else.</summary>
    public MetricName Under(Meter meter) => this with { Name = $"{Sanitised(meter.Name)}_{Name}" };

    /// <summary>A name with letters, digits and underscores only, in lower case and in snake_case.</summary>
    public static string Sanitised(string text)
    {
        var name = new StringBuilder(text.Length + 4);
        for (var i = 0; i < text.Length; i++)
        {
            var letter = text[i];
            if (char.IsAsciiLetterUpper(letter))
            {
                if (i > 0 && (char.IsAsciiLetterLower(text[i - 1]) || char.IsAsciiDigit(text[i - 1])))
                    name.Append('_');
                name.Append(char.ToLowerInvariant(letter));
            }
            else if (char.IsAsciiLetterLower(letter) || (char.IsAsciiDigit(letter) && name.Length > 0))
            {
                name.Append(letter);
            }
            else if (name.Length > 0 && name[^1] != '_')
            {
                name.Append('_');
            }
        }
        return name.Length == 0 ? "unnamed" : name.ToString().TrimEnd('_');
    }

    private static string Acceptable(string name, MetricKind kind)
    {
        if (kind == MetricKind.Histogram)
            return name;
        if (name.EndsWith("_total", StringComparison.Ordinal))
            return kind == MetricKind.Counter ? name[..^"_total".Length] : name[..^"_total".Length] + "_all";
        // These endings belong to histograms.
        foreach (
            var (ending, instead) in new[] { ("_count", "_current"), ("_sum", "_summed"), ("_bucket", "_buckets") }
        )
        {
            if (name.EndsWith(ending, StringComparison.Ordinal))
                return kind == MetricKind.Counter && ending == "_count"
                    ? name[..^ending.Length]
                    : name[..^ending.Length] + instead;
        }
        return name;
    }

    private static (string Suffix, double Scale) UnitOf(Instrument instrument, MetricKind kind)
    {
        var unit = instrument.Unit ?? "";
        if (unit is "" or "1" || unit[0] is '{' or '[')
            return (unit == "1" && kind == MetricKind.Gauge ? "ratio" : "", 1);
        return Units.TryGetValue(unit, out var known) ? known : (Sanitised(unit), 1);
    }

    private static MetricKind KindOf(Instrument instrument)
    {
        var type = instrument.GetType();
        var generic = type.IsGenericType ? type.GetGenericTypeDefinition() : type;
        if (generic == typeof(Histogram<>))
            return MetricKind.Histogram;
        if (DocumentedMetrics.Falls(instrument))
            return MetricKind.Gauge;
        return generic == typeof(Counter<>) || generic == typeof(ObservableCounter<>)
            ? MetricKind.Counter
            : MetricKind.Gauge;
    }
}
