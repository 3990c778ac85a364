using System.Buffers.Binary;
using System.Buffers.Text;
using Heretix.Checks.Run;

namespace Heretix.Checks.History;

/// <summary>A place in the history, between two checks: rows that are added or removed meanwhile move nobody.</summary>
internal readonly record struct HistoryCursor(DateTimeOffset CreatedAt, Guid Id)
{
    private const int Size = sizeof(long) + 16;

    public static HistoryCursor After(Check row) => new(row.CreatedAt, row.Id);

    public override string ToString()
    {
        Span<byte> bytes = stackalloc byte[Size];
        BinaryPrimitives.WriteInt64BigEndian(bytes, CreatedAt.UtcTicks);
        Id.TryWriteBytes(bytes[sizeof(long)..], bigEndian: true, out _);
        return Base64Url.EncodeToString(bytes);
    }

    public static bool TryParse(string text, out HistoryCursor cursor)
    {
        Span<byte> bytes = stackalloc byte[Size];
        cursor = default;
        if (
            text.Length > 2 * Size
            || !Base64Url.IsValid(text, out var length)
            || length != Size
            || !Base64Url.TryDecodeFromChars(text, bytes, out _)
        )
            return false;
        var ticks = BinaryPrimitives.ReadInt64BigEndian(bytes);
        if (ticks < 0 || ticks > DateTimeOffset.MaxValue.Ticks)
            return false;
        cursor = new HistoryCursor(
            new DateTimeOffset(ticks, TimeSpan.Zero),
            new Guid(bytes[sizeof(long)..], bigEndian: true)
        );
        return true;
    }
}
