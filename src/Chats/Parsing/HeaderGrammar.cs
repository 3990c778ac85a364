namespace Heretix.Chats.Parsing;

/// <summary>
/// Reads the header of a message at the beginning of a line, in any of the forms that phones write. It says what stands
/// there; whether the file's other headers look the same, and which number is the day, is decided elsewhere.
/// </summary>
internal static class HeaderGrammar
{
    private const int LongestWord = 24;

    /// <summary>Whether a line may begin with a header at all: the cheap test for lines of text.</summary>
    public static bool MayBegin(ReadOnlySpan<byte> line) =>
        line.Length >= 8
        && (
            line[0] is (byte)'[' or (>= (byte)'0' and <= (byte)'9') or (byte)'R' or (byte)'H' or (byte)'S'
            || line[0] is >= 0xD9 and <= 0xEF
        );

    public static bool TryRead(ReadOnlySpan<char> zone, out Header header)
    {
        header = default;
        header.Seconds = -1;
        var at = 0;
        var bracket = zone.Length > 0 && zone[0] == '[';
        if (bracket)
            SkipSpaces(zone, ref at, from: 1);
        var afterBracket = at;
        if (
            TryDate(zone, ref at, ref header)
            && TryBetween(zone, ref at, ref header)
            && TryTime(zone, ref at, ref header)
        )
        {
            if (bracket)
            {
                header.Style = HeaderStyle.Bracket;
                return TryPart(zone, ref at, ref header, ']') && AfterBracket(zone, at, ref header);
            }
            return TryDash(zone, at, ref header) || TryColon(zone, at, ref header);
        }
        header = default;
        header.Seconds = -1;
        header.Style = HeaderStyle.TimeFirst;
        at = afterBracket;
        return TryTime(zone, ref at, ref header)
            && TryPart(zone, ref at, ref header, ',')
            && zone[at] == ','
            && TryDateAfterTime(zone, at + 1, bracket, ref header);
    }

    private static bool TryDateAfterTime(ReadOnlySpan<char> zone, int at, bool bracket, ref Header header)
    {
        header.Comma = true;
        SkipSpaces(zone, ref at, at);
        if (!TryDate(zone, ref at, ref header))
            return false;
        if (!bracket)
            return TryDash(zone, at, ref header) && (header.Style = HeaderStyle.TimeFirstDash) > 0;
        SkipSpaces(zone, ref at, at);
        return at < zone.Length && zone[at] == ']' && AfterBracket(zone, at, ref header);
    }

    private static bool TryDate(ReadOnlySpan<char> zone, ref int at, ref Header header)
    {
        if (!TryDatePart(zone, ref at, ref header, 1, out header.First))
            return false;
        SkipSpaces(zone, ref at, at);
        if (at >= zone.Length || zone[at] is not ('/' or '-' or '.' or '年'))
            return false;
        var separator = header.DateSeparator = zone[at];
        SkipSpaces(zone, ref at, at + 1);
        if (!TryDatePart(zone, ref at, ref header, 2, out header.Second))
            return false;
        SkipSpaces(zone, ref at, at);
        if (at >= zone.Length || zone[at] != (separator == '年' ? '月' : separator))
            return false;
        SkipSpaces(zone, ref at, at + 1);
        if (!TryDatePart(zone, ref at, ref header, 3, out header.Third))
            return false;
        if (at < zone.Length && ((separator == '.' && zone[at] == '.') || (separator == '年' && zone[at] == '日')))
            at++;
        return true;
    }

    private static bool TryDatePart(ReadOnlySpan<char> zone, ref int at, ref Header header, int part, out int value)
    {
        value = 0;
        if (at < zone.Length && JapaneseEras.TryRead(zone[at..], out var offset, out var length))
        {
            header.EraOffset = offset;
            header.LongPart = part;
            at += length;
        }
        var digits = Digits(zone, ref at, 4, out value);
        if (digits == 4)
        {
            if (header.LongPart != 0)
                return false;
            header.LongPart = part;
        }
        return digits is 1 or 2 or 4;
    }

    /// <summary>Spaces, a comma, and perhaps a word: what stands between date and time.</summary>
    private static bool TryBetween(ReadOnlySpan<char> zone, ref int at, ref Header header)
    {
        var from = at;
        var (wordStart, wordEnd) = (-1, -1);
        while (at < zone.Length && at - from <= LongestWord && !char.IsAsciiDigit(zone[at]))
        {
            var value = zone[at];
            if (value == ',')
                header.Comma = true;
            else if (value != ' ')
            {
                if (!IsOfWord(value))
                    return false;
                wordStart = wordStart < 0 ? at : wordStart;
                wordEnd = at + 1;
            }
            at++;
        }
        if (at == from || at >= zone.Length || !char.IsAsciiDigit(zone[at]))
            return false;
        if (wordStart >= 0)
            Word(zone[wordStart..wordEnd], ref header, ref header.Between);
        return true;
    }

    private static bool TryTime(ReadOnlySpan<char> zone, ref int at, ref Header header)
    {
        if (Digits(zone, ref at, 2, out header.Hour) == 0 || header.Hour > 24)
            return false;
        var separator = at;
        SkipSpaces(zone, ref separator, separator);
        if (separator >= zone.Length || zone[separator] is not (':' or '.' or 'h' or '時' or '시' or '时'))
            return false;
        header.TimeSeparator = zone[separator];
        if (header.TimeSeparator is ':' or '.')
        {
            if (separator != at)
                return false;
            at = separator + 1;
        }
        else
        {
            SkipSpaces(zone, ref at, separator + 1);
        }
        if (Digits(zone, ref at, 2, out header.Minute) != 2 || header.Minute > 59)
            return false;
        if (at + 2 < zone.Length && zone[at] == header.TimeSeparator && char.IsAsciiDigit(zone[at + 1]))
        {
            at++;
            if (Digits(zone, ref at, 2, out header.Seconds) != 2 || header.Seconds > 59)
                return false;
        }
        else if (at < zone.Length && zone[at] is '分' or '분')
        {
            at++;
        }
        return at >= zone.Length || !char.IsAsciiDigit(zone[at]);
    }

    /// <summary>The word behind the time, up to a closing character, which is not passed.</summary>
    private static bool TryPart(ReadOnlySpan<char> zone, ref int at, ref Header header, char closing)
    {
        SkipSpaces(zone, ref at, at);
        var from = at;
        while (at < zone.Length && zone[at] != closing)
        {
            if (at - from > LongestWord || !(zone[at] == ' ' || IsOfWord(zone[at])))
                return false;
            at++;
        }
        if (at >= zone.Length)
            return false;
        Word(zone[from..at].TrimEnd(' '), ref header, ref header.UnknownPart);
        return true;
    }

    private static bool AfterBracket(ReadOnlySpan<char> zone, int at, ref Header header)
    {
        at++;
        header.End = at < zone.Length && zone[at] == ' ' ? at + 1 : at;
        return true;
    }

    private static bool TryDash(ReadOnlySpan<char> zone, int at, ref Header header)
    {
        var dash = zone[at..].IndexOf('-');
        if (dash <= 0 || dash > LongestWord + 2)
            return false;
        dash += at;
        var spaced = zone[dash - 1] == ' ' && (dash + 1 == zone.Length || zone[dash + 1] == ' ');
        var word = zone[at..dash].Trim(' ');
        foreach (var value in word)
        {
            if (value != ' ' && !IsOfWord(value))
                return false;
        }
        if (!spaced)
            return false;
        header.Style = HeaderStyle.Dash;
        Word(word, ref header, ref header.UnknownPart);
        header.End = Math.Min(dash + 2, zone.Length);
        return true;
    }

    /// <summary>Seconds and a colon straight behind them, or behind a known half of the day.</summary>
    private static bool TryColon(ReadOnlySpan<char> zone, int at, ref Header header)
    {
        var colon = zone[at..].IndexOf(':');
        if (header.Seconds < 0 || colon < 0 || colon > LongestWord)
            return false;
        colon += at;
        if (colon + 1 < zone.Length && zone[colon + 1] != ' ')
            return false;
        Word(zone[at..colon].Trim(' '), ref header, ref header.UnknownPart);
        header.Style = HeaderStyle.Colon;
        header.End = Math.Min(colon + 2, zone.Length);
        return header.UnknownPart == 0;
    }

    private static void Word(ReadOnlySpan<char> word, ref Header header, ref int unknown)
    {
        if (word.IsEmpty)
            return;
        var part = DayParts.Of(word);
        if (part != DayPart.None)
        {
            header.Part = part;
            header.Language = DayParts.LanguageOf(word) is { Length: > 0 } language ? language : null;
        }
        else
            unknown = string.GetHashCode(word, StringComparison.Ordinal) | 1;
    }

    private static bool IsOfWord(char value) =>
        char.IsLetter(value)
        || value is '.' or '/' or '\'' or '’' or '"' or '״' or '׳'
        || char.GetUnicodeCategory(value)
            is System.Globalization.UnicodeCategory.NonSpacingMark
                or System.Globalization.UnicodeCategory.SpacingCombiningMark;

    private static int Digits(ReadOnlySpan<char> zone, ref int at, int most, out int value)
    {
        value = 0;
        var from = at;
        while (at < zone.Length && char.IsAsciiDigit(zone[at]))
        {
            if (at - from == most)
                return 0;
            value = value * 10 + zone[at++] - '0';
        }
        return at - from;
    }

    private static void SkipSpaces(ReadOnlySpan<char> zone, ref int at, int from)
    {
        at = from;
        while (at < zone.Length && zone[at] == ' ')
            at++;
    }
}
