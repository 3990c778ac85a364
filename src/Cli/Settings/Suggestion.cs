namespace Heretix.Cli.Settings;

/// <summary>The choice that somebody who mistyped a name most likely meant.</summary>
internal static class Suggestion
{
    /// <summary><c>; did you mean 'x'?</c>, or the choices when none is close.</summary>
    public static string For(string typed, IReadOnlyCollection<string> choices)
    {
        var best = choices.MinBy(choice => Distance(typed.ToLowerInvariant(), choice.ToLowerInvariant()));
        return
            best is not null
            && Distance(typed.ToLowerInvariant(), best.ToLowerInvariant()) <= Math.Max(2, typed.Length / 3)
            ? $"; did you mean '{best}'?"
            : $"; the choices are {string.Join(", ", choices)}";
    }

    /// <summary>Edits between two words (Levenshtein).</summary>
    private static int Distance(string left, string right)
    {
        var row = Enumerable.Range(0, right.Length + 1).ToArray();
        for (var i = 1; i <= left.Length; i++)
        {
            var diagonal = row[0];
            row[0] = i;
            for (var j = 1; j <= right.Length; j++)
            {
                var cost = left[i - 1] == right[j - 1] ? diagonal : diagonal + 1;
                diagonal = row[j];
                row[j] = Math.Min(cost, Math.Min(row[j], row[j - 1]) + 1);
            }
        }
        return row[^1];
    }
}
