namespace Heretix.Platform.Encryption;

/// <summary>Encrypts single fields with AES-GCM. The id of the key stands in front, so that several keys are in use during a rotation.</summary>
public interface IFieldCipher
{
    /// <summary>Encrypts with the newest key.</summary>
    /// <param name="plaintext">What to hide.</param>
    /// <param name="purpose">Bound to the ciphertext (associated data), for example <c>solve.messages.content</c>: a value moved elsewhere does not decrypt.</param>
    byte[] Encrypt(ReadOnlySpan<byte> plaintext, string purpose);

    /// <summary>Decrypts with the key that is named.</summary>
    /// <exception cref="System.Security.Cryptography.CryptographicException">The key is unknown, or the text was changed or moved.</exception>
    byte[] Decrypt(ReadOnlySpan<byte> ciphertext, string purpose);

    /// <summary>Whether the text was encrypted with an older key.</summary>
    bool IsStale(ReadOnlySpan<byte> ciphertext);
}
