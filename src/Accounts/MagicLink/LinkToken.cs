using System.Buffers;
using System.Security.Cryptography;
using Heretix.Accounts.Tokens;

namespace Heretix.Accounts.MagicLink;

/// <summary>
/// What a link carries, <c>selector:verifier</c>. The selector finds the row and may be compared by an index; only the
/// verifier proves, and it is compared in constant time by its hash.
/// </summary>
internal readonly record struct LinkToken
{
    private const int SelectorBytes = 16;
    private static readonly SearchValues<char> Hex = SearchValues.Create("0123456789abcdef");

    private LinkToken(string selector, Secret verifier) => (Selector, Verifier) = (selector, verifier);

    public string Selector { get; }

    public Secret Verifier { get; }

    /// <summary>As it stands in the link. It belongs into the mail and nowhere else.</summary>
    public string Text => $"{Selector}:{Verifier.Text}";

    public static string NewSelector() => RandomNumberGenerator.GetHexString(2 * SelectorBytes, lowercase: true);

    public static LinkToken Of(string selector, Secret verifier) => new(selector, verifier);

    /// <summary>Reads what a client sent; false for everything that could not have been mailed.</summary>
    public static bool TryParse(string? text, out LinkToken token)
    {
        token = default;
        if (text is null || text.IndexOf(':', StringComparison.Ordinal) is var colon && colon != 2 * SelectorBytes)
            return false;
        if (text.AsSpan(0, colon).ContainsAnyExcept(Hex))
            return false;
        if (!Secret.TryParse(text[(colon + 1)..], out var verifier))
            return false;
        token = new LinkToken(text[..colon], verifier);
        return true;
    }

    /// <summary>Not the token: a record would print its members.</summary>
    public override string ToString() => "(link token)";
}
