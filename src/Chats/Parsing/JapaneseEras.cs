namespace Heretix.Chats.Parsing;

/// <summary>Years counted by the reign of an emperor: R4 is the fourth year of Reiwa, 2022.</summary>
internal static class JapaneseEras
{
    private static readonly (string Name, int Offset)[] Names =
    [
        ("R", 2018),
        ("令和", 2018),
        ("H", 1988),
        ("平成", 1988),
        ("S", 1925),
        ("昭和", 1925),
    ];

    /// <param name="text">Text that may begin with an era and a number.</param>
    /// <param name="offset">What is added to the number to give the common year.</param>
    /// <param name="length">Characters in front of the number.</param>
    public static bool TryRead(ReadOnlySpan<char> text, out int offset, out int length)
    {
        foreach (var (name, first) in Names)
        {
            if (text.StartsWith(name, StringComparison.Ordinal))
            {
                (offset, length) = (first, name.Length);
                if (length < text.Length && text[length] == '.')
                    length++;
                return length < text.Length && char.IsAsciiDigit(text[length]);
            }
        }
        (offset, length) = (0, 0);
        return false;
    }
}
