using System.Globalization;

namespace Heretix.Chats.Statistics;

/// <summary>Wall-clock times as text.</summary>
internal static class Moments
{
    public static string Text(DateTime time) => time.ToString("yyyy-MM-ddTHH:mm:ss", CultureInfo.InvariantCulture);

    public static string OfSecond(long second) => Text(new DateTime(second * TimeSpan.TicksPerSecond));

    public static string OfDay(int day) =>
        DateOnly.FromDayNumber(day).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
}
