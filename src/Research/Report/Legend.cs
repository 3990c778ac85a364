namespace Heretix.Research.Report;

/// <summary>Keys to the marks of a plot, each drawn as in the plot.</summary>
internal static class Legend
{
    /// <summary>The marks of a forest plot.</summary>
    internal static void Intervals(MarkupWriter html)
    {
        using (html.Open("ul", ("class", "legend")))
        {
            Item(
                html,
                "Estimate",
                svg => svg.Empty("circle", ("class", "estimate"), ("cx", "11"), ("cy", "6"), ("r", "6"))
            );
            Item(html, "95% interval", svg => Line(svg, "interval"));
            Item(html, "95% interval, whole clusters resampled", svg => Line(svg, "second"));
        }
    }

    /// <summary>The lines over a histogram.</summary>
    internal static void Marks(MarkupWriter html, IEnumerable<(string Class, string Text)> marks)
    {
        using (html.Open("ul", ("class", "legend")))
        {
            foreach (var (style, text) in marks)
            {
                Item(html, text, svg => Line(svg, style));
            }
        }
    }

    private static void Line(MarkupWriter svg, string style) =>
        svg.Empty("line", ("class", style), ("x1", "0"), ("x2", "22"), ("y1", "6"), ("y2", "6"));

    private static void Item(MarkupWriter html, string text, Action<MarkupWriter> draw)
    {
        using (html.Open("li"))
        {
            using (html.Open("svg", ("aria-hidden", "true")))
            {
                draw(html);
            }

            html.Text(text);
        }
    }
}
