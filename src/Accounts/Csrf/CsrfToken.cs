using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using Heretix.Accounts.Tokens;

namespace Heretix.Accounts.Csrf;

/// <summary>
/// A signed double-submit token: <c>salt.signature</c>, 16 random bytes and HMAC-SHA256 over them, keyed with the
/// session's own token. Every process can check it, nothing is stored, it ends with its session, and it does not give
/// away the session's token. The salt makes each one different, which keeps compression from leaking it.
/// </summary>
internal static class CsrfToken
{
    private const int SaltBytes = 16;
    private static readonly byte[] Label = "heretix csrf"u8.ToArray();

    /// <summary>A token for a session.</summary>
    public static string New(Secret session)
    {
        Span<byte> salt = stackalloc byte[SaltBytes];
        RandomNumberGenerator.Fill(salt);
        return $"{Base64Url.EncodeToString(salt)}.{Base64Url.EncodeToString(Sign(salt, session))}";
    }

    /// <summary>Whether a token was made for this session.</summary>
    public static bool IsFor(Secret session, string token)
    {
        var dot = token.IndexOf('.', StringComparison.Ordinal);
        if (dot < 0)
            return false;
        Span<byte> salt = stackalloc byte[SaltBytes];
        Span<byte> signature = stackalloc byte[HMACSHA256.HashSizeInBytes];
        return UrlSafe.TryDecode(token.AsSpan(0, dot), salt)
            && UrlSafe.TryDecode(token.AsSpan(dot + 1), signature)
            && CryptographicOperations.FixedTimeEquals(signature, Sign(salt, session));
    }

    private static byte[] Sign(ReadOnlySpan<byte> salt, Secret session)
    {
        Span<byte> message = stackalloc byte[Label.Length + SaltBytes];
        Label.CopyTo(message);
        salt.CopyTo(message[Label.Length..]);
        return HMACSHA256.HashData(Encoding.ASCII.GetBytes(session.Text), message);
    }
}
