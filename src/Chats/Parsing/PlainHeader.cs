namespace Heretix.Chats.Parsing;

/// <summary>
/// The quick way for the headers that most phones write: ASCII figures, one of three separators, a colon in the time, AM or
/// PM. What it reads it reads as <see cref="HeaderGrammar"/> does; what it does not know is left to that.
/// </summary>
internal static class PlainHeader
{
    public static bool TryRead(ReadOnlySpan<byte> line, out Header header)
    {
        header = default;
        header.Seconds = -1;
        var at = 0;
        // Long enough that no index below passes the end.
        if (line.Length < 40)
            return false;
        var bracket = line[0] == '[';
        if (bracket)
        {
            at = 1;
            header.Style = HeaderStyle.Bracket;
        }
        var digits = Digits(line, ref at, out header.First);
        var separator = line[at++];
        if (digits is not (1 or 2 or 4) || separator is not ((byte)'/' or (byte)'-' or (byte)'.'))
            return false;
        header.DateSeparator = (char)separator;
        header.LongPart = digits == 4 ? 1 : 0;
        digits = Digits(line, ref at, out header.Second);
        if (digits is not (1 or 2) || line[at++] != separator)
            return false;
        digits = Digits(line, ref at, out header.Third);
        if (digits is not (1 or 2 or 4) || (digits == 4 && header.LongPart != 0))
            return false;
        header.LongPart = digits == 4 ? 3 : header.LongPart;
        if (line[at] == ',')
        {
            header.Comma = true;
            at++;
        }
        if (line[at++] != ' ' || Digits(line, ref at, out header.Hour) is not (1 or 2) || header.Hour > 24)
            return false;
        header.TimeSeparator = ':';
        if (line[at++] != ':' || Digits(line, ref at, out header.Minute) != 2 || header.Minute > 59)
            return false;
        if (line[at] == ':')
        {
            at++;
            if (Digits(line, ref at, out header.Seconds) != 2 || header.Seconds > 59)
                return false;
        }
        TakePart(line, ref at, ref header);
        if (bracket)
        {
            if (line[at] != ']')
                return false;
            header.End = line[at + 1] == ' ' ? at + 2 : at + 1;
            return line[at + 1] < 0x80;
        }
        header.End = at + 3;
        return line[at] == ' ' && line[at + 1] == '-' && line[at + 2] == ' ' && line[at + 3] < 0x80;
    }

    /// <summary>AM or PM in either case behind a space of any kind.</summary>
    private static void TakePart(ReadOnlySpan<byte> line, ref int at, ref Header header)
    {
        var space =
            line[at] == ' ' ? 1
            : line[at] == 0xC2 && line[at + 1] == 0xA0 ? 2
            : line[at] == 0xE2 && line[at + 1] == 0x80 && line[at + 2] == 0xAF ? 3
            : 0;
        if (space == 0 || (line[at + space + 1] | 0x20) != 'm' || line[at + space + 2] is not ((byte)' ' or (byte)']'))
            return;
        var part = line[at + space] | 0x20;
        if (part is not ('a' or 'p'))
            return;
        header.Part = part == 'a' ? DayPart.Morning : DayPart.Afternoon;
        at += space + 2;
    }

    private static int Digits(ReadOnlySpan<byte> line, ref int at, out int value)
    {
        value = 0;
        var from = at;
        while (at < line.Length && at - from < 5 && (uint)(line[at] - '0') <= 9)
            value = value * 10 + line[at++] - '0';
        return at - from;
    }
}
