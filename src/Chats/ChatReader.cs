namespace Heretix.Chats;

/// <summary>Reads the messages of an export in the order of the file, oldest first.</summary>
public abstract class ChatReader : IDisposable
{
    /// <summary>Everybody who wrote so far, in the order of their first message.</summary>
    public AuthorTable Authors { get; } = new();

    /// <summary>What could not be understood so far.</summary>
    public UnreadLines Unread { get; } = new();

    /// <summary>Messages read so far, system notices among them.</summary>
    public long Count { get; protected set; }

    /// <summary>The message that <see cref="Read"/> found.</summary>
    public abstract MessageView Current { get; }

    /// <summary>Goes to the next message.</summary>
    /// <returns>False at the end.</returns>
    /// <exception cref="IOException">The source cannot be read any more.</exception>
    /// <exception cref="InvalidDataException">The source broke in the middle: a damaged zip, or JSON that ends too early.</exception>
    public abstract bool Read();

    /// <inheritdoc/>
    public void Dispose()
    {
        Dispose(true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Closes the source.</summary>
    protected abstract void Dispose(bool disposing);
}
