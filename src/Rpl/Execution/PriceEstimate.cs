using Heretix.Models;
using Heretix.Rpl.Planning;
using Heretix.Rpl.Prompts;

namespace Heretix.Rpl.Execution;

/// <summary>What a call may cost before it is made.</summary>
public static class PriceEstimate
{
    /// <summary>
    /// The most that one call can cost, in US dollars: a generous count of the input tokens (the request's text and
    /// the schema that travels with it, three bytes of UTF-8 to a token) and every output token that is allowed.
    /// </summary>
    public static decimal Most(TokenPrice price, WorkItem item, int maxOutputTokens) =>
        price.Cost(MostTokensIn(item.Prompt), maxOutputTokens);

    /// <summary>Input tokens that a prompt will hardly exceed.</summary>
    public static long MostTokensIn(ComposedPrompt prompt) =>
        (Bytes(prompt.Instructions) + Bytes(prompt.User) + Bytes(BeliefSchema.Text)) / 3 + 64;

    /// <summary>The usual estimate of tokens: a quarter of the characters, rounded half to even, at least 1 for any text.</summary>
    public static long Usual(long characters) =>
        characters <= 0 ? 0 : Math.Max(1, (long)Math.Round(characters / 4.0, MidpointRounding.ToEven));

    private static long Bytes(string text) => System.Text.Encoding.UTF8.GetByteCount(text);
}
