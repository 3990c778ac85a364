using System.Globalization;
using System.Text;
using Heretix.Chats;

namespace Heretix.Tests.Unit.Chats.Synthetic;

internal enum Frame
{
    Dash,
    Bracket,
    TimeFirst,
    Colon,
}

internal enum Calendar
{
    Common,
    Buddhist,
    Japanese,
}

/// <summary>How a phone writes its export.</summary>
internal sealed record ExportForm
{
    public Frame Frame { get; init; } = Frame.Dash;

    public DateOrder Order { get; init; } = DateOrder.Dmy;

    public string Separator { get; init; } = "/";

    public bool LongYear { get; init; }

    public bool Padded { get; init; } = true;

    /// <summary>What stands between date and time.</summary>
    public string Between { get; init; } = ", ";

    public string TimeSeparator { get; init; } = ":";

    public bool Seconds { get; init; }

    /// <summary>Words for morning and afternoon with the space before them; null for 24 hours.</summary>
    public (string Morning, string Afternoon)? Halves { get; init; }

    /// <summary>The word stands before the time, as in Chinese.</summary>
    public bool HalfFirst { get; init; }

    /// <summary>The digit zero.</summary>
    public char Zero { get; init; } = '0';

    /// <summary>A mark in front of some headers.</summary>
    public string Mark { get; init; } = "";

    public Calendar Calendar { get; init; }

    public string NewLine { get; init; } = "\n";

    public bool IsPhoneWithNotesInTitle => Frame is Frame.Bracket or Frame.TimeFirst;

    public string Header(DateTime time)
    {
        var date = Date(time);
        var clock = Clock(time);
        var text = Frame switch
        {
            Frame.Bracket => $"[{date}{Between}{clock}] ",
            Frame.TimeFirst => $"[{clock}, {date}] ",
            Frame.Colon => $"{date}{Between}{clock}: ",
            _ => $"{date}{Between}{clock} - ",
        };
        return Mark + (Zero == '0' ? text : Translate(text));
    }

    public override string ToString() => Header(new DateTime(2024, 2, 3, 16, 5, 6)).Trim() + $" {Order}";

    private string Date(DateTime time)
    {
        var day = Number(time.Day);
        var month = Number(time.Month);
        var year = Calendar switch
        {
            Calendar.Buddhist => (time.Year + 543).ToString(CultureInfo.InvariantCulture),
            Calendar.Japanese => "R" + (time.Year - 2018).ToString(CultureInfo.InvariantCulture),
            _ => LongYear
                ? time.Year.ToString("0000", CultureInfo.InvariantCulture)
                : (time.Year % 100).ToString("00", CultureInfo.InvariantCulture),
        };
        string[] parts = Order switch
        {
            DateOrder.Dmy => [day, month, year],
            DateOrder.Mdy => [month, day, year],
            DateOrder.Ymd => [year, month, day],
            DateOrder.Ydm => [year, day, month],
            DateOrder.Dym => [day, year, month],
            _ => [month, year, day],
        };
        return string.Join(Separator, parts);
    }

    private string Clock(DateTime time)
    {
        var hour =
            Halves is null ? time.Hour
            : time.Hour % 12 == 0 ? 12
            : time.Hour % 12;
        var text = new StringBuilder(Number(hour))
            .Append(TimeSeparator)
            .Append(time.ToString("mm", CultureInfo.InvariantCulture));
        if (Seconds)
            text.Append(TimeSeparator).Append(time.ToString("ss", CultureInfo.InvariantCulture));
        if (Halves is not { } halves)
            return text.ToString();
        var word = time.Hour < 12 ? halves.Morning : halves.Afternoon;
        return HalfFirst ? word + text : text + word;
    }

    private string Number(int value) => value.ToString(Padded ? "00" : "0", CultureInfo.InvariantCulture);

    private string Translate(string text) =>
        string.Concat(
            text.Select(c =>
                char.IsAsciiDigit(c) ? (char)(Zero + c - '0')
                : c == ',' && Zero > '\u0600' ? '،'
                : c
            )
        );
}
