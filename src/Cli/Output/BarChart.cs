using System.Globalization;
using Heretix.Research.Report;

namespace Heretix.Cli.Output;

/// <summary>Counts as bars beside each other, each with its value for whoever points at it.</summary>
internal static class BarChart
{
    private const int Height = 150;
    private const int MostLabels = 12;

    /// <param name="html">Where to write.</param>
    /// <param name="title">Name of the drawing for screen readers.</param>
    /// <param name="bars">A label and a count each.</param>
    public static void Write(MarkupWriter html, string title, IReadOnlyList<(string Label, long Count)> bars)
    {
        if (bars.Count == 0)
            return;
        var tallest = Math.Max(1, bars.Max(bar => bar.Count));
        var width = 1.0 / bars.Count;
        using (html.Open("svg", ("class", "strip"), ("height", Figures.Whole(Height)), ("role", "img")))
        {
            html.Element("title", title);
            for (var i = 0; i < bars.Count; i++)
            {
                var height = (Height - 12) * (double)bars[i].Count / tallest;
                using (
                    html.Open(
                        "rect",
                        ("class", "bar"),
                        ("x", SvgAxis.Length(i * width)),
                        ("width", SvgAxis.Length(width)),
                        ("y", Pixels(Height - height)),
                        ("height", Pixels(height))
                    )
                )
                    html.Element("title", $"{bars[i].Label}: {Figures.Thousands(bars[i].Count)}");
            }
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
            var step = (bars.Count + MostLabels - 1) / MostLabels;
            for (var i = 0; i < bars.Count; i += step)
                html.Element(
                    "text",
                    bars[i].Label,
                    ("class", "tick"),
                    ("x", SvgAxis.Length((i + 0.5) * width)),
                    ("y", "14"),
                    ("text-anchor", "middle")
                );
        }
    }

    private static string Pixels(double pixels) => pixels.ToString("0.##", CultureInfo.InvariantCulture);
}
