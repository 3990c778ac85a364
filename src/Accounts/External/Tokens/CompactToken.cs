using System.Buffers;
using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace Heretix.Accounts.External.Tokens;

/// <summary>
/// A signed token in compact form (RFC 7515, section 7.1), read but not believed. Each of its three parts has one spelling:
/// URL-safe base64 without padding, white space or unused bits.
/// </summary>
internal sealed class CompactToken
{
    /// <summary>Longest token that is read.</summary>
    public const int LongestText = 16 * 1024;

    private CompactToken(byte[] signingInput, byte[] signature, TokenClaims claims) =>
        (SigningInput, Signature, Claims) = (signingInput, signature, claims);

    /// <summary><c>alg</c>.</summary>
    public required string Algorithm { get; init; }

    /// <summary><c>kid</c>; null when it names no key.</summary>
    public string? KeyId { get; init; }

    /// <summary><c>typ</c>; null when it does not say.</summary>
    public string? Type { get; init; }

    /// <summary>What it claims.</summary>
    public TokenClaims Claims { get; }

    /// <summary>The bytes that are signed.</summary>
    public byte[] SigningInput { get; }

    public byte[] Signature { get; }

    /// <summary>
    /// SHA-256 of what is signed. Not of the whole: an ECDSA signature can be turned into another one that is as good, and
    /// the token would not be recognised any more.
    /// </summary>
    public byte[] Hash() => SHA256.HashData(SigningInput);

    /// <summary>Whether a text has the form of such a token rather than that of one of our own.</summary>
    public static bool LooksLike(string text) => text.AsSpan().Count('.') == 2;

    /// <summary>Reads a token; null when it cannot be read, or asks for something that is not understood.</summary>
    public static CompactToken? TryRead(string? text)
    {
        if (string.IsNullOrEmpty(text) || text.Length > LongestText || !Ascii.IsValid(text))
            return null;
        var first = text.IndexOf('.', StringComparison.Ordinal);
        var last = text.LastIndexOf('.');
        if (first < 0 || first == last || text.AsSpan(first + 1, last - first - 1).Contains('.'))
            return null;
        if (
            Decode(text.AsSpan(0, first)) is not { } header
            || Decode(text.AsSpan(first + 1, last - first - 1)) is not { } payload
            || Decode(text.AsSpan(last + 1)) is not { Length: > 0 } signature
            || StrictJson.Object(header) is not { } head
            || StrictJson.Object(payload) is not { } body
        )
            return null;
        // Whoever sends "crit" demands that something is understood which is not (RFC 7515, section 4.1.11).
        if (head.TryGetProperty("crit", out _))
            return null;
        try
        {
            return new CompactToken(Encoding.ASCII.GetBytes(text[..last]), signature, TokenClaims.Read(body))
            {
                Algorithm = StrictJson.Text(head, "alg") ?? "",
                KeyId = StrictJson.Text(head, "kid"),
                Type = StrictJson.Text(head, "typ"),
            };
        }
        catch (FormatException)
        {
            return null;
        }
    }

    private static byte[]? Decode(ReadOnlySpan<char> text)
    {
        var bytes = new byte[Base64Url.GetMaxDecodedLength(text.Length)];
        if (
            Base64Url.DecodeFromChars(text, bytes, out var read, out var written) != OperationStatus.Done
            || read != text.Length
        )
            return null;
        var decoded = bytes[..written];
        return text.SequenceEqual(Base64Url.EncodeToString(decoded)) ? decoded : null;
    }
}
