using System.Buffers.Binary;
using System.Buffers.Text;
using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text;

namespace Heretix.Platform.Http.Paging;

/// <summary>
/// Where a page of a list ends: the next one begins after the row made then and there. On the wire it is opaque, URL-safe
/// text of 42 characters: a version, the time, the id and a check sum that covers the list's name. The sum finds a cursor
/// that was altered or belongs to another list; it protects nothing, since what a caller may see is decided by the query.
/// </summary>
/// <param name="CreatedAt">When the last row of the page was made (UTC).</param>
/// <param name="Id">Its id, which orders rows of the same time.</param>
public readonly record struct Cursor(DateTimeOffset CreatedAt, Guid Id)
{
    private const byte Version = 1;
    private const int ContentLength = 1 + sizeof(long) + 16;
    private const int SumLength = 6;
    private const int Length = ContentLength + SumLength;

    /// <summary>As text.</summary>
    /// <param name="list">Name of the list, <c>checks</c> for example.</param>
    public string Write(string list)
    {
        Span<byte> bytes = stackalloc byte[Length];
        bytes[0] = Version;
        BinaryPrimitives.WriteInt64BigEndian(bytes[1..], CreatedAt.UtcTicks);
        Id.TryWriteBytes(bytes[9..], bigEndian: true, out _);
        Sum(bytes[..ContentLength], list, bytes[ContentLength..]);
        return Base64Url.EncodeToString(bytes);
    }

    /// <summary>Reads it back; false when it is not a cursor of that list.</summary>
    public static bool TryRead([NotNullWhen(true)] string? text, string list, out Cursor cursor)
    {
        cursor = default;
        Span<byte> bytes = stackalloc byte[Length];
        Span<byte> sum = stackalloc byte[SumLength];
        if (
            text is null
            || text.Length != Base64Url.GetEncodedLength(Length)
            || !Base64Url.IsValid(text)
            || !Base64Url.TryDecodeFromChars(text, bytes, out var written)
            || written != Length
            || bytes[0] != Version
        )
            return false;
        Sum(bytes[..ContentLength], list, sum);
        var ticks = BinaryPrimitives.ReadInt64BigEndian(bytes[1..]);
        if (!sum.SequenceEqual(bytes[ContentLength..]) || ticks < 0 || ticks > DateTimeOffset.MaxValue.UtcTicks)
            return false;
        cursor = new Cursor(
            new DateTimeOffset(ticks, TimeSpan.Zero),
            new Guid(bytes[9..ContentLength], bigEndian: true)
        );
        return true;
    }

    private static void Sum(ReadOnlySpan<byte> content, string list, Span<byte> sum)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(content);
        hash.AppendData(Encoding.UTF8.GetBytes(list));
        Span<byte> whole = stackalloc byte[SHA256.HashSizeInBytes];
        hash.GetHashAndReset(whole);
        whole[..SumLength].CopyTo(sum);
    }
}
