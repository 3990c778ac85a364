namespace Heretix.Rpl.Prompts;

/// <summary>Finds the choice that a mistyped word was probably meant to be.</summary>
internal static class Closest
{
    /// <summary>
    /// The choice with the smallest Levenshtein distance to <paramref name="word"/>, ignoring case, or null when even
    /// that one differs in more than half of its characters.
    /// </summary>
    internal static string? To(string word, IEnumerable<string> choices)
    {
        if (word.Length > LongestWord)
        {
            return null;
        }

        var best = choices
            .Select(choice => (choice, distance: Distance(word.ToLowerInvariant(), choice.ToLowerInvariant())))
            .OrderBy(pair => pair.distance)
            .ThenBy(pair => pair.choice, StringComparer.Ordinal)
            .FirstOrDefault();
        return best.choice is not null && best.distance * 2 <= best.choice.Length ? best.choice : null;
    }

    /// <summary>The distance takes time proportional to both lengths; nobody mistypes a name into this many.</summary>
    private const int LongestWord = 128;

    private static int Distance(ReadOnlySpan<char> a, ReadOnlySpan<char> b)
    {
        var row = new int[b.Length + 1];
        for (var j = 0; j <= b.Length; j++)
        {
            row[j] = j;
        }

        for (var i = 1; i <= a.Length; i++)
        {
            var diagonal = row[0];
            row[0] = i;
            for (var j = 1; j <= b.Length; j++)
            {
                var substituted = diagonal + (a[i - 1] == b[j - 1] ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.Min(substituted, Math.Min(row[j], row[j - 1]) + 1);
            }
        }

        return row[b.Length];
    }
}
