using System.Collections;
using Microsoft.Extensions.Configuration;

namespace Heretix.Platform.Settings;

/// <summary>
/// Refuses options under <c>Heretix</c> that nobody reads: a misspelt name would silently leave the default, and some
/// defaults are about who is trusted.
/// </summary>
internal sealed class MisspeltOptions(IEnumerable<KnownSection> known) : ISettingsCheck
{
    private const string Root = "Heretix";

    /// <summary>Names further apart than this many letters are not taken for one another.</summary>
    private const int FarthestGuess = 3;

    private readonly IReadOnlyList<KnownSection> known = [.. known];

    public IEnumerable<string> Problems(ServerSettings settings) => Problems(settings.Configuration.GetSection(Root));

    private IEnumerable<string> Problems(IConfigurationSection section)
    {
        foreach (var child in section.GetChildren())
        {
            if (known.Any(options => Under(child.Path, options.Section) && Reads(child.Path, options)))
                continue;
            // A section, whose options lie further down.
            if (child.GetChildren().Any() && known.Any(options => Under(options.Section, child.Path)))
            {
                foreach (var problem in Problems(child))
                    yield return problem;
                continue;
            }
            var names = Names(section.Path).Distinct(StringComparer.OrdinalIgnoreCase).ToList();
            yield return Guess(child.Key, names) is { } meant
                ? $"{child.Path}: there is no such option; did you mean {section.Path}:{meant}?"
                : $"{child.Path}: there is no such option.";
        }
    }

    private static bool Reads(string path, KnownSection options)
    {
        if (options.Type is null)
            return true;
        var type = options.Type;
        foreach (var name in path[options.Section.Length..].Split(':', StringSplitOptions.RemoveEmptyEntries))
        {
            if (IsFree(type))
                return true;
            if (
                Array.Find(
                    type.GetProperties(),
                    property => property.Name.Equals(name, StringComparison.OrdinalIgnoreCase)
                )
                is not { } property
            )
                return false;
            type = property.PropertyType;
        }
        return path.Length > options.Section.Length;
    }

    /// <summary>Lists and dictionaries have indices and keys under them.</summary>
    private static bool IsFree(Type type) => type != typeof(string) && type.IsAssignableTo(typeof(IEnumerable));

    /// <summary>What could stand under a section.</summary>
    private IEnumerable<string> Names(string path) =>
        known.SelectMany(options =>
            options.Section.Equals(path, StringComparison.OrdinalIgnoreCase) && options.Type is { } type
                ? type.GetProperties().Select(property => property.Name)
            : Under(options.Section, path) && options.Section.Length > path.Length
                ? [options.Section[(path.Length + 1)..].Split(':')[0]]
            : Enumerable.Empty<string>()
        );

    private static bool Under(string path, string section) =>
        path.StartsWith(section, StringComparison.OrdinalIgnoreCase)
        && (path.Length == section.Length || path[section.Length] == ':');

    private static string? Guess(string name, IReadOnlyList<string> names) =>
        names
            .Select(candidate => (Name: candidate, Distance: Distance(name, candidate)))
            .Where(candidate => candidate.Distance <= Math.Min(FarthestGuess, candidate.Name.Length / 2))
            .OrderBy(candidate => candidate.Distance)
            .Select(candidate => candidate.Name)
            .FirstOrDefault();

    /// <summary>The edit distance of two names without regard to case (Levenshtein 1966), in letters.</summary>
    private static int Distance(string one, string other)
    {
        var row = Enumerable.Range(0, other.Length + 1).ToArray();
        for (var i = 1; i <= one.Length; i++)
        {
            var diagonal = row[0];
            row[0] = i;
            for (var j = 1; j <= other.Length; j++)
            {
                var same = char.ToUpperInvariant(one[i - 1]) == char.ToUpperInvariant(other[j - 1]);
                var replaced = diagonal + (same ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.Min(replaced, Math.Min(row[j], row[j - 1]) + 1);
            }
        }
        return row[^1];
    }
}
