using System.Text;
using Heretix.Chats.Text;

namespace Heretix.Chats.Parsing;

/// <summary>
/// Finds markers of left-out media in languages that are not known: texts in angle brackets, or behind the mark that
/// iPhones put before their own words, which stand in the file again and again.
/// </summary>
internal sealed class RepeatedMarkers
{
    private const int MostTexts = 512;
    private const int Longest = 80;
    private const int Repeats = 3;
    private readonly Utf8Table texts = new();
    private readonly List<int> counts = [];

    /// <param name="text">A whole message that nothing else is known about.</param>
    /// <param name="led">It began with a bidirectional mark.</param>
    public void Add(ReadOnlySpan<byte> text, bool led)
    {
        var inAngles = text.Length > 4 && text[0] == '<' && text.IndexOf((byte)'>') == text.Length - 1;
        if (text.Length > Longest || !(inAngles || led))
            return;
        var number = texts.Count < MostTexts ? texts.Add(text) : texts.Find(text);
        if (number < 0)
            return;
        if (number == counts.Count)
            counts.Add(0);
        counts[number]++;
    }

    public Utf8Table Decide()
    {
        var found = new Utf8Table();
        for (var number = 0; number < counts.Count; number++)
        {
            if (counts[number] >= Repeats)
                found.Add(texts[number]);
        }
        return found;
    }

    public static IReadOnlyList<string> ToList(Utf8Table markers) =>
        [.. Enumerable.Range(0, markers.Count).Select(number => Encoding.UTF8.GetString(markers[number]))];
}
