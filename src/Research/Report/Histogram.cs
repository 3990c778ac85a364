using System.Globalization;

namespace Heretix.Research.Report;

/// <summary>How often values fall into equal classes, over an axis that closes in on them.</summary>
internal static class Histogram
{
    private const int Height = 150;
    private const int MostClasses = 48;

    /// <summary>Writes the plot.</summary>
    /// <param name="html">Where to write.</param>
    /// <param name="values">Values to count, at least one of them finite; others are left out.</param>
    /// <param name="marks">Lines over the bars, in drawing order; their values widen the axis when they lie outside.</param>
    /// <param name="title">Name of the drawing for screen readers.</param>
    /// <param name="description">What the drawing shows, in words.</param>
    internal static void Write(
        MarkupWriter html,
        IReadOnlyList<double> values,
        IReadOnlyList<HistogramMark> marks,
        string title,
        string description
    )
    {
        double[] finite = [.. values.Where(double.IsFinite)];
        double[] shown = [.. finite, .. marks.Select(mark => mark.Value).Where(double.IsFinite)];
        var axis = SvgAxis.Around(shown.Min(), shown.Max());
        var counts = Count(finite, axis);
        using (html.Open("div", ("class", "histogram")))
        {
            using (html.Open("svg", ("class", "strip"), ("height", Figures.Whole(Height)), ("role", "img")))
            {
                html.Element("title", title);
                html.Element("desc", description);
                axis.Grid(html, Height);
                Bars(html, counts);
                Lines(html, axis, marks);
            }

            using (
                html.Open(
                    "svg",
                    ("class", "strip"),
                    ("height", Figures.Whole(SvgAxis.LabelHeight)),
                    ("aria-hidden", "true")
                )
            )
            {
                axis.Labels(html);
            }
        }
    }

    /// <summary>Counts values in equal classes over the whole axis; the number of classes follows the square root of theirs.</summary>
    internal static int[] Count(ReadOnlySpan<double> values, SvgAxis axis)
    {
        var counts = new int[Math.Clamp((int)Math.Sqrt(values.Length), 1, MostClasses)];
        foreach (var value in values)
        {
            counts[Math.Min((int)(axis.Position(value) * counts.Length), counts.Length - 1)]++;
        }

        return counts;
    }

    private static void Bars(MarkupWriter svg, int[] counts)
    {
        var tallest = counts.Max();
        var width = 1.0 / counts.Length;
        for (var i = 0; i < counts.Length; i++)
        {
            if (counts[i] == 0)
            {
                continue;
            }

            var height = (Height - 12) * (double)counts[i] / tallest;
            svg.Empty(
                "rect",
                ("class", "bar"),
                ("x", SvgAxis.Length(i * width)),
                ("width", SvgAxis.Length(width)),
                ("y", Pixels(Height - height)),
                ("height", Pixels(height))
            );
        }
    }

    private static void Lines(MarkupWriter svg, SvgAxis axis, IReadOnlyList<HistogramMark> marks)
    {
        foreach (var mark in marks.Where(mark => double.IsFinite(mark.Value)))
        {
            var x = axis.X(mark.Value);
            using (
                svg.Open(
                    "line",
                    ("class", mark.Class),
                    ("x1", x),
                    ("x2", x),
                    ("y1", "0"),
                    ("y2", Figures.Whole(Height))
                )
            )
            {
                svg.Element("title", mark.Label);
            }
        }
    }

    private static string Pixels(double pixels) => pixels.ToString("0.##", CultureInfo.InvariantCulture);
}

/// <summary>A line over a histogram.</summary>
/// <param name="Value">Where it stands.</param>
/// <param name="Class">Its style: <c>mark</c>, <c>bound</c> or <c>bound second</c>.</param>
/// <param name="Label">What it marks.</param>
internal sealed record HistogramMark(double Value, string Class, string Label);
