using System.Globalization;
using System.Text;
using System.Text.Json;

namespace Heretix.Models;

/// <summary>JSON out of text that may be anything.</summary>
internal static class JsonText
{
    private const char ByteOrderMark = '\uFEFF';

    public static bool LooksLikeJson(string text) => text.AsSpan().TrimStart() is ['{' or '[', ..];

    /// <summary>The value, or null when the text is not JSON or nests deeper than 64.</summary>
    public static JsonElement? TryParse(string text)
    {
        var trimmed = text.AsSpan().Trim().Trim(ByteOrderMark).Trim();
        if (trimmed is not (['{', .., '}'] or ['[', .., ']'] or ['"', .., '"']))
            return null;
        try
        {
            return JsonElement.Parse(Encoding.UTF8.GetBytes(WithoutLoneSurrogates(trimmed.ToString())));
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <summary>
    /// Replaces escapes that are half of a character by U+FFFD: JSON allows them, but no string can hold them, and
    /// reading one would throw.
    /// </summary>
    private static string WithoutLoneSurrogates(string text)
    {
        if (!text.Contains("\\ud", StringComparison.OrdinalIgnoreCase))
            return text;
        var fixedText = new StringBuilder(text);
        for (var i = 0; i < text.Length - 1; i++)
        {
            if (text[i] != '\\')
                continue;
            if (Escaped(text, i) is not { } unit || !char.IsSurrogate(unit))
            {
                i++;
                continue;
            }
            if (char.IsHighSurrogate(unit) && Escaped(text, i + 6) is { } next && char.IsLowSurrogate(next))
            {
                i += 11;
                continue;
            }
            fixedText[i + 2] = fixedText[i + 3] = fixedText[i + 4] = 'f';
            fixedText[i + 5] = 'd';
            i += 5;
        }
        return fixedText.ToString();
    }

    /// <summary>The UTF-16 unit of the escape that starts here, if one does.</summary>
    private static char? Escaped(string text, int at) =>
        at + 6 <= text.Length
        && text[at] == '\\'
        && text[at + 1] == 'u'
        && ushort.TryParse(
            text.AsSpan(at + 2, 4),
            NumberStyles.AllowHexSpecifier,
            CultureInfo.InvariantCulture,
            out var unit
        )
            ? (char)unit
            : null;
}
