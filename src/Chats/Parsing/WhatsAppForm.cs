using Heretix.Chats.Text;

namespace Heretix.Chats.Parsing;

/// <summary>How one WhatsApp export is written, decided from the whole file.</summary>
internal sealed record WhatsAppForm
{
    /// <summary>What all its headers have in common (<see cref="Header.Shape"/>).</summary>
    public required long Shape { get; init; }

    public required DateOrderDecision DateOrder { get; init; }

    public required string Pattern { get; init; }

    /// <summary>Words behind times that are in no list, with what they mean.</summary>
    public required IReadOnlyDictionary<int, DayPart> UnknownParts { get; init; }

    public required long Headers { get; init; }

    public required long OtherHeaders { get; init; }

    public required NotNames NotNames { get; init; }

    /// <summary>Markers of left-out media in a language that is not known.</summary>
    public required Utf8Table Markers { get; init; }

    public required string? Language { get; init; }

    /// <summary>The moment that a header names.</summary>
    /// <returns>False for a date or a time that does not exist.</returns>
    public bool TryTime(in Header header, out DateTime time)
    {
        time = default;
        var part = header.Part;
        if (header.UnknownPart != 0)
        {
            if (!UnknownParts.TryGetValue(header.UnknownPart, out var learned))
                return false;
            part = part == DayPart.None ? learned : part;
        }
        var day = CalendarDate.DayNumber(header, DateOrder.Order);
        var hour = HourOf(header.Hour, part);
        if (day < 0 || hour > 23)
            return false;
        time = new DateTime(
            day * TimeSpan.TicksPerDay
                + hour * TimeSpan.TicksPerHour
                + header.Minute * TimeSpan.TicksPerMinute
                + Math.Max(0, header.Seconds) * TimeSpan.TicksPerSecond
        );
        return true;
    }

    private static int HourOf(int hour, DayPart part) =>
        part switch
        {
            DayPart.Morning => hour == 12 ? 0 : hour,
            DayPart.Afternoon => hour < 12 ? hour + 12 : hour,
            DayPart.Night => hour == 12 ? 0
            : hour < 12 ? hour + 12
            : hour,
            _ => hour == 24 ? 0 : hour,
        };
}
