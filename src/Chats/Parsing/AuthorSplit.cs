using Heretix.Chats.Text;

namespace Heretix.Chats.Parsing;

/// <summary>Splits what follows a header into the author's name and the text.</summary>
internal static class AuthorSplit
{
    /// <summary>Longest name in bytes; what is longer is a notice. Names on phones have far less.</summary>
    private const int LongestName = 256;

    /// <returns>False for a notice, which has no author.</returns>
    public static bool TrySplit(ReadOnlySpan<byte> rest, out ReadOnlySpan<byte> name, out ReadOnlySpan<byte> text)
    {
        text = [];
        name = [];
        var window = rest[..Math.Min(rest.Length, LongestName + 8)];
        for (var from = 0; ; )
        {
            var colon = window[from..].IndexOf((byte)':');
            if (colon < 0)
                return false;
            colon += from;
            var after = rest[(colon + 1)..];
            if (after.IsEmpty || after[0] == ' ' || BidiMarks.StartsWith(after) || after.StartsWith("\u00A0"u8))
            {
                name = BidiMarks.Trim(rest[..colon]);
                text =
                    after.IsEmpty ? after
                    : after[0] == ' ' ? after[1..]
                    : after.StartsWith("\u00A0"u8) ? after[2..]
                    : after;
                return name.Length is > 0 and <= LongestName;
            }
            from = colon + 1;
        }
    }
}
