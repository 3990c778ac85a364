using System.Globalization;

namespace Heretix.Research.Compare;

/// <summary>What to type so that a comparison has something to compare.</summary>
public static class SuggestedCommands
{
    private const int Most = 3;

    /// <summary>
    /// For claims that one side has measured, the run that is missing on the other; for several or none, the comparison
    /// that measures first.
    /// </summary>
    /// <param name="options">Options that every command needs, such as <c>--db FILE</c>, quoted where necessary.</param>
    public static IReadOnlyList<string> For(
        ComparedSides sides,
        IReadOnlyList<UnmatchedClaim> unmatched,
        string options
    )
    {
        var runs = unmatched.Select(claim => Missing(sides, claim)).OfType<string>().Take(Most).ToList();
        if (runs.Count != 1)
        {
            var option = sides.By == ComparedBy.Model ? "--model" : "--prompt-version";
            runs.Add($"hx compare {option} {Quoted(sides.A)} {option} {Quoted(sides.B)} --run --claims-file FILE");
        }
        return [.. runs.Select(command => options.Length == 0 ? command : $"{command} {options}")];
    }

    /// <summary>A text as one word of a POSIX shell.</summary>
    public static string Quoted(string text) =>
        text.Length > 0 && text.All(letter => char.IsAsciiLetterOrDigit(letter) || "-_./:=@+".Contains(letter))
            ? text
            : $"'{text.Replace("'", "'\\''", StringComparison.Ordinal)}'";

    private static string? Missing(ComparedSides sides, UnmatchedClaim unmatched)
    {
        var (there, other) = unmatched.A is { } a ? (a, sides.B) : (unmatched.B, sides.A);
        if (there is null)
            return null;
        var model = sides.By == ComparedBy.Model ? other : there.LogicalModel;
        var version = sides.By == ComparedBy.Model ? there.PromptVersion : other;
        var command = string.Create(
            CultureInfo.InvariantCulture,
            $"hx run --claim {Quoted(unmatched.Claim)} --model {Quoted(model)} --prompt-version {Quoted(version)} --k {there.Shape.K} --r {there.Shape.R} --b {there.Shape.B}"
        );
        if (there.Shape.T is { } t)
            command += string.Create(CultureInfo.InvariantCulture, $" --t {t}");
        if (there.Shape.MaxOutputTokens is { } tokens)
            command += string.Create(CultureInfo.InvariantCulture, $" --max-output-tokens {tokens}");
        if (there.BaseUrl is not null && sides.By == ComparedBy.PromptVersion)
            command += $" --base-url {Quoted(there.BaseUrl)}";
        return there.Shape.Mock ? command + " --mock" : command;
    }
}
