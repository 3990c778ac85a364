namespace Heretix.Chats;

/// <summary>What a caller may decide about reading an export.</summary>
public sealed record ChatOptions
{
    /// <summary>The order of day, month and year; null lets the file decide.</summary>
    public DateOrder? DateOrder { get; init; }

    /// <summary>Most bytes of one message in UTF-8; the rest is counted and left out. Default 1 MiB.</summary>
    public int LongestMessage { get; init; } = 1 << 20;

    /// <summary>Most bytes that the chat in a zip may unpack to. Default 1 GiB.</summary>
    public long LargestUnpacked { get; init; } = 1L << 30;

    /// <summary>Most entries of a zip. Default 100,000.</summary>
    public int MostEntries { get; init; } = 100_000;

    /// <summary>How many times larger than its packed form the chat in a zip may be. Default 200.</summary>
    public int HighestRatio { get; init; } = 200;
}
