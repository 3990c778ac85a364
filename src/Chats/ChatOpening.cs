namespace Heretix.Chats;

/// <summary>What came of opening a file.</summary>
public abstract record ChatOpening
{
    private ChatOpening() { }

    /// <summary>A chat, whose form is known.</summary>
    public sealed record Opened(ChatExport Export) : ChatOpening;

    /// <summary>No chat.</summary>
    /// <param name="Reason">Why.</param>
    /// <param name="Detail">The same as a sentence for people.</param>
    public sealed record Refused(ChatRefusal Reason, string Detail) : ChatOpening;
}
