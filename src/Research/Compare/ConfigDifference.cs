using System.Text.Json;

namespace Heretix.Research.Compare;

/// <summary>A recorded setting, beside what was compared, that is not the same on both sides.</summary>
/// <param name="Key">Name of the setting in a config file.</param>
/// <param name="Pairs">In how many pairs it differs.</param>
/// <param name="A">Its value in the first of them, as JSON.</param>
/// <param name="B">The same for B.</param>
public sealed record ConfigDifference(string Key, int Pairs, string A, string B)
{
    /// <summary>What names the sides and the claim, or is part of the shape that pairing has made equal.</summary>
    private static readonly string[] Expected =
    [
        "claim",
        "model",
        "provider",
        "base_url",
        "prompt_version",
        "K",
        "R",
        "T",
        "B",
        "max_output_tokens",
        "mock",
    ];

    internal static IReadOnlyList<ConfigDifference> Within(IEnumerable<RunPair> pairs) =>
        [
            .. pairs
                .SelectMany(pair => Between(pair.A.Config, pair.B.Config))
                .GroupBy(difference => difference.Key)
                .OrderBy(group => group.Key, StringComparer.Ordinal)
                .Select(group => group.First() with { Pairs = group.Count() }),
        ];

    /// <summary>Settings that differ between two recorded requests; none when one was not recorded.</summary>
    internal static IReadOnlyList<ConfigDifference> Between(string? a, string? b)
    {
        if (a is null || b is null)
            return [];
        var (settingsA, settingsB) = (Settings(a), Settings(b));
        return
        [
            .. settingsA
                .Keys.Union(settingsB.Keys)
                .Select(key => new ConfigDifference(
                    key,
                    1,
                    settingsA.GetValueOrDefault(key, "null"),
                    settingsB.GetValueOrDefault(key, "null")
                ))
                .Where(difference => difference.A != difference.B),
        ];
    }

    private static Dictionary<string, string> Settings(string config)
    {
        using var document = JsonDocument.Parse(config);
        return document
            .RootElement.EnumerateObject()
            .Where(member => !Expected.Contains(member.Name, StringComparer.Ordinal))
            .ToDictionary(member => member.Name, member => member.Value.GetRawText());
    }
}
