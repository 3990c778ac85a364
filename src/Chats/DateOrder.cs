namespace Heretix.Chats;

/// <summary>Order of day (D), month (M) and year (Y) in a date of figures.</summary>
public enum DateOrder
{
    /// <summary>Day, month, year.</summary>
    Dmy,

    /// <summary>Month, day, year.</summary>
    Mdy,

    /// <summary>Year, month, day.</summary>
    Ymd,

    /// <summary>Year, day, month.</summary>
    Ydm,

    /// <summary>Day, year, month.</summary>
    Dym,

    /// <summary>Month, year, day.</summary>
    Myd,
}

/// <summary>What decided the order of a date's parts, strongest first.</summary>
public enum DateOrderReason
{
    /// <summary>The caller said so.</summary>
    Given,

    /// <summary>No other order that phones write gives dates that exist: a part above 31 or of four digits is the year, one above 12 the day.</summary>
    OnlyPossible,

    /// <summary>Every other order makes time run backwards more often.</summary>
    Chronology,

    /// <summary>The next best order puts messages before WhatsApp existed.</summary>
    PlausibleYears,

    /// <summary>The part that changes most is the day: every other order spreads the chat over a longer time.</summary>
    ShortestSpan,

    /// <summary>Nothing tells; the day is taken to come first.</summary>
    DayFirst,
}

/// <summary>The decision about the order of a date's parts.</summary>
/// <param name="Order">The order.</param>
/// <param name="Reason">What decided.</param>
/// <param name="Confidence">0 to 1: 1 when nothing else is possible, 0.5 when nothing tells.</param>
/// <param name="Evidence">What was counted for each order that could be.</param>
public sealed record DateOrderDecision(
    DateOrder Order,
    DateOrderReason Reason,
    double Confidence,
    IReadOnlyList<DateOrderCount> Evidence
);

/// <summary>What an order makes of the dates in a file; equal dates one after the other count once.</summary>
/// <param name="Order">The order.</param>
/// <param name="Dates">Dates looked at.</param>
/// <param name="Impossible">Dates that do not exist in this order.</param>
/// <param name="Backwards">Steps from a later to an earlier date.</param>
/// <param name="SpanDays">Days from the earliest to the latest date.</param>
/// <param name="BeforeWhatsApp">Dates before 2009.</param>
public sealed record DateOrderCount(
    DateOrder Order,
    long Dates,
    long Impossible,
    long Backwards,
    long SpanDays,
    long BeforeWhatsApp
);
