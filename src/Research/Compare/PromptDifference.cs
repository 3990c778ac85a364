using System.Text.Json;
using Heretix.Research.Store;
using Heretix.Rpl.Results;

namespace Heretix.Research.Compare;

/// <summary>The texts of a prompt bank as they were when it was first used.</summary>
public sealed record BankTexts(string System, string UserTemplate, IReadOnlyList<string> Paraphrases)
{
    /// <summary>Reads the texts of a version; null when the store has never seen it.</summary>
    public static BankTexts? Read(ResearchStore store, string promptVersion)
    {
        using var db = store.OpenReader();
        using var command = Sql.Command(
            db,
            null,
            "SELECT system_text, user_template, paraphrases_json FROM prompts WHERE prompt_version = $version",
            ("$version", promptVersion)
        );
        using var reader = command.ExecuteReader();
        if (!reader.Read() || reader.Text("paraphrases_json") is not { } json)
            return null;
        return new BankTexts(
            reader.Text("system_text") ?? "",
            reader.Text("user_template") ?? "",
            JsonSerializer.Deserialize(json, ResultJson.Compact.IReadOnlyListString) ?? []
        );
    }
}

/// <summary>How the texts of two prompt versions differ.</summary>
/// <param name="A">Full version of A.</param>
/// <param name="B">Full version of B.</param>
/// <param name="Jaccard">
/// Paraphrases in both over paraphrases in either (P. Jaccard 1912, "The distribution of the flora in the alpine
/// zone", New Phytologist 11(2)): 1 for equal sets, 0 for disjoint ones; null when a bank's texts are not recorded.
/// </param>
/// <param name="Shared">Number of paraphrases in both.</param>
/// <param name="OnlyA">Paraphrases that only A has, in its order.</param>
/// <param name="OnlyB">Paraphrases that only B has.</param>
/// <param name="SystemDiffers">The system texts differ.</param>
/// <param name="UserTemplateDiffers">The texts after the paraphrase differ.</param>
public sealed record PromptDifference(
    string A,
    string B,
    double? Jaccard,
    int Shared,
    IReadOnlyList<string> OnlyA,
    IReadOnlyList<string> OnlyB,
    bool SystemDiffers,
    bool UserTemplateDiffers
)
{
    /// <summary>Compares two banks; a text that occurs twice in a bank counts once.</summary>
    public static PromptDifference Of(string a, BankTexts? textsA, string b, BankTexts? textsB)
    {
        if (textsA is null || textsB is null)
            return new PromptDifference(a, b, null, 0, [], [], false, false);
        var setA = textsA.Paraphrases.ToHashSet(StringComparer.Ordinal);
        var setB = textsB.Paraphrases.ToHashSet(StringComparer.Ordinal);
        var shared = setA.Count(setB.Contains);
        var either = setA.Count + setB.Count - shared;
        return new PromptDifference(
            a,
            b,
            either == 0 ? 1 : (double)shared / either,
            shared,
            [.. textsA.Paraphrases.Distinct().Where(text => !setB.Contains(text))],
            [.. textsB.Paraphrases.Distinct().Where(text => !setA.Contains(text))],
            textsA.System != textsB.System,
            textsA.UserTemplate != textsB.UserTemplate
        );
    }

    internal static IReadOnlyList<PromptDifference> Between(
        IEnumerable<RunPair> pairs,
        Func<string, BankTexts?> bank
    ) =>
        [
            .. pairs
                .Select(pair => (A: pair.A.PromptVersion, B: pair.B.PromptVersion))
                .Distinct()
                .Select(versions => Of(versions.A, bank(versions.A), versions.B, bank(versions.B))),
        ];
}
