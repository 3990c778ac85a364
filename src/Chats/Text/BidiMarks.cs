namespace Heretix.Chats.Text;

/// <summary>
/// Marks that steer the direction of text and show nothing: U+200E, U+200F, U+202A to U+202E, U+2066 to U+2069. In UTF-8
/// each has three bytes.
/// </summary>
internal static class BidiMarks
{
    public const int Length = 3;

    public static bool StartsWith(ReadOnlySpan<byte> text) =>
        text.Length >= Length
        && text[0] == 0xE2
        && (
            (text[1] == 0x80 && text[2] is 0x8E or 0x8F or (>= 0xAA and <= 0xAE))
            || (text[1] == 0x81 && text[2] is >= 0xA6 and <= 0xA9)
        );

    public static bool Is(char value) =>
        value is '\u200E' or '\u200F' or (>= '\u202A' and <= '\u202E') or (>= '\u2066' and <= '\u2069');

    public static ReadOnlySpan<byte> TrimStart(ReadOnlySpan<byte> text)
    {
        while (StartsWith(text))
            text = text[Length..];
        return text;
    }

    public static ReadOnlySpan<byte> Trim(ReadOnlySpan<byte> text)
    {
        text = TrimStart(text);
        while (text.Length >= Length && StartsWith(text[^Length..]))
            text = text[..^Length];
        return text;
    }
}
