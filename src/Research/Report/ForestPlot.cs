namespace Heretix.Research.Report;

/// <summary>
/// Estimates with their intervals, one row each, on the scale from 0 to 100 %: a bar for the interval, a thin line with
/// ends for the second interval where there is one, a dot for the estimate.
/// </summary>
internal static class ForestPlot
{
    internal const int RowHeight = 44;

    /// <summary>Writes the plot; an estimate that is not a number has a row without marks.</summary>
    internal static void Write(MarkupWriter html, IEnumerable<ForestRow> rows, string caption)
    {
        var axis = SvgAxis.Probability();
        PlotRows.Write(html, axis, rows.Select(row => Row(axis, row)), RowHeight, caption);
    }

    private static PlotRow Row(SvgAxis axis, ForestRow row)
    {
        var first = row.First is var (low, high) ? Figures.PercentRange(low, high) : null;
        var second = row.Second is var (from, to) ? Figures.PercentRange(from, to) : null;
        var description = $"Estimate {Figures.Percents(row.Estimate)}";
        description += first is null ? "" : $", 95% interval {first}";
        description += second is null ? "" : $", 95% interval with whole clusters resampled {second}";
        return new PlotRow(
            row.Label,
            row.Note,
            row.FullLabel ?? row.Label,
            Figures.Percents(row.Estimate),
            first ?? second,
            row.FullLabel ?? row.Label,
            description + ".",
            svg => Marks(svg, axis, row)
        );
    }

    private static void Marks(MarkupWriter svg, SvgAxis axis, ForestRow row)
    {
        const int Middle = RowHeight / 2;
        if (row.First is var (low, high) && double.IsFinite(low) && double.IsFinite(high))
        {
            Line(svg, "interval", axis.X(low), axis.X(high), Middle, Middle);
        }

        if (row.Second is var (from, to) && double.IsFinite(from) && double.IsFinite(to))
        {
            var y = row.First is null ? Middle : Middle + 14;
            Line(svg, "second", axis.X(from), axis.X(to), y, y);
            Line(svg, "second", axis.X(from), axis.X(from), y - 4, y + 4);
            Line(svg, "second", axis.X(to), axis.X(to), y - 4, y + 4);
        }

        if (double.IsFinite(row.Estimate))
        {
            svg.Empty(
                "circle",
                ("class", "estimate"),
                ("cx", axis.X(row.Estimate)),
                ("cy", Figures.Whole(Middle)),
                ("r", "5")
            );
        }
    }

    private static void Line(MarkupWriter svg, string style, string x1, string x2, int y1, int y2) =>
        svg.Empty(
            "line",
            ("class", style),
            ("x1", x1),
            ("x2", x2),
            ("y1", Figures.Whole(y1)),
            ("y2", Figures.Whole(y2))
        );
}

/// <summary>One estimate of a forest plot; all figures are probabilities.</summary>
/// <param name="Label">What was estimated, short.</param>
/// <param name="Note">Second line of the label, or null.</param>
/// <param name="Estimate">The estimate.</param>
/// <param name="First">Bounds of the 95 % interval, or null.</param>
/// <param name="Second">Bounds of the 95 % interval with whole clusters resampled, or null.</param>
/// <param name="FullLabel">Label at full length, or null when it is <paramref name="Label"/>.</param>
public sealed record ForestRow(
    string Label,
    string? Note,
    double Estimate,
    (double Low, double High)? First,
    (double Low, double High)? Second = null,
    string? FullLabel = null
);
