namespace Heretix.Chats.Chunking;

/// <summary>Where a chat is cut. A token is taken to be four characters.</summary>
public sealed record ChunkingOptions
{
    /// <summary>Most tokens of a chunk that messages are added to. Default 1000.</summary>
    public int MostTokens { get; init; } = 1000;

    /// <summary>Tokens from which a chunk is large enough to stand alone. Default 800.</summary>
    public int LeastTokens { get; init; } = 800;

    /// <summary>A longer silence is a place to cut. Default 10 minutes.</summary>
    public TimeSpan Gap { get; init; } = TimeSpan.FromMinutes(10);
}
