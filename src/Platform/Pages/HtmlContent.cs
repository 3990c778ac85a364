using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Encodings.Web;

namespace Heretix.Platform.Pages;

/// <summary>
/// A piece of HTML, written as an interpolated string: the text around the holes is markup, whatever goes into a hole is
/// encoded. Another <see cref="HtmlContent"/> (or a sequence of them) goes in as it is. Holes stand between tags or inside
/// quoted attributes.
/// </summary>
/// <example><code>HtmlContent row = $"&lt;td title=\"{address}\"&gt;{subject}&lt;/td&gt;";</code></example>
[InterpolatedStringHandler]
public sealed class HtmlContent
{
    private readonly StringBuilder html;

    /// <summary>Called by the compiler.</summary>
    public HtmlContent(int literalLength, int formattedCount) =>
        html = new StringBuilder(literalLength + formattedCount * 16);

    /// <summary>Nothing.</summary>
    public static HtmlContent Empty => $"";

    /// <summary>Text without any markup.</summary>
    public static HtmlContent Text(string text) => $"{text}";

    /// <summary>Markup of the program.</summary>
    public void AppendLiteral(string markup) => html.Append(markup);

    /// <summary>Text: encoded for element content and for quoted attributes.</summary>
    /// <exception cref="InvalidOperationException">The hole is an attribute's value without quotes.</exception>
    public void AppendFormatted(string? text)
    {
        RefuseUnquotedAttribute();
        html.Append(HtmlEncoder.Default.Encode(text ?? ""));
    }

    /// <summary>A value, in the form of no culture, encoded.</summary>
    public void AppendFormatted<T>(T value, string? format = null)
        where T : IFormattable => AppendFormatted(value.ToString(format, CultureInfo.InvariantCulture));

    /// <summary>An address: a relative one, or one of http, https or mailto.</summary>
    /// <exception cref="InvalidOperationException">The address has another scheme, <c>javascript:</c> for example.</exception>
    public void AppendFormatted(Uri address)
    {
        ArgumentNullException.ThrowIfNull(address);
        if (address.IsAbsoluteUri && address.Scheme is not ("http" or "https" or "mailto"))
            throw new InvalidOperationException($"A page does not lead to addresses with the scheme {address.Scheme}.");
        AppendFormatted(address.IsAbsoluteUri ? address.AbsoluteUri : address.OriginalString);
    }

    /// <summary>HTML, as it is.</summary>
    public void AppendFormatted(HtmlContent? content) => html.Append(content?.html);

    /// <summary>Pieces of HTML, one after the other.</summary>
    public void AppendFormatted(IEnumerable<HtmlContent> pieces)
    {
        ArgumentNullException.ThrowIfNull(pieces);
        foreach (var piece in pieces)
            html.Append(piece.html);
    }

    /// <summary>The markup.</summary>
    public override string ToString() => html.ToString();

    private void RefuseUnquotedAttribute()
    {
        if (html.Length > 0 && html[^1] == '=')
            throw new InvalidOperationException("Put quotes around the attribute's value.");
    }
}
