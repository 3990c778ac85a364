namespace Heretix.Chats.Parsing;

/// <summary>A date out of three numbers in a given order, across calendars.</summary>
internal static class CalendarDate
{
    /// <summary>Distance of the Buddhist to the common year.</summary>
    private const int Buddhist = 543;

    /// <summary>All orders; the enum's value is the index.</summary>
    public static readonly DateOrder[] Orders =
    [
        DateOrder.Dmy,
        DateOrder.Mdy,
        DateOrder.Ymd,
        DateOrder.Ydm,
        DateOrder.Dym,
        DateOrder.Myd,
    ];

    /// <summary>The day's number (<see cref="DateOnly.DayNumber"/>); -1 for a date that does not exist.</summary>
    public static int DayNumber(in Header header, DateOrder order)
    {
        var (a, b, c) = (header.First, header.Second, header.Third);
        var (year, month, day, yearPart) = order switch
        {
            DateOrder.Dmy => (c, b, a, 3),
            DateOrder.Mdy => (c, a, b, 3),
            DateOrder.Ymd => (a, b, c, 1),
            DateOrder.Ydm => (a, c, b, 1),
            DateOrder.Dym => (b, c, a, 2),
            _ => (b, a, c, 2),
        };
        // A number of four digits can only be the year.
        if (header.LongPart != 0 && header.LongPart != yearPart)
            return -1;
        year = Common(year, header.LongPart != 0, header.EraOffset);
        return
            year is >= 1970 and <= 2199
            && month is >= 1 and <= 12
            && day >= 1
            && day <= DateTime.DaysInMonth(year, month)
            ? new DateOnly(year, month, day).DayNumber
            : -1;
    }

    private static int Common(int year, bool isLong, int eraOffset) =>
        eraOffset > 0 ? eraOffset + year
        : !isLong ? 2000 + year
        : year is >= 2470 and <= 2742 ? year - Buddhist
        : year;
}
