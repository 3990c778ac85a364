using System.Security.Cryptography;
using System.Text;

namespace Heretix.Rpl.Prompts;

/// <summary>A versioned set of paraphrases of one question, with the texts that surround them.</summary>
/// <param name="Name">File name without its extension, for example <c>rpl_h1</c>.</param>
/// <param name="Version">Full version, for example <c>rpl_h1_2026-11-21</c>; it is stored with every run.</param>
/// <param name="System">What the model is told before the question; holds no claim.</param>
/// <param name="UserTemplate">Text after the paraphrase, possibly empty; <c>{CLAIM}</c> in it is replaced too.</param>
/// <param name="Paraphrases">The templates, each with <c>{CLAIM}</c> exactly once, in the file's order.</param>
/// <param name="Hash">
/// SHA-256 of system, user template and the paraphrases (joined by a line feed), the three parts joined by
/// <c>"\n\n"</c>: 64 lower-case hexadecimal digits. Two banks with one version and different hashes are different.
/// </param>
/// <param name="SourcePath">The file that the bank was read from.</param>
/// <param name="Description">One line for people, or null.</param>
public sealed record PromptBank(
    string Name,
    string Version,
    string System,
    string UserTemplate,
    IReadOnlyList<string> Paraphrases,
    string Hash,
    string SourcePath,
    string? Description
)
{
    /// <summary>What stands for the claim in a template.</summary>
    public const string Placeholder = "{CLAIM}";

    /// <summary>Default limit for <see cref="ComposedPrompt.Length"/>: a 500-character claim fits with room.</summary>
    public const int DefaultMaxPromptChars = 3000;

    private const string Gap = "\n\n";

    /// <summary>System text and answer format: the part of a prompt that does not depend on template or claim.</summary>
    public string Instructions => System + Gap + BeliefSchema.Text;

    /// <summary>
    /// Puts the claim into one template. The claim is inserted as it stands and never searched for placeholders.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The bank has no template of that index.</exception>
    public ComposedPrompt Compose(int templateIndex, string claim)
    {
        ArgumentNullException.ThrowIfNull(claim);
        ArgumentOutOfRangeException.ThrowIfNegative(templateIndex);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(templateIndex, Paraphrases.Count);

        var instructions = Instructions;
        var user = Fill(Paraphrases[templateIndex], claim);
        if (UserTemplate.Length > 0)
        {
            user += Gap + Fill(UserTemplate, claim);
        }

        var whole = instructions + Gap + user;
        return new ComposedPrompt(instructions, user, Sha256(whole), CodePoints(whole), templateIndex);
    }

    internal static string HashOf(string system, string userTemplate, IEnumerable<string> paraphrases) =>
        Sha256(system + Gap + userTemplate + Gap + string.Join('\n', paraphrases));

    private static string Fill(string template, string claim) =>
        template.Replace(Placeholder, claim, StringComparison.Ordinal);

    private static string Sha256(string text) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));

    private static int CodePoints(string text)
    {
        var count = 0;
        foreach (var _ in text.EnumerateRunes())
        {
            count++;
        }

        return count;
    }
}
