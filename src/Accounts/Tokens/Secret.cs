using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace Heretix.Accounts.Tokens;

/// <summary>
/// 256 random bits that prove something to whoever shows them: a session, a browser, the right to use a link. People
/// carry the text (43 characters of URL-safe base64); the database keeps only <see cref="Hash"/>. The entropy makes a
/// plain SHA-256 enough, as nothing can be guessed from it.
/// </summary>
internal readonly record struct Secret
{
    private const int Bytes = 32;

    private Secret(string text) => Text = text;

    /// <summary>The secret itself. It belongs into a cookie or a mail, never into a log or the database.</summary>
    public string Text { get; }

    /// <summary>SHA-256 of the text, 32 bytes.</summary>
    public byte[] Hash() => SHA256.HashData(Encoding.ASCII.GetBytes(Text));

    /// <summary>A new one from the operating system's generator.</summary>
    public static Secret New()
    {
        Span<byte> bytes = stackalloc byte[Bytes];
        RandomNumberGenerator.Fill(bytes);
        return new Secret(Base64Url.EncodeToString(bytes));
    }

    /// <summary>Reads what a client sent; false for everything that <see cref="New"/> could not have made.</summary>
    public static bool TryParse(string? text, out Secret secret)
    {
        secret = default;
        Span<byte> bytes = stackalloc byte[Bytes];
        if (text is null || !UrlSafe.TryDecode(text, bytes))
            return false;
        // The last character carries two unused bits: only one spelling of a secret is accepted.
        if (!string.Equals(Base64Url.EncodeToString(bytes), text, StringComparison.Ordinal))
            return false;
        secret = new Secret(text);
        return true;
    }

    /// <summary>Not the secret: a record would print its members.</summary>
    public override string ToString() => "(secret)";
}
