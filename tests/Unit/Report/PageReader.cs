using System.Globalization;
using System.Xml;
using System.Xml.Linq;
using Heretix.Research.Report;

namespace Heretix.Tests.Unit.Report;

/// <summary>Writes a page and reads it back as XML, which fails on anything that is not well formed.</summary>
internal static class PageReader
{
    internal static string Text(ReportInput input)
    {
        using var output = new StringWriter(CultureInfo.InvariantCulture);
        ReportPage.Write(input, output);
        return output.ToString();
    }

    internal static XElement Read(ReportInput input) => Parse(Text(input));

    internal static XElement Parse(string page)
    {
        var settings = new XmlReaderSettings { DtdProcessing = DtdProcessing.Ignore, XmlResolver = null };
        using var reader = XmlReader.Create(new StringReader(page), settings);
        return XDocument.Load(reader).Root!;
    }

    internal static XElement Fragment(Action<MarkupWriter> write)
    {
        using var output = new StringWriter(CultureInfo.InvariantCulture);
        var html = new MarkupWriter(output);
        using (html.Open("div"))
        {
            write(html);
        }

        return XElement.Parse(output.ToString());
    }

    internal static IEnumerable<XElement> OfClass(this XElement root, string name) =>
        root.Descendants().Where(element => ((string?)element.Attribute("class") ?? "").Split(' ').Contains(name));

    internal static double Number(this XElement element, string attribute) =>
        double.Parse(((string)element.Attribute(attribute)!).TrimEnd('%'), CultureInfo.InvariantCulture);
}
