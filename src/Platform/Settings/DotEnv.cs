namespace Heretix.Platform.Settings;

/// <summary>
/// A <c>.env</c> file: lines of <c>NAME=value</c>. Empty lines and lines that begin with <c>#</c> say nothing, a leading
/// <c>export</c> is allowed, one pair of quotes around a value is taken off; nothing is expanded.
/// </summary>
internal static class DotEnv
{
    public static IReadOnlyDictionary<string, string?> Parse(IEnumerable<string> lines, ICollection<string> problems)
    {
        var values = new Dictionary<string, string?>(StringComparer.OrdinalIgnoreCase);
        var number = 0;
        foreach (var raw in lines)
        {
            number++;
            var line = raw.Trim();
            if (line.StartsWith("export ", StringComparison.Ordinal))
                line = line["export ".Length..].TrimStart();
            if (line.Length == 0 || line[0] == '#')
                continue;
            var equals = line.IndexOf('=', StringComparison.Ordinal);
            if (equals < 1 || line.AsSpan(0, equals).TrimEnd().ContainsAny(" \t"))
            {
                // The line itself may hold a secret, so only its number is told.
                problems.Add($".env, line {number}: write NAME=value, or begin the line with # for a comment.");
                continue;
            }
            var name = line[..equals].TrimEnd().Replace("__", ":", StringComparison.Ordinal);
            values[name] = Unquoted(line[(equals + 1)..].Trim());
        }
        return values;
    }

    private static string Unquoted(string value) =>
        value.Length >= 2 && value[0] == value[^1] && value[0] is '"' or '\'' ? value[1..^1] : value;
}
