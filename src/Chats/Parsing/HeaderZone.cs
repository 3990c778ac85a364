using System.Buffers;
using System.Text;
using Heretix.Chats.Text;

namespace Heretix.Chats.Parsing;

/// <summary>
/// The beginning of a line made plain, for finding a header only: no bidirectional marks, every space U+0020, every digit
/// and full-width sign ASCII, the Arabic comma a comma. Knows for each character where it stands in the line.
/// </summary>
internal readonly ref struct HeaderZone
{
    /// <summary>Longest header that is looked for, in characters.</summary>
    public const int Longest = 88;

    private readonly ReadOnlySpan<ushort> offsets;
    private readonly int lineLength;

    private HeaderZone(ReadOnlySpan<char> text, ReadOnlySpan<ushort> offsets, int lineLength)
    {
        Text = text;
        this.offsets = offsets;
        this.lineLength = lineLength;
    }

    public ReadOnlySpan<char> Text { get; }

    /// <summary>Where in the line the character at an index of <see cref="Text"/> stands.</summary>
    public int ByteOffset(int index) =>
        offsets.IsEmpty ? index
        : index < offsets.Length ? offsets[index]
        : lineLength;

    /// <summary>The part up to the first character outside ASCII, which costs next to nothing.</summary>
    public static HeaderZone Ascii(ReadOnlySpan<byte> line, Span<char> characters)
    {
        _ = System.Text.Ascii.ToUtf16(line[..Math.Min(line.Length, characters.Length)], characters, out var written);
        return new HeaderZone(characters[..written], [], line.Length);
    }

    /// <summary>The whole beginning.</summary>
    public static HeaderZone Full(ReadOnlySpan<byte> line, Span<char> characters, Span<ushort> offsets)
    {
        var (at, count) = (0, 0);
        while (at < line.Length && count + 1 < characters.Length)
        {
            if (Rune.DecodeFromUtf8(line[at..], out var rune, out var length) != OperationStatus.Done)
                break;
            if (rune.IsBmp)
            {
                var plain = Plain((char)rune.Value);
                if (plain != '\0')
                {
                    offsets[count] = (ushort)at;
                    characters[count++] = plain;
                }
            }
            else
            {
                offsets[count] = (ushort)at;
                characters[count++] = '\uFFFD';
            }
            at += length;
        }
        // Marks between the header and what follows it belong to what follows.
        offsets[count] = (ushort)at;
        return new HeaderZone(characters[..count], offsets[..(count + 1)], line.Length);
    }

    private static char Plain(char value) =>
        value switch
        {
            < '\u0080' => value,
            '\u00A0' or '\u202F' or '\u2009' or '\u2007' or '\u3000' => ' ',
            >= '\u0660' and <= '\u0669' => (char)('0' + value - '\u0660'),
            >= '\u06F0' and <= '\u06F9' => (char)('0' + value - '\u06F0'),
            >= '\u0966' and <= '\u096F' => (char)('0' + value - '\u0966'),
            >= '\u09E6' and <= '\u09EF' => (char)('0' + value - '\u09E6'),
            '\u060C' or '\u3001' => ',',
            // Korean year, month, day as their Chinese signs.
            '년' => '年',
            '월' => '月',
            '일' => '日',
            '\u2013' or '\u2014' or '\u2212' => '-',
            '\u2215' or '\u2044' => '/',
            >= '\uFF01' and <= '\uFF5E' => (char)(value - 0xFEE0),
            '\uFEFF' => '\0',
            _ => BidiMarks.Is(value) ? '\0' : value,
        };
}
