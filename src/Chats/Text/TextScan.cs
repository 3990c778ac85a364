using System.Buffers;
using System.Globalization;
using System.Text;

namespace Heretix.Chats.Text;

/// <summary>Takes what a text is made of.</summary>
internal interface ITextParts
{
    /// <summary>A word of more than two letters in lower case; of two in Chinese, Japanese and Korean.</summary>
    void Word(ReadOnlySpan<byte> word);

    /// <summary>An emoji: how it is shown, and by what it is counted.</summary>
    void Emoji(ReadOnlySpan<byte> shown, ReadOnlySpan<byte> key);

    /// <summary>An address that begins with http:// or https://.</summary>
    void Link(ReadOnlySpan<byte> address);
}

/// <summary>
/// Takes a text in UTF-8 apart into words, emoji and links. A word is a run of letters with their marks; a run that holds
/// digits or underscores is none. Chinese characters are taken in pairs and Katakana in runs, since there are no spaces;
/// Hiragana, which writes endings and particles, is left out.
/// </summary>
/// <param name="asciiOnly">Only words of A to Z count, as in older statistics.</param>
internal sealed class TextScan(bool asciiOnly)
{
    private const int LongestWord = 96;
    private readonly byte[] word = new byte[LongestWord + 8];
    private readonly byte[] shown = new byte[Emoji.Longest + 8];
    private readonly byte[] key = new byte[Emoji.Longest + 8];

    public void Read<TParts>(ReadOnlySpan<byte> text, ref TParts parts)
        where TParts : struct, ITextParts, allows ref struct
    {
        var at = 0;
        while (at < text.Length)
        {
            var value = text[at];
            if (value < 0x80)
            {
                if (value is (byte)'h' or (byte)'H' && LinkLength(text[at..]) is > 0 and var link)
                {
                    parts.Link(text.Slice(at, link));
                    at += link;
                }
                else if (IsAsciiWord(value))
                    at = IsKeycap(text, at) ? ReadEmoji(text, at, 1, ref parts) : ReadWord(text, at, ref parts);
                else
                    at++;
                continue;
            }
            if (Rune.DecodeFromUtf8(text[at..], out var rune, out var length) != OperationStatus.Done)
                at += length;
            else if (IsHan(rune.Value))
                at = ReadHan(text, at, ref parts);
            else if (IsLetter(rune))
                at = ReadWord(text, at, ref parts);
            else if (Emoji.MayBegin(rune.Value))
                at = ReadEmoji(text, at, length, ref parts);
            else
                at += length;
        }
    }

    private int ReadEmoji<TParts>(ReadOnlySpan<byte> text, int at, int length, ref TParts parts)
        where TParts : struct, ITextParts, allows ref struct
    {
        var read = Emoji.Read(text[at..], shown, key, out var shownLength, out var keyLength);
        if (read == 0)
            return at + length;
        parts.Emoji(shown.AsSpan(0, shownLength), key.AsSpan(0, keyLength));
        return at + read;
    }

    /// <summary>Reads a run of letters, marks, digits and underscores.</summary>
    private int ReadWord<TParts>(ReadOnlySpan<byte> text, int at, ref TParts parts)
        where TParts : struct, ITextParts, allows ref struct
    {
        var (length, letters, foreign, spoilt, hangul) = (0, 0, false, false, false);
        while (at < text.Length)
        {
            var value = text[at];
            if (value < 0x80)
            {
                if (!IsAsciiWord(value))
                    break;
                if ((uint)((value | 0x20) - 'a') <= 'z' - 'a')
                {
                    letters++;
                    if (length < LongestWord)
                        word[length++] = (byte)(value | 0x20);
                    else
                        spoilt = true;
                }
                else
                    spoilt = true;
                at++;
                continue;
            }
            if (Rune.DecodeFromUtf8(text[at..], out var rune, out var bytes) != OperationStatus.Done)
                break;
            if (rune.Value is 0x200C or 0x200D)
            {
                // Joins letters in Persian and in Indian scripts; elsewhere it ends the word.
                if (!TryLetter(text, at + bytes))
                    break;
            }
            else if (IsLetter(rune) && !IsHan(rune.Value))
                letters++;
            else if (Rune.GetUnicodeCategory(rune) is UnicodeCategory.DecimalDigitNumber)
                spoilt = true;
            else if (!IsMark(rune))
                break;
            foreign = true;
            hangul |= rune.Value is >= 0xAC00 and <= 0xD7A3;
            if (length < LongestWord)
                length += Rune.ToLowerInvariant(rune).EncodeToUtf8(word.AsSpan(length));
            else
                spoilt = true;
            at += bytes;
        }
        var enough = letters > 2 || (letters == 2 && (hangul || IsKatakana(word.AsSpan(0, length))));
        if (enough && !spoilt && !(foreign && asciiOnly))
            parts.Word(word.AsSpan(0, length));
        return at;
    }

    private int ReadHan<TParts>(ReadOnlySpan<byte> text, int at, ref TParts parts)
        where TParts : struct, ITextParts, allows ref struct
    {
        var (before, beforeLength) = (-1, 0);
        while (
            at < text.Length
            && Rune.DecodeFromUtf8(text[at..], out var rune, out var length) == OperationStatus.Done
            && IsHan(rune.Value)
        )
        {
            if (before >= 0 && !asciiOnly)
                parts.Word(text.Slice(before, beforeLength + length));
            (before, beforeLength) = (at, length);
            at += length;
        }
        return at;
    }

    private static int LinkLength(ReadOnlySpan<byte> text)
    {
        if (text.Length < 8 || (text[1] | 0x20) != 't' || (text[2] | 0x20) != 't' || (text[3] | 0x20) != 'p')
            return 0;
        var colon = (text[4] | 0x20) == 's' ? 5 : 4;
        if (!text[colon..].StartsWith("://"u8))
            return 0;
        var end = text.IndexOfAny(" \t\n\r"u8);
        end = end < 0 ? text.Length : end;
        return end > colon + 3 ? end : 0;
    }

    private static bool IsKeycap(ReadOnlySpan<byte> text, int at) =>
        at + 3 < text.Length
        && text[at] is >= (byte)'0' and <= (byte)'9'
        && (
            text[(at + 1)..].StartsWith((ReadOnlySpan<byte>)[0xEF, 0xB8, 0x8F, 0xE2, 0x83, 0xA3])
            || text[(at + 1)..].StartsWith((ReadOnlySpan<byte>)[0xE2, 0x83, 0xA3])
        );

    private static bool TryLetter(ReadOnlySpan<byte> text, int at) =>
        at < text.Length
        && Rune.DecodeFromUtf8(text[at..], out var rune, out _) == OperationStatus.Done
        && IsLetter(rune)
        && !rune.IsAscii;

    private static bool IsAsciiWord(byte value) => char.IsAsciiLetterOrDigit((char)value) || value == '_';

    /// <summary>A letter outside Hiragana.</summary>
    private static bool IsLetter(Rune rune) => Rune.IsLetter(rune) && rune.Value is not (>= 0x3040 and <= 0x309F);

    private static bool IsMark(Rune rune) =>
        Rune.GetUnicodeCategory(rune)
            is UnicodeCategory.NonSpacingMark
                or UnicodeCategory.SpacingCombiningMark
                or UnicodeCategory.EnclosingMark
        && rune.Value is not (0xFE0F or 0x20E3);

    private static bool IsHan(int value) =>
        value
            is (>= 0x4E00 and <= 0x9FFF)
                or (>= 0x3400 and <= 0x4DBF)
                or (>= 0xF900 and <= 0xFAFF)
                or (>= 0x20000 and <= 0x323AF);

    private static bool IsKatakana(ReadOnlySpan<byte> word) => word is [0xE3, >= 0x82 and <= 0x83, ..];
}
