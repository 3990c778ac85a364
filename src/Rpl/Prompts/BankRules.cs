using System.Globalization;

namespace Heretix.Rpl.Prompts;

/// <summary>The rules a bank must keep beyond the form of its file.</summary>
internal sealed class BankRules(
    BankProblems problems,
    Dictionary<string, BankText> texts,
    List<BankText?> paraphrases,
    Dictionary<string, int> keys
)
{
    internal void Check()
    {
        foreach (var key in PromptBankFile.RequiredKeys.Where(key => !keys.ContainsKey(key)))
        {
            problems.Add(1, $"the key '{key}' is missing");
        }

        foreach (var (key, (text, line)) in texts)
        {
            CheckCharacters(key, text, line);
        }

        CheckVersion();
        CheckSystem();
        CheckParaphrases();
    }

    private void CheckVersion()
    {
        if (texts.TryGetValue("version", out var version) && !PromptBankFile.IsName(version.Text))
        {
            problems.Add(version.Line, $"version '{version.Text}' must be a name that {PromptBankFile.NameRule}");
        }
    }

    private void CheckSystem()
    {
        if (!texts.TryGetValue("system", out var system))
        {
            return;
        }

        if (system.Text.Length == 0)
        {
            problems.Add(system.Line, "system is empty");
        }

        if (system.Text.Contains(PromptBank.Placeholder, StringComparison.Ordinal))
        {
            problems.Add(
                system.Line,
                $"system must not hold {PromptBank.Placeholder}: the instructions are one for all claims"
            );
        }
    }

    private void CheckParaphrases()
    {
        var first = new Dictionary<string, int>(StringComparer.Ordinal);
        for (var i = 0; i < paraphrases.Count; i++)
        {
            if (paraphrases[i] is not var (text, line))
            {
                continue;
            }

            CheckCharacters($"paraphrase {i + 1}", text, line);
            var placeholders = CountPlaceholders(text);
            if (placeholders != 1)
            {
                problems.Add(line, $"paraphrase {i + 1} has " + Found(placeholders));
            }

            if (!first.TryAdd(Fold(text), i + 1))
            {
                problems.Add(line, $"paraphrase {i + 1} is the same as paraphrase {first[Fold(text)]}");
            }
        }
    }

    private void CheckCharacters(string what, string text, int line)
    {
        foreach (var c in text)
        {
            if (c != '\n' && (char.IsControl(c) || IsInvisible(c)))
            {
                problems.Add(line, $"{what} holds the invisible character U+{(int)c:X4}; take it out");
                return;
            }
        }
    }

    /// <summary>Marks that change a hash, or the direction of reading, without being seen.</summary>
    private static bool IsInvisible(char c) =>
        c
            is '\u00AD'
                or '\u200B'
                or '\u2060'
                or '\uFEFF'
                or (>= '\u202A' and <= '\u202E')
                or (>= '\u2066' and <= '\u2069');

    private static string Found(int placeholders) =>
        placeholders == 0
            ? $"no {PromptBank.Placeholder}"
            : string.Create(
                CultureInfo.InvariantCulture,
                $"{PromptBank.Placeholder} {placeholders} times; it needs it once"
            );

    private static int CountPlaceholders(string text) => text.AsSpan().Count(PromptBank.Placeholder);

    private static string Fold(string text) =>
        string.Join(' ', text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
}
