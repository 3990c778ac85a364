using System.Buffers;
using System.Buffers.Text;

namespace Heretix.Accounts.Tokens;

/// <summary>Reads URL-safe base64 from clients: what is not exactly the bytes expected is refused, never thrown.</summary>
internal static class UrlSafe
{
    /// <summary>Fills <paramref name="bytes"/> completely, or says false.</summary>
    public static bool TryDecode(ReadOnlySpan<char> text, Span<byte> bytes) =>
        text.Length == Base64Url.GetEncodedLength(bytes.Length)
        && Base64Url.DecodeFromChars(text, bytes, out var read, out var written) == OperationStatus.Done
        && read == text.Length
        && written == bytes.Length;
}
