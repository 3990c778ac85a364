using System.Security.Cryptography;
using System.Text;
using Heretix.Platform.Encryption;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Heretix.Tests.Integration.Http;

/// <summary>AES-GCM with one key, for servers that were given none.</summary>
internal sealed class TestCipher : IFieldCipher
{
    private readonly byte[] key = SHA256.HashData("a key for tests"u8);

    public static void AddIfMissing(IServiceCollection services) =>
        services.TryAddSingleton<IFieldCipher>(new TestCipher());

    public byte[] Encrypt(ReadOnlySpan<byte> plaintext, string purpose)
    {
        var text = new byte[12 + 16 + plaintext.Length];
        RandomNumberGenerator.Fill(text.AsSpan(0, 12));
        using var aes = new AesGcm(key, 16);
        var associated = Encoding.UTF8.GetBytes(purpose);
        aes.Encrypt(text.AsSpan(0, 12), plaintext, text.AsSpan(28), text.AsSpan(12, 16), associated);
        return text;
    }

    public byte[] Decrypt(ReadOnlySpan<byte> ciphertext, string purpose)
    {
        var plaintext = new byte[ciphertext.Length - 28];
        using var aes = new AesGcm(key, 16);
        aes.Decrypt(ciphertext[..12], ciphertext[28..], ciphertext[12..28], plaintext, Encoding.UTF8.GetBytes(purpose));
        return plaintext;
    }

    public bool IsStale(ReadOnlySpan<byte> ciphertext) => false;
}
