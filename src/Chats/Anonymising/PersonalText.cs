using System.Text.RegularExpressions;

namespace Heretix.Chats.Anonymising;

/// <summary>Replaces in running text what names a person: names of authors and their parts, mentions, numbers, addresses.</summary>
internal sealed partial class PersonalText
{
    private const int ShortestPart = 3;
    private readonly Pseudonyms pseudonyms;
    private readonly Dictionary<string, string> parts = new(StringComparer.OrdinalIgnoreCase);

    public PersonalText(Pseudonyms pseudonyms, IEnumerable<string> names)
    {
        this.pseudonyms = pseudonyms;
        foreach (var name in names)
        {
            foreach (Match part in Words().Matches(name))
            {
                if (part.Length >= ShortestPart)
                    parts.TryAdd(part.Value, Person(name));
            }
        }
    }

    public string Person(string name) => pseudonyms.Of("Person", name);

    public string File(string name)
    {
        var dot = name.LastIndexOf('.');
        var ending = dot > 0 && name.Length - dot <= 6 ? name[dot..] : "";
        return pseudonyms.Of("file", name) + ending;
    }

    public string Replace(string text) => Personal().Replace(text, Replacement);

    private string Replacement(Match match)
    {
        var text = match.Value;
        if (match.Groups["place"].Success)
            return "https://maps.google.com/?q=0.0,0.0";
        if (match.Groups["link"].Success)
            return "https://example.org/" + pseudonyms.Of("link", text);
        if (match.Groups["mail"].Success)
            return pseudonyms.Of("mail", text.ToLowerInvariant()) + "@example.org";
        if (match.Groups["mention"].Success)
        {
            var name = text.Trim('@', '\u2068', '\u2069');
            return "@" + (name.All(char.IsAsciiDigit) ? pseudonyms.Of("Person", "+" + name) : Person(name));
        }
        if (match.Groups["phone"].Success)
            return IsPhone(text) ? pseudonyms.Phone(text) : text;
        return parts.GetValueOrDefault(text) ?? text;
    }

    /// <summary>Seven digits and a sign that it is to be called, or nine.</summary>
    private static bool IsPhone(string text)
    {
        var digits = text.Count(char.IsAsciiDigit);
        return digits >= 9 || (digits >= 7 && text[0] is '+' or '0' or '(');
    }

    [GeneratedRegex(
        """
            (?<place>https://maps\.google\.com/\?q=\S+)
            |(?<link>https?://\S+|www\.\S+)
            |(?<mail>[\p{L}\d._%+-]{1,64}@[\p{L}\d-]{1,63}(?:\.[\p{L}\d-]{1,63})+)
            |(?<mention>@\u2068[^\u2069\n]{1,200}\u2069|@\d{6,20})
            |(?<phone>\+?\(?\d[\d\u0020()\u00A0-]{5,20}\d)
            |(?<word>[\p{L}\p{M}][\p{L}\p{M}\p{N}]*)
            """,
        RegexOptions.IgnorePatternWhitespace | RegexOptions.CultureInvariant
    )]
    private static partial Regex Personal();

    [GeneratedRegex(@"[\p{L}\p{M}]+", RegexOptions.CultureInvariant)]
    private static partial Regex Words();
}
