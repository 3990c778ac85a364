namespace Heretix.Models;

/// <summary>What a model's tokens cost.</summary>
/// <param name="InputPerMillion">USD per million tokens sent.</param>
/// <param name="OutputPerMillion">USD per million tokens received, those spent on thinking included.</param>
public sealed record TokenPrice(decimal InputPerMillion, decimal OutputPerMillion)
{
    /// <summary>The cost of a call or of a sum of calls, in USD, exact.</summary>
    /// <param name="tokensIn">Tokens sent, not negative.</param>
    /// <param name="tokensOut">Tokens received, not negative.</param>
    public decimal Cost(long tokensIn, long tokensOut) =>
        (tokensIn * InputPerMillion + tokensOut * OutputPerMillion) / 1_000_000m;
}
