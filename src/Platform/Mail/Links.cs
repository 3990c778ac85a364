using System.Text.RegularExpressions;

namespace Heretix.Platform.Mail;

/// <summary>Finds addresses in plain text.</summary>
internal static partial class Links
{
    /// <summary>The addresses of a text, in its order.</summary>
    public static IEnumerable<string> In(string text) => Address().Matches(text).Select(found => found.Value);

    /// <summary>A text cut into what is an address and what is not.</summary>
    public static IEnumerable<(string Piece, bool IsLink)> Split(string text)
    {
        var end = 0;
        foreach (Match link in Address().Matches(text))
        {
            if (link.Index > end)
                yield return (text[end..link.Index], false);
            yield return (link.Value, true);
            end = link.Index + link.Length;
        }
        if (end < text.Length)
            yield return (text[end..], false);
    }

    // A full stop, comma or bracket at the end belongs to the sentence.
    [GeneratedRegex("""https?://[^\s<>"']{1,2000}(?<![.,;:!?)\]])""", RegexOptions.CultureInvariant)]
    private static partial Regex Address();
}
