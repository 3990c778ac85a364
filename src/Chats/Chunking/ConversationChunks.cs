namespace Heretix.Chats.Chunking;

/// <summary>Chunks of a sequence.</summary>
public static class ConversationChunks
{
    /// <summary>Chunks of messages that come in order of time.</summary>
    public static IEnumerable<MessageChunk<TId>> Of<TId>(
        IEnumerable<(TId Id, DateTime Time, string? Sender, string Content)> messages,
        ChunkingOptions? options = null
    )
    {
        ArgumentNullException.ThrowIfNull(messages);
        var chunker = new ConversationChunker<TId>(options);
        foreach (var (id, time, sender, content) in messages)
        {
            chunker.Add(id, time, sender, content);
            while (chunker.TryTake(out var chunk))
                yield return chunk;
        }
        chunker.Complete();
        while (chunker.TryTake(out var last))
            yield return last;
    }
}
