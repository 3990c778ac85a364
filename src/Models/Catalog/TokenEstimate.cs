namespace Heretix.Models;

/// <summary>Tokens guessed from the length of a text, where no provider has counted them.</summary>
public static class TokenEstimate
{
    /// <summary>
    /// A quarter of the characters, rounded half to even, but at least one token for a text that is not empty.
    /// </summary>
    /// <param name="characters">Length of the text; zero or less gives no tokens.</param>
    public static long FromLength(long characters) =>
        characters <= 0 ? 0 : Math.Max(1, (long)Math.Round(characters / 4.0, MidpointRounding.ToEven));
}
