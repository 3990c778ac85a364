using System.Text;
using Heretix.Models;
using Heretix.Rpl.Planning;
using Heretix.Rpl.Prompts;

namespace Heretix.Rpl.Execution;

/// <summary>What a call may cost before it is made.</summary>
public static class PriceEstimate
{
    /// <summary>
    /// The most that one call can cost, in US dollars: a generous count of the input tokens and every output token that
    /// is allowed.
    /// </summary>
    /// <param name="maxOutputTokens">What the request asks for.</param>
    public static decimal Most(ModelChoice model, TokenPrice price, WorkItem item, int maxOutputTokens) =>
        price.Cost(MostTokensIn(item.Prompt), model.MostOutputTokens(maxOutputTokens));

    /// <summary>
    /// Input tokens that a prompt, and the schema that travels with it, will hardly exceed: a token for every three
    /// characters of ASCII, one for every byte of UTF-8 beyond, and some for the envelope.
    /// </summary>
    public static long MostTokensIn(ComposedPrompt prompt) =>
        Most(prompt.Instructions) + Most(prompt.User) + Most(BeliefSchema.Text) + Envelope;

    private const int Envelope = 64;

    private static long Most(string text)
    {
        var ascii = text.Count(char.IsAscii);
        return (ascii + 2) / 3 + Encoding.UTF8.GetByteCount(text) - ascii;
    }
}
