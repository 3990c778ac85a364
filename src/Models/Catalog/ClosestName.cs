namespace Heretix.Models;

/// <summary>Suggests the name that was probably meant.</summary>
internal static class ClosestName
{
    /// <summary>The candidate with the smallest edit distance, if that is at most a third of the name's length.</summary>
    public static string? Of(string name, IEnumerable<string> candidates)
    {
        var best = (Distance: int.MaxValue, Name: (string?)null);
        foreach (var candidate in candidates)
        {
            var distance = Distance(name.ToLowerInvariant(), candidate.ToLowerInvariant());
            if (distance < best.Distance)
                best = (distance, candidate);
        }
        return best.Distance <= Math.Max(2, name.Length / 3) ? best.Name : null;
    }

    /// <summary>Levenshtein (1966): insertions, deletions and substitutions, each at cost 1.</summary>
    private static int Distance(string a, string b)
    {
        if (a.Length > 100 || b.Length > 100)
            return int.MaxValue;
        Span<int> row = stackalloc int[b.Length + 1];
        for (var j = 0; j <= b.Length; j++)
            row[j] = j;
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
