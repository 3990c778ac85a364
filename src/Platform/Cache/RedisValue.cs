using System.Buffers.Binary;
using System.Security.Cryptography;

namespace Heretix.Platform.Cache;

/// <summary>
/// What stands in Redis under a key: <c>H</c>, the format, a random id of 16 bytes, and for a value the time at which it
/// expires (milliseconds since 1970), a count and the generations (8 bytes each) under which it was read, and the value
/// itself. Without the rest it is a tombstone: the mark that the key was evicted, so that nobody writes what was read before.
/// </summary>
internal static class RedisValue
{
    /// <summary>Bytes that tell one write of a key from every other.</summary>
    public const int IdLength = 18;

    /// <summary>The last of those bytes, counted from 0, as text for the script that compares them.</summary>
    public const string LastOfId = "17";

    public const int GenerationLength = 8;

    private const byte First = (byte)'H';
    private const byte ValueFormat = 1;
    private const byte TombstoneFormat = 0;
    private const int FixedLength = IdLength + 9;

    public static byte[] Tombstone()
    {
        var bytes = new byte[IdLength];
        WriteId(bytes, TombstoneFormat);
        return bytes;
    }

    public static byte[] NewGeneration() => RandomNumberGenerator.GetBytes(GenerationLength);

    /// <summary>Where the value begins.</summary>
    public static int HeaderLength(ReadOnlySpan<byte> generations) => FixedLength + generations.Length;

    public static void WriteHeader(Span<byte> target, DateTimeOffset expires, ReadOnlySpan<byte> generations)
    {
        WriteId(target, ValueFormat);
        BinaryPrimitives.WriteInt64LittleEndian(target[IdLength..], expires.ToUnixTimeMilliseconds());
        target[FixedLength - 1] = (byte)(generations.Length / GenerationLength);
        generations.CopyTo(target[FixedLength..]);
    }

    /// <summary>What was written, if it is a value, and was read under just these generations.</summary>
    public static bool TryRead(
        ReadOnlyMemory<byte> stored,
        ReadOnlySpan<byte> generations,
        out ReadOnlyMemory<byte> value,
        out long expires
    )
    {
        (value, expires) = (default, 0);
        var bytes = stored.Span;
        var header = HeaderLength(generations);
        if (bytes.Length < header || bytes[0] != First || bytes[1] != ValueFormat)
            return false;
        if (bytes[FixedLength - 1] * GenerationLength != generations.Length)
            return false;
        if (!bytes[FixedLength..header].SequenceEqual(generations))
            return false;
        expires = BinaryPrimitives.ReadInt64LittleEndian(bytes[IdLength..]);
        value = stored[header..];
        return true;
    }

    private static void WriteId(Span<byte> target, byte format)
    {
        (target[0], target[1]) = (First, format);
        RandomNumberGenerator.Fill(target[2..IdLength]);
    }
}
