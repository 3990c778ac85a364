using System.Globalization;

namespace Heretix.Research.Report;

/// <summary>
/// A linear horizontal axis. Positions are percentages of the drawing's width, so that a plot grows and shrinks with
/// the page while its lettering keeps its size.
/// </summary>
internal sealed class SvgAxis
{
    private readonly Func<double, string> _label;

    private SvgAxis(double min, double max, double[] ticks, Func<double, string> label)
    {
        (Min, Max, Ticks, _label) = (min, max, ticks, label);
    }

    /// <summary>Height of a strip of tick labels in pixels.</summary>
    internal const int LabelHeight = 22;

    internal double Min { get; }

    internal double Max { get; }

    internal IReadOnlyList<double> Ticks { get; }

    /// <summary>Probabilities from 0 to 100 %.</summary>
    internal static SvgAxis Probability() => new(0, 1, [0, 0.25, 0.5, 0.75, 1], value => Figures.Share(value));

    /// <summary>An axis around data, with ticks at round figures and a little room at both ends.</summary>
    /// <param name="low">Smallest value to be shown.</param>
    /// <param name="high">Largest value to be shown; when equal, the axis is widened around it.</param>
    /// <param name="label">Text of a tick; the default is a share in percent.</param>
    internal static SvgAxis Around(double low, double high, Func<double, string>? label = null)
    {
        if (!double.IsFinite(low) || !double.IsFinite(high) || low > high)
        {
            throw new ArgumentException("an axis needs two finite numbers in ascending order");
        }

        var span = high - low;
        var room = span > 0 ? span * 0.04 : Math.Max(Math.Abs(low) * 0.01, 1e-6);
        var (min, max) = (low - room, high + room);
        return new SvgAxis(min, max, RoundTicks(min, max), label ?? (value => Trimmed(value * 100) + "%"));
    }

    /// <summary>Where a value lies, 0 at the left end to 1 at the right; values beyond the axis stay at its ends.</summary>
    internal double Position(double value) => Math.Clamp((value - Min) / (Max - Min), 0, 1);

    /// <summary>Where a value lies, as an SVG length.</summary>
    internal string X(double value) => Length(Position(value));

    /// <summary>A share of the drawing's width as an SVG length.</summary>
    internal static string Length(double share) => (share * 100).ToString("0.####", CultureInfo.InvariantCulture) + "%";

    /// <summary>Draws a vertical line at each tick; the one at 50 % of a probability is stronger.</summary>
    internal void Grid(MarkupWriter svg, int height)
    {
        foreach (var tick in Ticks)
        {
            var x = X(tick);
            svg.Empty(
                "line",
                ("class", Max == 1 && tick == 0.5 ? "grid half" : "grid"),
                ("x1", x),
                ("x2", x),
                ("y1", "0"),
                ("y2", Figures.Whole(height))
            );
        }
    }

    /// <summary>Draws the tick labels on a strip of their own, <see cref="LabelHeight"/> pixels high.</summary>
    internal void Labels(MarkupWriter svg)
    {
        foreach (var tick in Ticks)
        {
            svg.Element(
                "text",
                _label(tick),
                ("class", "tick"),
                ("x", X(tick)),
                ("y", "14"),
                ("text-anchor", "middle")
            );
        }
    }

    private static double[] RoundTicks(double min, double max)
    {
        var raw = (max - min) / 5;
        var magnitude = Math.Pow(10, Math.Floor(Math.Log10(raw)));
        var step =
            magnitude
            * (raw / magnitude) switch
            {
                <= 1 => 1,
                <= 2 => 2,
                <= 5 => 5,
                _ => 10,
            };
        var first = (long)Math.Ceiling(min / step);
        var count = (int)((long)Math.Floor(max / step) - first + 1);
        return [.. Enumerable.Range(0, count).Select(i => (first + i) * step)];
    }

    private static string Trimmed(double value) => value.ToString("0.######", CultureInfo.InvariantCulture);
}
