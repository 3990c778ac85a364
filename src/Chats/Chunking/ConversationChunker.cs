using System.Globalization;
using System.Text;

namespace Heretix.Chats.Chunking;

/// <summary>
/// Cuts a chat where conversations end. Before a message a cut is wanted when it would not fit or comes after a silence;
/// the cut is made when the chunk is large enough, else the message is added, so that small chunks join what follows. A
/// message that is too large by itself is split, at a space where there is one. Takes messages in order of time, one at a
/// time, and never looks back.
/// </summary>
/// <typeparam name="TId">What identifies a message.</typeparam>
public sealed class ConversationChunker<TId>(ChunkingOptions? options = null)
{
    private const int CharactersOfToken = 4;
    private readonly ChunkingOptions options = options ?? new ChunkingOptions();
    private readonly StringBuilder text = new();
    private readonly List<string> speakers = [];
    private readonly List<TId> ids = [];
    private readonly Queue<MessageChunk<TId>> ready = new();
    private DateTime start;
    private DateTime end;
    private int characters;
    private int index;

    /// <summary>Adds a message. Notices of the app do not belong into chunks.</summary>
    /// <param name="id">Its id.</param>
    /// <param name="time">Its time.</param>
    /// <param name="sender">Its author; null becomes "Unknown".</param>
    /// <param name="content">Its text.</param>
    public void Add(TId id, DateTime time, string? sender, string content)
    {
        ArgumentNullException.ThrowIfNull(content);
        sender ??= "Unknown";
        var head = string.Create(CultureInfo.InvariantCulture, $"[{time:dd/MM/yy, hh:mm:ss tt}] {sender}: ");
        var length = CodePoints(head) + CodePoints(content);
        if (length / CharactersOfToken > options.MostTokens)
        {
            Split(id, time, sender, head, content);
            return;
        }
        var fits = Tokens(characters + (characters > 0 ? 1 : 0) + length) <= options.MostTokens;
        if (ids.Count > 0 && (!fits || time - end > options.Gap) && Tokens(characters) >= options.LeastTokens)
            Emit();
        Append(id, time, sender, head, content, length);
    }

    /// <summary>The next chunk that is complete.</summary>
    public bool TryTake(out MessageChunk<TId> chunk)
    {
        var found = ready.TryDequeue(out var next);
        chunk = next!;
        return found;
    }

    /// <summary>There are no more messages: the last chunk is complete whatever its size.</summary>
    public void Complete() => Emit();

    private void Split(TId id, DateTime time, string sender, string head, string content)
    {
        if (ids.Count > 0 && Tokens(characters) >= options.LeastTokens)
            Emit();
        var headLength = CodePoints(head);
        var rest = content.AsSpan();
        while (!rest.IsEmpty)
        {
            // With a very long name a piece still has some room, or there would be no end.
            var room = options.MostTokens * CharactersOfToken - characters - (characters > 0 ? 1 : 0) - headLength;
            if (room < CharactersOfToken && ids.Count > 0)
            {
                Emit();
                continue;
            }
            var piece = Piece(rest, Math.Max(room, CharactersOfToken));
            Append(id, time, sender, head, piece, headLength + CodePoints(piece));
            rest = rest[piece.Length..].TrimStart(' ');
            if (!rest.IsEmpty)
                Emit();
        }
    }

    /// <summary>At most so many code points, up to the last space among the second half of them.</summary>
    private static ReadOnlySpan<char> Piece(ReadOnlySpan<char> text, int most)
    {
        var (at, count) = (0, 0);
        while (at < text.Length && count < most)
        {
            at += at + 1 < text.Length && char.IsSurrogatePair(text[at], text[at + 1]) ? 2 : 1;
            count++;
        }
        if (at == text.Length)
            return text;
        var space = text[..at].LastIndexOfAny(' ', '\n');
        return space > at / 2 ? text[..space] : text[..at];
    }

    private void Append(TId id, DateTime time, string sender, string head, ReadOnlySpan<char> content, int length)
    {
        if (ids.Count == 0)
            start = time;
        else
        {
            text.Append('\n');
            characters++;
        }
        end = time;
        text.Append(head).Append(content);
        characters += length;
        ids.Add(id);
        if (!speakers.Contains(sender))
            speakers.Add(sender);
    }

    private void Emit()
    {
        if (ids.Count == 0)
            return;
        ready.Enqueue(
            new MessageChunk<TId>
            {
                Index = index++,
                Text = text.ToString(),
                Tokens = Tokens(characters),
                Start = start,
                End = end,
                Speakers = [.. speakers],
                MessageIds = [.. ids],
            }
        );
        text.Clear();
        speakers.Clear();
        ids.Clear();
        characters = 0;
    }

    private static int Tokens(int characters) => characters / CharactersOfToken;

    private static int CodePoints(ReadOnlySpan<char> text)
    {
        var pairs = 0;
        for (var i = 0; i + 1 < text.Length; i++)
            pairs += char.IsSurrogatePair(text[i], text[i + 1]) ? 1 : 0;
        return text.Length - pairs;
    }
}
