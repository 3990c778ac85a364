namespace Heretix.Research.Report;

/// <summary>A table with a head; it scrolls by itself where the page is too narrow for it.</summary>
internal static class HtmlTable
{
    /// <summary>Writes the table.</summary>
    /// <param name="html">Where to write.</param>
    /// <param name="caption">What the table shows, for screen readers.</param>
    /// <param name="columns">Heads of the columns; a head that begins with '#' marks a column of figures, set to the right.</param>
    /// <param name="rows">Cells row by row, as many as there are columns; the first cell of a row is its head.</param>
    internal static void Write(
        MarkupWriter html,
        string caption,
        IReadOnlyList<string> columns,
        IEnumerable<IReadOnlyList<string>> rows
    )
    {
        using (html.Open("div", ("class", "scroll"), ("tabindex", "0"), ("role", "region"), ("aria-label", caption)))
        using (html.Open("table"))
        {
            html.Element("caption", caption);
            using (html.Open("thead"))
            using (html.Open("tr"))
            {
                foreach (var column in columns)
                {
                    html.Element("th", column.TrimStart('#'), ("scope", "col"), ("class", Class(column)));
                }
            }

            using (html.Open("tbody"))
            {
                foreach (var row in rows)
                {
                    html.Line();
                    using (html.Open("tr"))
                    {
                        for (var i = 0; i < row.Count; i++)
                        {
                            WriteCell(html, columns[i], row[i], isHead: i == 0);
                        }
                    }
                }
            }
        }
    }

    private static void WriteCell(MarkupWriter html, string column, string text, bool isHead) =>
        html.Element(
            isHead ? "th" : "td",
            text,
            ("scope", isHead ? "row" : null),
            ("class", Class(column)),
            ("dir", Class(column) is null ? "auto" : null)
        );

    private static string? Class(string column) => column.StartsWith('#') ? "figure" : null;
}
