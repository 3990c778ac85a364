namespace Heretix.Rpl.Prompts;

/// <summary>A bank's file breaks one or more rules; the message has one line for each.</summary>
public sealed class InvalidPromptBankException : Exception
{
    /// <summary>Reports everything that is wrong with one file.</summary>
    /// <param name="problems">Lines such as <c>prompts/x.yaml:12: paraphrase 3 has no {CLAIM}</c>, in file order.</param>
    public InvalidPromptBankException(IReadOnlyList<string> problems)
        : base(string.Join('\n', problems)) => Problems = problems;

    /// <summary>One line per problem: path, line number, what is wrong.</summary>
    public IReadOnlyList<string> Problems { get; }
}
