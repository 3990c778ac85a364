namespace Heretix.Research.Report;

/// <summary>A dot for every valid sample, a row for every template in plan order, a tick at each template's mean.</summary>
internal static class TemplateDots
{
    private const int RowHeight = 30;

    /// <summary>Dots closer than this share of the axis are set beside one another instead of on top.</summary>
    private const double Touching = 0.014;
    private const int Step = 5;
    private const double Near = 0.1;

    internal static void Write(MarkupWriter html, IReadOnlyList<TemplateSamples> templates)
    {
        var axis = AxisFor([
            .. templates.SelectMany(template => template.Valid).Select(sample => sample.Probability!.Value),
        ]);
        PlotRows.Write(
            html,
            axis,
            templates.Select(template => Row(axis, template)),
            RowHeight,
            "Probability that the claim is true, one dot per answer; the upright tick is the template's mean in log-odds"
                + (axis.Max - axis.Min < 1 ? ". The axis closes in, since all answers lie near one another." : ""),
            "wide-labels"
        );
    }

    /// <summary>The whole scale, unless all answers are so near one another that it would hide how they differ.</summary>
    private static SvgAxis AxisFor(double[] values) =>
        values.Length > 1 && values.Max() - values.Min() is > 0 and < Near
            ? SvgAxis.Around(values.Min(), values.Max())
            : SvgAxis.Probability();

    private static PlotRow Row(SvgAxis axis, TemplateSamples template)
    {
        var values = template.Valid.Select(sample => sample.Probability!.Value).ToArray();
        var name = $"Template {template.Index + 1}";
        var figures =
            values.Length == 0 ? "no valid answer" : string.Join(", ", values.Select(value => Figures.Share(value)));
        return new PlotRow(
            $"{Figures.Whole(template.Index + 1)}. {template.ShortText}",
            null,
            template.Text,
            template.Mean is { } mean ? Figures.Percents(mean) : Figures.Percents(double.NaN),
            null,
            $"{name}: {template.Text}",
            figures + ".",
            svg => Marks(svg, axis, template)
        );
    }

    private static void Marks(MarkupWriter svg, SvgAxis axis, TemplateSamples template)
    {
        const int Middle = RowHeight / 2;
        if (template.Mean is { } mean)
        {
            var x = axis.X(mean);
            svg.Empty(
                "line",
                ("class", "mean"),
                ("x1", x),
                ("x2", x),
                ("y1", "3"),
                ("y2", Figures.Whole(RowHeight - 3))
            );
        }

        var placed = new List<(double X, int Offset)>();
        foreach (var sample in template.Valid)
        {
            var position = axis.Position(sample.Probability!.Value);
            var offset = FreeOffset(placed, position);
            placed.Add((position, offset));
            using (
                svg.Open(
                    "circle",
                    ("class", "dot"),
                    ("cx", SvgAxis.Length(position)),
                    ("cy", Figures.Whole(Middle + offset)),
                    ("r", "4.5")
                )
            )
            {
                svg.Element(
                    "title",
                    $"Template {template.Index + 1}, replicate {sample.Replicate + 1}: {Figures.Share(sample.Probability.Value)}"
                );
            }
        }
    }

    /// <summary>The offset from the row's middle, 0, -5, 5, -10, 10, that no touching dot has; the middle when all have.</summary>
    private static int FreeOffset(List<(double X, int Offset)> placed, double position)
    {
        foreach (var candidate in (ReadOnlySpan<int>)[0, -Step, Step, -2 * Step, 2 * Step])
        {
            if (!placed.Exists(dot => dot.Offset == candidate && Math.Abs(dot.X - position) < Touching))
            {
                return candidate;
            }
        }

        return 0;
    }
}
