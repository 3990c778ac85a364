namespace Heretix.Chats.Statistics;

/// <summary>Days in a row.</summary>
internal static class DayStreaks
{
    public static Streaks Of(IEnumerable<int> days)
    {
        var (active, run, longest, longestEnd, before) = (0L, 0L, 0L, 0, int.MinValue);
        foreach (var day in days.Order())
        {
            active++;
            run = day - 1 == before ? run + 1 : 1;
            if (run > longest)
                (longest, longestEnd) = (run, day);
            before = day;
        }
        return active == 0
            ? new Streaks(0, 0, null, null, 0)
            : new Streaks(
                active,
                longest,
                Moments.OfDay((int)(longestEnd - longest + 1)),
                Moments.OfDay(longestEnd),
                run
            );
    }
}
