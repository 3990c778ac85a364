using System.Buffers;
using System.Text;

namespace Heretix.Chats.Text;

/// <summary>Emoji as people see them: a family joined by U+200D, a flag of two letters, a thumb of any colour is one.</summary>
internal static class Emoji
{
    /// <summary>Longest emoji in bytes; a longer one is cut.</summary>
    public const int Longest = 96;

    private const int Joiner = 0x200D;
    private const int AsPicture = 0xFE0F;
    private const int Keycap = 0x20E3;

    /// <summary>Reads an emoji at the beginning of a text.</summary>
    /// <param name="text">UTF-8.</param>
    /// <param name="shown">The emoji without the colours of skin.</param>
    /// <param name="key">The same without U+FE0F, which some phones leave out.</param>
    /// <param name="shownLength">Bytes of <paramref name="shown"/>.</param>
    /// <param name="keyLength">Bytes of <paramref name="key"/>; 0 when the text begins with something that looks like text.</param>
    /// <returns>How many bytes of the text were read; 0 when it begins with no emoji.</returns>
    public static int Read(
        ReadOnlySpan<byte> text,
        Span<byte> shown,
        Span<byte> key,
        out int shownLength,
        out int keyLength
    )
    {
        (shownLength, keyLength) = (0, 0);
        var at = 0;
        if (!TryNext(text, at, out var rune, out var length))
            return 0;
        if (IsRegional(rune.Value))
            return ReadFlag(text, shown, key, ref shownLength, ref keyLength);
        var isKeycap = rune.Value is '#' or '*' or (>= '0' and <= '9');
        if (!isKeycap && !IsPicture(rune.Value) && !IsTextByDefault(rune.Value))
            return 0;
        var certain = IsPicture(rune.Value);
        var isBase = true;
        while (isBase && keyLength + 4 < Longest && shownLength + 8 < Longest)
        {
            Append(text.Slice(at, length), shown, ref shownLength);
            Append(text.Slice(at, length), key, ref keyLength);
            at += length;
            isBase = false;
            while (TryNext(text, at, out rune, out length) && keyLength + 4 < Longest && shownLength + 8 < Longest)
            {
                if (rune.Value == AsPicture)
                {
                    certain |= !isKeycap;
                    Append(text.Slice(at, length), shown, ref shownLength);
                }
                else if (rune.Value == Keycap || rune.Value is >= 0xE0020 and <= 0xE007F)
                {
                    certain |= rune.Value == Keycap;
                    Append(text.Slice(at, length), shown, ref shownLength);
                    Append(text.Slice(at, length), key, ref keyLength);
                }
                else if (!IsSkin(rune.Value))
                    break;
                at += length;
            }
            if (
                rune.Value == Joiner
                && length > 0
                && TryNext(text, at + length, out var joined, out var joinedLength)
                && (IsPicture(joined.Value) || IsTextByDefault(joined.Value))
            )
            {
                Append(text.Slice(at, length), shown, ref shownLength);
                Append(text.Slice(at, length), key, ref keyLength);
                at += length;
                length = joinedLength;
                isBase = true;
            }
        }
        if (certain)
            return at;
        (shownLength, keyLength) = (0, 0);
        return 0;
    }

    /// <summary>Whether a character outside ASCII may begin an emoji.</summary>
    public static bool MayBegin(int value) => IsPicture(value) || IsTextByDefault(value) || IsRegional(value);

    private static int ReadFlag(
        ReadOnlySpan<byte> text,
        Span<byte> shown,
        Span<byte> key,
        ref int shownLength,
        ref int keyLength
    )
    {
        const int letter = 4;
        if (!TryNext(text, letter, out var second, out _) || !IsRegional(second.Value))
            return 0;
        Append(text[..(2 * letter)], shown, ref shownLength);
        Append(text[..(2 * letter)], key, ref keyLength);
        return 2 * letter;
    }

    private static bool TryNext(ReadOnlySpan<byte> text, int at, out Rune rune, out int length)
    {
        if (at < text.Length && Rune.DecodeFromUtf8(text[at..], out rune, out length) == OperationStatus.Done)
            return true;
        (rune, length) = (default, 0);
        return false;
    }

    private static void Append(ReadOnlySpan<byte> bytes, Span<byte> to, ref int length)
    {
        bytes.CopyTo(to[length..]);
        length += bytes.Length;
    }

    private static bool IsSkin(int value) => value is >= 0x1F3FB and <= 0x1F3FF;

    private static bool IsRegional(int value) => value is >= 0x1F1E6 and <= 0x1F1FF;

    /// <summary>Shown as a picture without being asked, or by every chat app.</summary>
    private static bool IsPicture(int value) =>
        value switch
        {
            < 0x2300 => false,
            < 0x3000 => value
                is 0x231A
                    or 0x231B
                    or (>= 0x23E9 and <= 0x23F3)
                    or 0x25FD
                    or 0x25FE
                    or (>= 0x2600 and <= 0x2604)
                    or 0x2614
                    or 0x2615
                    or 0x2618
                    or 0x261D
                    or 0x2620
                    or 0x2639
                    or 0x263A
                    or (>= 0x2648 and <= 0x2653)
                    or 0x2660
                    or 0x2663
                    or 0x2665
                    or 0x2666
                    or 0x267F
                    or 0x2693
                    or 0x26A0
                    or 0x26A1
                    or 0x26AA
                    or 0x26AB
                    or 0x26BD
                    or 0x26BE
                    or 0x26C4
                    or 0x26C5
                    or 0x26CE
                    or 0x26D4
                    or 0x26EA
                    or (>= 0x26F2 and <= 0x26F5)
                    or 0x26FA
                    or 0x26FD
                    or 0x2705
                    or (>= 0x2708 and <= 0x270D)
                    or 0x2728
                    or 0x2744
                    or 0x274C
                    or 0x274E
                    or (>= 0x2753 and <= 0x2755)
                    or 0x2757
                    or 0x2763
                    or 0x2764
                    or (>= 0x2795 and <= 0x2797)
                    or 0x27B0
                    or 0x27BF
                    or 0x2B1B
                    or 0x2B1C
                    or 0x2B50
                    or 0x2B55,
            0x1F004 or 0x1F0CF or 0x1F170 or 0x1F171 or 0x1F17E or 0x1F17F or 0x1F18E => true,
            >= 0x1F191 and <= 0x1F19A => true,
            >= 0x1F201 and <= 0x1F251 => true,
            >= 0x1F300 and <= 0x1F64F => !IsSkin(value),
            >= 0x1F680 and <= 0x1F6FF => true,
            >= 0x1F7E0 and <= 0x1F7F0 => true,
            >= 0x1F90C and <= 0x1F9FF => true,
            >= 0x1FA70 and <= 0x1FAFF => true,
            _ => false,
        };

    /// <summary>A picture only when U+FE0F says so.</summary>
    private static bool IsTextByDefault(int value) =>
        value
            is 0xA9
                or 0xAE
                or 0x203C
                or 0x2049
                or 0x2122
                or 0x2139
                or (>= 0x2194 and <= 0x21AA)
                or (>= 0x2328 and <= 0x2BFF)
                or 0x3030
                or 0x303D
                or 0x3297
                or 0x3299;
}
