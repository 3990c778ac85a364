using System.Globalization;
using System.Text;

namespace Heretix.Platform.Telemetry.Metrics;

/// <summary>One line, or one histogram, of a family.</summary>
internal abstract class Series(string labels)
{
    /// <summary>The labels as they are written, without braces.</summary>
    public string Labels => labels;

    /// <summary>The round of observing in which it was last told its value.</summary>
    public long Round { get; protected set; }

    /// <summary>Adds to it.</summary>
    public abstract void Add(double value);

    /// <summary>Replaces its value.</summary>
    public abstract void Set(double value);

    /// <summary>Takes a value in a round of observing: several instruments with the same labels add up.</summary>
    public abstract void Observe(double value, long round);

    /// <summary>The value, or the number of measurements.</summary>
    public abstract double Value { get; }

    public abstract void Write(StringBuilder page, string name);

    protected static void AddTo(ref double total, double value)
    {
        var seen = Volatile.Read(ref total);
        while (true)
        {
            var before = Interlocked.CompareExchange(ref total, seen + value, seen);
            // Compared by bits, so that a NaN ends the loop too.
            if (BitConverter.DoubleToInt64Bits(before) == BitConverter.DoubleToInt64Bits(seen))
                return;
            seen = before;
        }
    }

    protected static void Line(StringBuilder page, string name, string labels, double value)
    {
        page.Append(name);
        if (labels.Length > 0)
            page.Append('{').Append(labels).Append('}');
        page.Append(' ').Append(Text(value)).Append('\n');
    }

    public static string Text(double value) =>
        value switch
        {
            double.PositiveInfinity => "+Inf",
            double.NegativeInfinity => "-Inf",
            double.NaN => "NaN",
            _ => value.ToString("R", CultureInfo.InvariantCulture),
        };
}

/// <summary>A single number.</summary>
internal sealed class NumberSeries(string labels) : Series(labels)
{
    private double number;

    public override double Value => Volatile.Read(ref number);

    public override void Add(double value) => AddTo(ref number, value);

    public override void Set(double value) => Volatile.Write(ref number, value);

    public override void Observe(double value, long round)
    {
        if (Round == round)
            value += number;
        Round = round;
        Volatile.Write(ref number, value);
    }

    public override void Write(StringBuilder page, string name) => Line(page, name, Labels, Value);
}

/// <summary>How many measurements fell under each bound, and their sum.</summary>
internal sealed class HistogramSeries(string labels, double[] bounds) : Series(labels)
{
    private readonly long[] counts = new long[bounds.Length + 1];
    private double sum;

    public override double Value => counts.Sum();

    public override void Add(double value)
    {
        var bucket = 0;
        while (bucket < bounds.Length && value > bounds[bucket])
            bucket++;
        Interlocked.Increment(ref counts[bucket]);
        AddTo(ref sum, value);
    }

    public override void Set(double value) => Add(value);

    public override void Observe(double value, long round) => Add(value);

    public override void Write(StringBuilder page, string name)
    {
        var comma = Labels.Length > 0 ? "," : "";
        long below = 0;
        for (var bucket = 0; bucket <= bounds.Length; bucket++)
        {
            below += Volatile.Read(ref counts[bucket]);
            var bound = bucket == bounds.Length ? double.PositiveInfinity : bounds[bucket];
            Line(page, $"{name}_bucket", $"{Labels}{comma}le=\"{Text(bound)}\"", below);
        }
        Line(page, $"{name}_sum", Labels, Volatile.Read(ref sum));
        Line(page, $"{name}_count", Labels, below);
    }
}
