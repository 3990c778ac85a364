using System.Security.Cryptography;

namespace Heretix.Billing.Events.Sources;

/// <summary>Signatures in hex.</summary>
internal static class Hex
{
    /// <summary>The 32 bytes of a signature; null when it is none.</summary>
    public static byte[]? Read(ReadOnlySpan<char> text)
    {
        if (text.Length != 2 * HMACSHA256.HashSizeInBytes)
            return null;
        var bytes = new byte[HMACSHA256.HashSizeInBytes];
        return Convert.FromHexString(text, bytes, out _, out _) == System.Buffers.OperationStatus.Done ? bytes : null;
    }
}
