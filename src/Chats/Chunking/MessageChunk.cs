namespace Heretix.Chats.Chunking;

/// <summary>Messages that belong together, as text for a search by meaning.</summary>
/// <typeparam name="TId">What identifies a message.</typeparam>
public sealed record MessageChunk<TId>
{
    /// <summary>0, 1, 2 ...</summary>
    public required int Index { get; init; }

    /// <summary>Lines of the form <c>[dd/mm/yy, hh:mm:ss AM] name: text</c>.</summary>
    public required string Text { get; init; }

    /// <summary>Characters (code points) by four, rounded down.</summary>
    public required int Tokens { get; init; }

    /// <summary>Time of the first message.</summary>
    public required DateTime Start { get; init; }

    /// <summary>Time of the last message.</summary>
    public required DateTime End { get; init; }

    /// <summary>Everybody who speaks in it, in the order of the first message.</summary>
    public required IReadOnlyList<string> Speakers { get; init; }

    /// <summary>Its messages; one that was split is named by every chunk that holds a piece of it.</summary>
    public required IReadOnlyList<TId> MessageIds { get; init; }

    /// <summary>Whole minutes from the first to the last message.</summary>
    public int TimeSpanMinutes => (int)(End - Start).TotalMinutes;
}
