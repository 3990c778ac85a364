using System.Security.Cryptography;
using System.Text;

namespace Heretix.Platform.Encryption;

/// <summary>
/// AES-256-GCM (NIST SP 800-38D) with a random nonce of 96 bits and a tag of 128 bits. A ciphertext is: format (1), length
/// of the key's id (1), id, nonce (12), encrypted bytes, tag (16); the first three and the purpose are authenticated.
/// </summary>
internal sealed class FieldCipher : IFieldCipher
{
    private const byte Format = 1;
    private const int NonceSize = 12;
    private const int TagSize = 16;

    // Bytes and not AesGcm objects: one of those must not be used by two threads at once, and making it costs little.
    private readonly Dictionary<string, byte[]> keysById;
    private readonly byte[] newest;

    /// <summary>Takes the keys, the newest first.</summary>
    public FieldCipher(IReadOnlyList<EncryptionKey> keys)
    {
        keysById = keys.ToDictionary(key => key.Id, key => key.Bytes);
        newest = keys[0].Bytes;
        Prefix = [Format, (byte)keys[0].Id.Length, .. Encoding.ASCII.GetBytes(keys[0].Id)];
    }

    /// <summary>How everything begins that the newest key encrypted.</summary>
    public byte[] Prefix { get; }

    public byte[] Encrypt(ReadOnlySpan<byte> plaintext, string purpose)
    {
        var result = new byte[Prefix.Length + NonceSize + plaintext.Length + TagSize];
        Prefix.CopyTo(result, 0);
        var nonce = result.AsSpan(Prefix.Length, NonceSize);
        RandomNumberGenerator.Fill(nonce);
        using var cipher = new AesGcm(newest, TagSize);
        cipher.Encrypt(
            nonce,
            plaintext,
            result.AsSpan(Prefix.Length + NonceSize, plaintext.Length),
            result.AsSpan(result.Length - TagSize),
            Associated(Prefix, purpose)
        );
        return result;
    }

    public byte[] Decrypt(ReadOnlySpan<byte> ciphertext, string purpose)
    {
        if (
            ciphertext.Length < 2
            || ciphertext[0] != Format
            || ciphertext.Length < 2 + ciphertext[1] + NonceSize + TagSize
        )
            throw new CryptographicException("the text was not encrypted by this server, or was cut off");
        var prefix = ciphertext[..(2 + ciphertext[1])];
        var id = Encoding.ASCII.GetString(prefix[2..]);
        if (!keysById.TryGetValue(id, out var key))
            throw new CryptographicException(
                "the text was encrypted with a key that ENCRYPTION_KEY no longer has: put the key back until `heretix rotate-keys` has finished"
            );
        var sealedText = ciphertext[(prefix.Length + NonceSize)..];
        var plaintext = new byte[sealedText.Length - TagSize];
        using var cipher = new AesGcm(key, TagSize);
        cipher.Decrypt(
            ciphertext.Slice(prefix.Length, NonceSize),
            sealedText[..^TagSize],
            sealedText[^TagSize..],
            plaintext,
            Associated(prefix, purpose)
        );
        return plaintext;
    }

    public bool IsStale(ReadOnlySpan<byte> ciphertext) => !ciphertext.StartsWith(Prefix);

    private static byte[] Associated(ReadOnlySpan<byte> prefix, string purpose) =>
        [.. prefix, .. Encoding.UTF8.GetBytes(purpose)];
}
