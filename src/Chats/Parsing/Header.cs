namespace Heretix.Chats.Parsing;

/// <summary>How a header is set.</summary>
internal enum HeaderStyle
{
    /// <summary><c>date, time - name: text</c></summary>
    Dash,

    /// <summary><c>[date, time] name: text</c></summary>
    Bracket,

    /// <summary><c>[time, date] name: text</c></summary>
    TimeFirst,

    /// <summary><c>date time: name: text</c></summary>
    Colon,

    /// <summary><c>time, date - name: text</c></summary>
    TimeFirstDash,
}

/// <summary>A header as it stands on its line, before anybody knows which number is the day.</summary>
internal record struct Header
{
    public HeaderStyle Style;

    /// <summary>The three numbers of the date in their order.</summary>
    public int First,
        Second,
        Third;

    /// <summary>1, 2 or 3 for the number that has four digits, or an era; 0 for none.</summary>
    public int LongPart;

    public char DateSeparator;

    /// <summary>First year of the Japanese era minus one; 0 for none.</summary>
    public int EraOffset;

    public bool Comma;

    /// <summary>Hash of the word between date and time; 0 for none.</summary>
    public int Between;

    public char TimeSeparator;
    public int Hour;
    public int Minute;

    /// <summary>-1 when the header has none.</summary>
    public int Seconds;

    public DayPart Part;

    /// <summary>Hash of a word behind the time that is no known part of the day; 0 for none.</summary>
    public int UnknownPart;

    /// <summary>Language of a word in the header, where it tells.</summary>
    public string? Language;

    /// <summary>Index of the first character behind the header.</summary>
    public int End;

    /// <summary>Everything that is the same in all headers of one file.</summary>
    public readonly long Shape =>
        ((long)Between << 32)
        | ((long)DateSeparator << 16)
        | ((long)(TimeSeparator & 0xFF) << 8)
        | ((long)Style << 5)
        | ((long)LongPart << 3)
        | (Comma ? 4L : 0)
        | (Seconds >= 0 ? 2L : 0)
        | (EraOffset != 0 ? 1L : 0);

    /// <summary>The form in letters, such as <c>[d/m/y, H:M:S]</c>, with a for the parts of the date.</summary>
    public readonly string Pattern(string order)
    {
        var s = DateSeparator;
        var date = s == '年' ? $"{order[0]}年{order[1]}月{order[2]}日" : $"{order[0]}{s}{order[1]}{s}{order[2]}";
        var t = TimeSeparator;
        var half = Part != DayPart.None || UnknownPart != 0;
        var time = $"{(half ? 'I' : 'H')}{t}M{(Seconds >= 0 ? $"{t}S" : "")}{(half ? " p" : "")}";
        var comma = Comma ? ", " : " ";
        return Style switch
        {
            HeaderStyle.Bracket => $"[{date}{comma}{time}]",
            HeaderStyle.TimeFirst => $"[{time}{comma}{date}]",
            HeaderStyle.TimeFirstDash => $"{time}{comma}{date} -",
            HeaderStyle.Colon => $"{date}{comma}{time}:",
            _ => $"{date}{comma}{time} -",
        };
    }
}
