namespace Heretix.Research.Report;

/// <summary>
/// One self-contained HTML page of headed tables, each with a forest plot where there are estimates: what a sweep, a
/// comparison or a monitor shows.
/// </summary>
public static class OverviewPage
{
    /// <summary>Writes the page as UTF-16 text; a file should be written as UTF-8.</summary>
    /// <exception cref="ArgumentException">A row has another number of cells than its table has columns.</exception>
    public static void Write(OverviewInput input, TextWriter output)
    {
        ArgumentNullException.ThrowIfNull(input);
        ArgumentNullException.ThrowIfNull(output);
        foreach (var section in input.Sections)
        {
            if (section.Rows.Any(row => row.Count != section.Columns.Count))
            {
                throw new ArgumentException(
                    $"a row of '{section.Heading}' does not have {section.Columns.Count} cells"
                );
            }
        }

        HtmlPage.Write(
            output,
            (input.Mock ? "Mock: " : "") + input.Title,
            $"Written by Heretix on {Figures.Utc(input.WrittenAt)}. A model's belief is not evidence about the world.",
            html => Body(html, input)
        );
    }

    private static void Body(MarkupWriter html, OverviewInput input)
    {
        if (input.Mock)
        {
            HtmlPage.MockBanner(html, "No model was asked for some or all of this. Its figures are made up.");
        }

        html.Element("p", input.Kind, ("class", "eyebrow"));
        html.Element("h1", input.Title, ("dir", "auto"));
        html.Element("p", input.Subtitle, ("class", "byline"));
        if (input.Points.Count > 0)
        {
            using (html.Open("ul", ("class", "figures")))
            {
                foreach (var point in input.Points)
                {
                    html.Element("li", point);
                }
            }
        }

        foreach (var section in input.Sections)
        {
            html.Line();
            Section(html, section);
        }
    }

    private static void Section(MarkupWriter html, OverviewSection section)
    {
        using (HtmlPage.Figure(html, section.Heading, section.Lead))
        {
            if (section.Estimates.Count > 0)
            {
                ForestPlot.Write(html, section.Estimates, "Probability that the claim is true, linear scale");
                if (section.Estimates.Any(row => row.First is not null && row.Second is not null))
                {
                    Legend.Intervals(html);
                }
            }

            if (section.Rows.Count > 0)
            {
                HtmlTable.Write(html, section.Heading, section.Columns, section.Rows);
            }
        }
    }
}

/// <summary>What an overview shows.</summary>
public sealed record OverviewInput
{
    /// <summary>Kind of page in a few words, above the title: "Sweep over claims".</summary>
    public required string Kind { get; init; }

    /// <summary>Title of the page.</summary>
    public required string Title { get; init; }

    /// <summary>Models, prompt versions and files on one line.</summary>
    public required string Subtitle { get; init; }

    /// <summary>True when any figure comes from a mock.</summary>
    public required bool Mock { get; init; }

    /// <summary>When the page is written.</summary>
    public required DateTimeOffset WrittenAt { get; init; }

    /// <summary>The outcome in short lines; may be empty.</summary>
    public IReadOnlyList<string> Points { get; init; } = [];

    /// <summary>The sections from top to bottom.</summary>
    public required IReadOnlyList<OverviewSection> Sections { get; init; }
}

/// <summary>One headed table, with a plot above it where there are estimates.</summary>
/// <param name="Heading">What the section shows.</param>
/// <param name="Lead">A sentence under the heading, or null.</param>
/// <param name="Estimates">Rows of the forest plot; empty for none.</param>
/// <param name="Columns">Heads of the columns; one that begins with '#' is a column of figures, set to the right.</param>
/// <param name="Rows">Cells row by row; the first cell of a row is its head.</param>
public sealed record OverviewSection(
    string Heading,
    string? Lead,
    IReadOnlyList<ForestRow> Estimates,
    IReadOnlyList<string> Columns,
    IReadOnlyList<IReadOnlyList<string>> Rows
);
