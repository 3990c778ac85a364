using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;

namespace Heretix.Platform.Encryption;

/// <summary>A key of AES-256 and the name under which ciphertexts refer to it.</summary>
/// <param name="Id">1 to 32 lower-case letters, digits, <c>-</c> and <c>_</c>.</param>
/// <param name="Bytes">32 bytes.</param>
internal sealed partial record EncryptionKey(string Id, byte[] Bytes)
{
    public const int Size = 32;

    /// <summary>The key of the environment <c>test</c>, whose databases several processes share.</summary>
    public static EncryptionKey ForTests { get; } = new("test", SHA256.HashData("heretix: a key for tests"u8));

    public static EncryptionKey Generate()
    {
        var bytes = RandomNumberGenerator.GetBytes(Size);
        return new EncryptionKey(IdOf(bytes), bytes);
    }

    /// <summary>As <see cref="Parse"/> reads it.</summary>
    public string Text => $"{Id}:{Convert.ToBase64String(Bytes)}";

    /// <summary>
    /// Whether somebody may have made it up: typed text, a pattern, or a key that is known to everybody. Of random keys
    /// one in 10^13 looks like that.
    /// </summary>
    public bool IsWeak =>
        Bytes.AsSpan().SequenceEqual(ForTests.Bytes)
        || Bytes.Distinct().Count() < Size / 2
        || Bytes.All(each => each is >= 0x20 and < 0x7f)
        || Bytes.Zip(Bytes.Skip(1), (a, b) => (byte)(b - a)).Distinct().Count() == 1;

    /// <summary>Reads <c>id:base64</c> or <c>base64</c>, separated by commas, the newest first.</summary>
    /// <exception cref="FormatException">It cannot be read; the message never shows a key.</exception>
    public static IReadOnlyList<EncryptionKey> Parse(string text)
    {
        var keys = text.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
            .Select(ParseOne)
            .ToList();
        if (keys.Count == 0)
            throw new FormatException($"ENCRYPTION_KEY holds no key: {Advice}");
        if (keys.Select(key => key.Id).Distinct().Count() < keys.Count)
            throw new FormatException("ENCRYPTION_KEY names two keys alike: every key needs an id of its own");
        return keys;
    }

    internal const string Advice =
        "`openssl rand -base64 32` makes one; several are written id:key,id:key with the newest first";

    private static EncryptionKey ParseOne(string text, int index)
    {
        var colon = text.IndexOf(':', StringComparison.Ordinal);
        var bytes = new byte[Size + 1];
        if (!Convert.TryFromBase64String(text[(colon + 1)..], bytes, out var size) || size != Size)
            throw new FormatException(
                $"the key number {index + 1} of ENCRYPTION_KEY is not the base64 of {Size} bytes: {Advice}"
            );
        var key = bytes[..Size];
        var id = colon < 0 ? IdOf(key) : text[..colon];
        if (!Ids().IsMatch(id))
            throw new FormatException(
                $"the key number {index + 1} of ENCRYPTION_KEY has an id that is not 1 to 32 lower-case letters, digits, - and _"
            );
        return new EncryptionKey(id, key);
    }

    private static string IdOf(byte[] key) =>
        Convert.ToHexStringLower(SHA256.HashData([.. Encoding.ASCII.GetBytes("heretix key id"), .. key]))[..8];

    [GeneratedRegex("^[a-z0-9_-]{1,32}$")]
    private static partial Regex Ids();
}
