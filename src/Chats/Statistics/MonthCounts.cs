namespace Heretix.Chats.Statistics;

/// <summary>What is counted for one month while messages pass.</summary>
internal sealed class MonthCounts
{
    public long Messages { get; set; }

    public long Characters { get; set; }

    public long Media { get; set; }

    public long Links { get; set; }

    public long Reactions { get; set; }

    public ResponseGaps Responses { get; } = new();

    /// <summary>Months since the year 0.</summary>
    public static int Of(DateTime time) => time.Year * 12 + time.Month - 1;

    public static string Name(int month) => FormattableString.Invariant($"{month / 12:0000}-{month % 12 + 1:00}");
}
