namespace Heretix.Research.Report;

/// <summary>
/// A plot of labelled rows over one axis: label, drawing, figures. Each row is a drawing of its own with its own text
/// alternative, so that rows can stack on a narrow page and be read one by one.
/// </summary>
internal static class PlotRows
{
    /// <summary>Writes the rows and the axis under them.</summary>
    /// <param name="html">Where to write.</param>
    /// <param name="axis">The axis shared by all rows.</param>
    /// <param name="rows">Rows from top to bottom.</param>
    /// <param name="height">Height of a row's drawing in pixels.</param>
    /// <param name="caption">What the axis measures; stands under it.</param>
    /// <param name="layout">Class of the layout: <c>wide-labels</c>, or null for the usual widths.</param>
    internal static void Write(
        MarkupWriter html,
        SvgAxis axis,
        IEnumerable<PlotRow> rows,
        int height,
        string caption,
        string? layout = null
    )
    {
        using (html.Open("div", ("class", layout is null ? "rows" : $"rows {layout}")))
        {
            foreach (var row in rows)
            {
                html.Line();
                WriteRow(html, axis, row, height);
            }

            html.Line();
            using (html.Open("div", ("class", "row axis"), ("aria-hidden", "true")))
            {
                html.Element("div", "", ("class", "label"));
                using (html.Open("svg", ("class", "strip"), ("height", Figures.Whole(SvgAxis.LabelHeight))))
                {
                    axis.Labels(html);
                }

                html.Element("div", "", ("class", "value"));
            }

            html.Element("p", caption, ("class", "axis-caption"));
        }
    }

    private static void WriteRow(MarkupWriter html, SvgAxis axis, PlotRow row, int height)
    {
        using (html.Open("div", ("class", "row")))
        {
            using (html.Open("div", ("class", "label"), ("title", row.FullLabel)))
            {
                html.Element("span", row.Label, ("class", "name"), ("dir", "auto"));
                if (row.Note is not null)
                {
                    html.Element("span", row.Note, ("class", "note"));
                }
            }

            using (html.Open("svg", ("class", "strip"), ("height", Figures.Whole(height)), ("role", "img")))
            {
                html.Element("title", row.Title);
                html.Element("desc", row.Description);
                axis.Grid(html, height);
                row.Draw(html);
            }

            using (html.Open("div", ("class", "value")))
            {
                html.Element("span", row.Value, ("class", "main"));
                if (row.ValueNote is not null)
                {
                    html.Element("span", row.ValueNote, ("class", "note"));
                }
            }
        }
    }
}

/// <summary>One row of a plot.</summary>
/// <param name="Label">Short label; cut off where it is too long for its place.</param>
/// <param name="Note">Second line of the label, or null.</param>
/// <param name="FullLabel">The label at full length, shown on hovering.</param>
/// <param name="Value">Figure beside the drawing, possibly empty.</param>
/// <param name="ValueNote">Second line of the figure, or null.</param>
/// <param name="Title">Name of the drawing for screen readers.</param>
/// <param name="Description">What the drawing shows, in words.</param>
/// <param name="Draw">Draws the marks over the grid.</param>
internal sealed record PlotRow(
    string Label,
    string? Note,
    string? FullLabel,
    string Value,
    string? ValueNote,
    string Title,
    string Description,
    Action<MarkupWriter> Draw
);
