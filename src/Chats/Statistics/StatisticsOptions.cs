namespace Heretix.Chats.Statistics;

/// <summary>How statistics are counted.</summary>
public sealed record StatisticsOptions
{
    /// <summary>
    /// Counts as older statistics did: words of A to Z only, English and romanised Hindi stop words, deleted messages and
    /// media by their English markers. Default false: words of every script, markers of every language that is known.
    /// </summary>
    public bool AsciiCompatible { get; init; }

    /// <summary>Places in the ranking of words. Default 50.</summary>
    public int TopWords { get; init; } = 50;

    /// <summary>Places in the ranking of emoji. Default 40.</summary>
    public int TopEmojis { get; init; } = 40;

    /// <summary>Links that are listed; all are counted. Default 1000.</summary>
    public int Links { get; init; } = 1000;
}
