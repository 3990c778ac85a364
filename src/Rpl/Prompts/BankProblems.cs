namespace Heretix.Rpl.Prompts;

/// <summary>Gathers what is wrong with one file, so that its author learns all of it at once.</summary>
internal sealed class BankProblems(string path)
{
    private readonly List<BankText> _found = [];

    internal void Add(int line, string text) => _found.Add(new BankText(text, Math.Max(1, line)));

    internal void ThrowIfAny()
    {
        if (_found.Count > 0)
        {
            throw new InvalidPromptBankException([
                .. _found.OrderBy(problem => problem.Line).Select(problem => $"{path}:{problem.Line}: {problem.Text}"),
            ]);
        }
    }

    /// <summary>Takes away the position that the YAML parser puts before its message; ours stands already there.</summary>
    internal static string WithoutPosition(string message)
    {
        var end = message.StartsWith('(') ? message.LastIndexOf("): ", StringComparison.Ordinal) : -1;
        return (end < 0 ? message : message[(end + 3)..]).TrimEnd('.');
    }
}
