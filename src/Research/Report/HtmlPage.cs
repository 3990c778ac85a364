namespace Heretix.Research.Report;

/// <summary>The frame of every page: one file, style sheet inside, nothing fetched from anywhere.</summary>
internal static class HtmlPage
{
    /// <summary>Writes a whole page around <paramref name="body"/>.</summary>
    /// <param name="output">Where to write.</param>
    /// <param name="title">Title of the window.</param>
    /// <param name="footer">Last line of the page.</param>
    /// <param name="body">Writes what stands in the middle.</param>
    internal static void Write(TextWriter output, string title, string footer, Action<MarkupWriter> body)
    {
        var html = new MarkupWriter(output);
        html.Doctype();
        using (html.Open("html", ("lang", "en")))
        {
            html.Line();
            using (html.Open("head"))
            {
                html.Empty("meta", ("charset", "utf-8"));
                html.Empty("meta", ("name", "viewport"), ("content", "width=device-width, initial-scale=1"));
                html.Empty("meta", ("name", "color-scheme"), ("content", "light dark"));

                // Even if escaping failed, a page opened from disk could run no script and fetch nothing.
                html.Empty(
                    "meta",
                    ("http-equiv", "Content-Security-Policy"),
                    ("content", "default-src 'none'; style-src 'unsafe-inline'")
                );
                html.Element("title", title);
                html.Style(PageStyle.Css);
            }

            html.Line();
            using (html.Open("body"))
            {
                using (html.Open("main"))
                {
                    body(html);
                }

                html.Line();
                html.Element("footer", footer);
            }
        }

        html.Line();
    }

    /// <summary>Writes the banner of a page that holds made-up figures.</summary>
    internal static void MockBanner(MarkupWriter html, string text)
    {
        using (html.Open("div", ("class", "mock"), ("role", "note")))
        {
            html.Element("strong", "Mock");
            html.Text(" " + text);
        }
    }

    /// <summary>Opens a figure with its number and heading.</summary>
    internal static MarkupWriter.Scope Figure(MarkupWriter html, string heading, string? lead = null)
    {
        var scope = html.Open("figure");
        using (html.Open("figcaption"))
        {
            html.Element("h3", heading);
            if (lead is not null)
            {
                html.Element("p", lead);
            }
        }

        return scope;
    }
}
