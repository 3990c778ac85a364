using System.Text;
using System.Text.Json;

namespace Heretix.Chats.Input;

/// <summary>What readers of JSON exports have in common: one message, made from one record.</summary>
internal abstract class RecordReader(int longestMessage) : ChatReader
{
    private byte[] text = [];
    private byte[] file = [];
    private bool cut;

    public override MessageView Current =>
        new()
        {
            Sequence = Count - 1,
            Line = Number,
            Timestamp = Time,
            Author = Author,
            AuthorName = Author < 0 ? [] : Authors.Utf8(Author),
            Text = text,
            Kind = Kind,
            Media = Media,
            FileName = file,
            Edited = Edited,
            Cut = cut,
            Reactions = Reactions,
        };

    /// <summary>Number of the present record, from 1.</summary>
    protected long Number { get; set; }

    protected DateTime Time { get; set; }

    protected int Author { get; private set; }

    protected MessageKind Kind { get; set; }

    protected MediaKind Media { get; set; }

    protected bool Edited { get; set; }

    protected int Reactions { get; set; }

    /// <summary>Takes what the record says; a null author makes a notice.</summary>
    protected void Set(string? author, string words, string? fileName)
    {
        Author = author is null ? -1 : Authors.Number(Encoding.UTF8.GetBytes(author));
        cut = Encoding.UTF8.GetByteCount(words) > longestMessage;
        if (cut)
        {
            Unread.Add(Number, UnreadReason.TooLong, Encoding.UTF8.GetBytes(words[..Math.Min(words.Length, 100)]));
            words = words[..(longestMessage / 4)];
        }
        text = Encoding.UTF8.GetBytes(words);
        file = fileName is null ? [] : Encoding.UTF8.GetBytes(fileName);
    }

    protected static string? Text(JsonElement record, string name) =>
        record.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? String(value) : null;

    protected static bool Has(JsonElement record, string name) =>
        record.TryGetProperty(name, out var value)
        && value.ValueKind is not (JsonValueKind.Null or JsonValueKind.False or JsonValueKind.Undefined);

    /// <summary>A text; lone halves of surrogate pairs, which are no text, become U+FFFD.</summary>
    protected static string String(JsonElement value)
    {
        try
        {
            return value.GetString()!;
        }
        catch (InvalidOperationException)
        {
            return "\uFFFD";
        }
    }
}
