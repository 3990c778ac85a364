namespace Heretix.Chats.Statistics;

/// <summary>What is counted for one participant while messages pass.</summary>
internal sealed class AuthorCounts
{
    public long[] Hours { get; } = new long[24];

    public long Messages { get; set; }

    public long Deleted { get; set; }

    public long Media { get; set; }

    public long Links { get; set; }

    public long Questions { get; set; }

    /// <summary>Messages that are neither deleted nor media, and their characters.</summary>
    public long Texts { get; set; }

    public long Characters { get; set; }

    public int FirstMonth { get; set; } = int.MaxValue;

    public LongestMessage Longest { get; set; } = new(0, 0, null, null);

    // From the messages in order of time:
    public long Initiations { get; set; }

    public long SilencesBroken { get; set; }

    public long Runs { get; set; }

    public long LongRuns { get; set; }

    public ResponseGaps Responses { get; } = new();
}
