namespace Heretix.Chats.Parsing;

/// <summary>
/// Gathers from the dates of a file which order of their parts makes sense, and decides: orders that give impossible dates
/// go first, then those that make time run backwards more often, then those that lead to years before WhatsApp, then those
/// that spread the chat over a longer time (the part that changes most is the day); at last the day comes first.
/// </summary>
internal sealed class DateOrderSurvey
{
    /// <summary>One date in so many may be impossible: a pasted or damaged line.</summary>
    private const int Tolerance = 200;

    private static readonly int FirstDay = new DateOnly(2009, 1, 1).DayNumber;
    private readonly Track[] tracks = [.. CalendarDate.Orders.Select(_ => new Track())];
    private (int, int, int) last = (-1, -1, -1);
    private long dates;

    public void Add(in Header header)
    {
        var now = (header.First, header.Second, header.Third);
        if (now == last)
            return;
        last = now;
        dates++;
        for (var order = 0; order < tracks.Length; order++)
            tracks[order].Add(CalendarDate.DayNumber(header, (DateOrder)order));
    }

    public DateOrderDecision Decide(DateOrder? given)
    {
        var counts = CalendarDate.Orders.Select(Count).ToList();
        var allowed = counts.Min(count => count.Impossible) + dates / Tolerance;
        var possible = counts.Where(count => count.Impossible <= allowed).ToList();
        if (given is { } order)
            return new DateOrderDecision(order, DateOrderReason.Given, 1, possible);
        if (possible.Count == 1)
            return new DateOrderDecision(possible[0].Order, DateOrderReason.OnlyPossible, 1, possible);

        // Some orders fail a little: the few impossible dates speak against them as backward steps do.
        var ranked = possible
            .OrderBy(count => count.Backwards + count.Impossible)
            .ThenBy(count => count.BeforeWhatsApp > 0)
            .ThenBy(count => IsUnheardOf(count.Order))
            .ThenBy(count => count.SpanDays)
            .ThenBy(count => count.Order)
            .ToList();
        var best = ranked[0];
        // What no phone is known to write is no rival to what one does.
        var next = ranked.Skip(1).FirstOrDefault(count => IsUnheardOf(best.Order) || !IsUnheardOf(count.Order));
        if (next is null)
            return new DateOrderDecision(best.Order, DateOrderReason.OnlyPossible, 1, possible);
        var (reason, confidence) = Compare(best, next);
        return new DateOrderDecision(best.Order, reason, Math.Round(confidence, 3), possible);
    }

    /// <summary>The year stands in the middle.</summary>
    private static bool IsUnheardOf(DateOrder order) => order is DateOrder.Dym or DateOrder.Myd;

    private static (DateOrderReason Reason, double Confidence) Compare(DateOrderCount best, DateOrderCount next)
    {
        var gap = next.Backwards + next.Impossible - best.Backwards - best.Impossible;
        if (gap > 0)
            return (DateOrderReason.Chronology, 1 - Math.Pow(0.5, gap + 1));
        if (next.BeforeWhatsApp > 0 && best.BeforeWhatsApp == 0)
            return (DateOrderReason.PlausibleYears, 0.75);
        return next.SpanDays > best.SpanDays
            ? (DateOrderReason.ShortestSpan, 0.5 + 0.45 * (1 - (best.SpanDays + 1.0) / (next.SpanDays + 1.0)))
            : (DateOrderReason.DayFirst, 0.5);
    }

    private DateOrderCount Count(DateOrder order)
    {
        var track = tracks[(int)order];
        return new DateOrderCount(order, dates, track.Impossible, track.Backwards, track.Span, track.Early);
    }

    private sealed class Track
    {
        private int previous = -1;
        private int least = int.MaxValue;
        private int most = int.MinValue;

        public long Impossible { get; private set; }

        public long Backwards { get; private set; }

        public long Early { get; private set; }

        public long Span => most >= least ? most - least : 0;

        public void Add(int day)
        {
            if (day < 0)
            {
                Impossible++;
                return;
            }
            Backwards += day < previous ? 1 : 0;
            Early += day < FirstDay ? 1 : 0;
            previous = day;
            least = Math.Min(least, day);
            most = Math.Max(most, day);
        }
    }
}
