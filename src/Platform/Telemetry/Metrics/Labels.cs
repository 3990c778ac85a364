using System.Globalization;
using System.Text;
using Tag = System.Collections.Generic.KeyValuePair<string, object?>;

namespace Heretix.Platform.Telemetry.Metrics;

/// <summary>Tags as labels: <c>a="x",b="y"</c>, in alphabetical order, escaped.</summary>
internal static class Labels
{
    private const int LongestValue = 200;
    private const string PoolKey = "db.client.connection.pool.name";

    /// <summary>The labels of the series that takes whatever is beyond the allowed number of series.</summary>
    public const string Overflow = "otel_metric_overflow=\"true\"";

    public static string Of(ReadOnlySpan<Tag> tags, ReadOnlySpan<Tag> fixedTags)
    {
        var labels = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var tag in fixedTags)
            Add(labels, tag);
        foreach (var tag in tags)
            Add(labels, tag);
        var text = new StringBuilder();
        foreach (var (name, value) in labels)
        {
            if (text.Length > 0)
                text.Append(',');
            text.Append(name).Append("=\"");
            Escape(text, value.Length <= LongestValue ? value : value[..LongestValue]);
            text.Append('"');
        }
        return text.ToString();
    }

    /// <summary>A help text: on one line, with its backslashes doubled.</summary>
    public static string Help(string text) =>
        text.ReplaceLineEndings(" ").Replace("\\", "\\\\", StringComparison.Ordinal);

    private static void Add(SortedDictionary<string, string> labels, Tag tag)
    {
        var name = Name(tag.Key);
        var value = tag.Key == PoolKey ? Pool(Text(tag.Value)) : Text(tag.Value);
        // Two names that became one: both values are kept, as the specification wants it.
        labels[name] = labels.TryGetValue(name, out var other) ? $"{other};{value}" : value;
    }

    /// <summary>Npgsql names a pool by its connection string; the application's name in it tells them apart as well.</summary>
    private static string Pool(string connectionString)
    {
        const string Member = "Application Name=";
        var start = connectionString.IndexOf(Member, StringComparison.OrdinalIgnoreCase);
        return start < 0 ? "unnamed" : connectionString[(start + Member.Length)..].Split(';')[0].Trim('"', '\'');
    }

    private static string Name(string key)
    {
        // le and quantile belong to Prometheus; so does whatever begins with two underscores.
        var name = MetricName.Sanitised(key);
        return name is "le" or "quantile" ? $"exported_{name}" : name;
    }

    private static string Text(object? value) =>
        value switch
        {
            null => "",
            string already => already,
            bool flag => flag ? "true" : "false",
            IFormattable number => number.ToString(null, CultureInfo.InvariantCulture),
            _ => value.ToString() ?? "",
        };

    private static void Escape(StringBuilder text, string value)
    {
        foreach (var letter in value)
        {
            _ = letter switch
            {
                '\\' => text.Append(@"\\"),
                '"' => text.Append("\\\""),
                '\n' => text.Append(@"\n"),
                _ => text.Append(letter),
            };
        }
    }
}
