using System.Xml;

namespace Heretix.Research.Report;

/// <summary>
/// Writes HTML and SVG that is also well-formed XML. All text passes through one escape, so nothing a claim or a model
/// says can become markup; characters that a page cannot hold become U+FFFD.
/// </summary>
internal sealed class MarkupWriter(TextWriter output)
{
    private readonly Stack<string> _open = new();

    /// <summary>Opens an element that is closed when the result is disposed. Attributes with a null value are left out.</summary>
    internal Scope Open(string name, params ReadOnlySpan<(string Name, string? Value)> attributes)
    {
        Start(name, attributes);
        output.Write('>');
        _open.Push(name);
        return new Scope(this);
    }

    /// <summary>Writes an element that holds one text.</summary>
    internal void Element(string name, string text, params ReadOnlySpan<(string Name, string? Value)> attributes)
    {
        using (Open(name, attributes))
        {
            Text(text);
        }
    }

    /// <summary>Writes an element without content: an SVG shape, or one of HTML's void elements.</summary>
    internal void Empty(string name, params ReadOnlySpan<(string Name, string? Value)> attributes)
    {
        Start(name, attributes);
        output.Write(" />");
    }

    internal void Text(string text) => Escape(text);

    /// <summary>Writes a line break between blocks, for people who read the source.</summary>
    internal void Line() => output.Write('\n');

    /// <summary>Writes our own style sheet as it stands.</summary>
    internal void Style(string css)
    {
        using (Open("style"))
        {
            output.Write(css);
        }
    }

    internal void Doctype() => output.Write("<!DOCTYPE html>\n");

    private void Start(string name, ReadOnlySpan<(string Name, string? Value)> attributes)
    {
        output.Write('<');
        output.Write(name);
        foreach (var (attribute, value) in attributes)
        {
            if (value is not null)
            {
                output.Write(' ');
                output.Write(attribute);
                output.Write("=\"");
                Escape(value);
                output.Write('"');
            }
        }
    }

    private void Escape(string text)
    {
        for (var i = 0; i < text.Length; i++)
        {
            var c = text[i];
            if (i + 1 < text.Length && char.IsSurrogatePair(c, text[i + 1]))
            {
                output.Write(c);
                output.Write(text[++i]);
                continue;
            }

            switch (c)
            {
                case '&':
                    output.Write("&amp;");
                    break;
                case '<':
                    output.Write("&lt;");
                    break;
                case '>':
                    output.Write("&gt;");
                    break;
                case '"':
                    output.Write("&quot;");
                    break;
                case '\'':
                    output.Write("&#39;");
                    break;
                default:
                    output.Write(XmlConvert.IsXmlChar(c) && (c >= ' ' || c is '\n' or '\t') ? c : '\uFFFD');
                    break;
            }
        }
    }

    private void Close()
    {
        output.Write("</");
        output.Write(_open.Pop());
        output.Write('>');
    }

    /// <summary>An open element.</summary>
    internal readonly ref struct Scope(MarkupWriter writer)
    {
        public void Dispose() => writer.Close();
    }
}
