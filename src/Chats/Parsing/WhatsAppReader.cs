using System.Buffers;
using System.Text;
using System.Text.Unicode;
using Heretix.Chats.Input;
using Heretix.Chats.Phrases;
using Heretix.Chats.Text;

namespace Heretix.Chats.Parsing;

/// <summary>The second pass over a text: its messages, by what the first pass found out about it.</summary>
internal sealed class WhatsAppReader(LineReader lines, WhatsAppForm form, bool damaged, int longestMessage) : ChatReader
{
    private readonly HeaderReader headers = new();
    private RawMessage present = new();
    private RawMessage next = new();
    private bool hasNext;
    private bool ended;
    private MessageKind kind;
    private MediaKind media;
    private bool edited;
    private Range text;
    private Range file;

    public override MessageView Current =>
        new()
        {
            Sequence = Count - 1,
            Line = present.Line,
            Timestamp = present.Time,
            Author = present.Author,
            AuthorName = present.Author < 0 ? [] : Authors.Utf8(present.Author),
            Text = present.Text[text],
            Kind = kind,
            Media = media,
            FileName = present.Text[file],
            Edited = edited,
            Cut = present.Cut,
        };

    /// <summary>The present message as it stands in the file: its header up to the name, and its text with all marks.</summary>
    internal RawMessage Raw => present;

    public override bool Read()
    {
        if (!hasNext && !TryFirst())
            return false;
        (present, next) = (next, present);
        hasNext = false;
        while (!ended && !hasNext)
        {
            if (lines.TryRead(out var line))
                Take(Valid(line));
            else
                ended = true;
        }
        Count++;
        Classify();
        return true;
    }

    protected override void Dispose(bool disposing)
    {
        if (!disposing)
            return;
        lines.Dispose();
        present.Dispose();
        next.Dispose();
    }

    /// <summary>Goes past everything that stands before the first message.</summary>
    private bool TryFirst()
    {
        while (!ended && lines.TryRead(out var line))
        {
            line = Valid(line);
            if (TryBegin(line))
                return true;
            if (!line.IsEmpty)
                Unread.Add(lines.Number, UnreadReason.BeforeTheFirstMessage, line);
        }
        ended = true;
        return false;
    }

    private void Take(ReadOnlySpan<byte> line)
    {
        if (!lines.IsFurtherPiece && TryBegin(line))
            return;
        var between = lines.IsFurtherPiece ? 0 : 1;
        if (present.Length + between + line.Length > longestMessage)
        {
            present.Cut = true;
            Unread.Add(lines.Number, UnreadReason.TooLong, line);
            return;
        }
        if (between > 0)
            present.Append("\n"u8);
        present.Append(line);
    }

    private bool TryBegin(ReadOnlySpan<byte> line)
    {
        if (!headers.TryRead(line, out var header, out var rest))
            return false;
        if (header.Shape != form.Shape)
        {
            Unread.Add(lines.Number, UnreadReason.OtherForm, line);
            return false;
        }
        if (!form.TryTime(header, out var time))
        {
            Unread.Add(lines.Number, UnreadReason.ImpossibleDate, line);
            return false;
        }
        var said = rest;
        var author = -1;
        if (AuthorSplit.TrySplit(rest, out var name, out var afterName) && form.NotNames.Beginnings.Find(name) < 0)
        {
            var isNotice =
                form.NotNames.Titles.Find(name) >= 0
                || (BidiMarks.StartsWith(afterName) && Notices.IsEncryption(afterName));
            said = afterName;
            author = isNotice ? -1 : Authors.Number(name);
        }
        next.Begin(lines.Number, time, author, line[..^said.Length], rest.Length - said.Length);
        next.Append(said[..Math.Min(said.Length, longestMessage)]);
        next.Cut = said.Length > longestMessage;
        hasNext = true;
        return true;
    }

    private void Classify()
    {
        var raw = present.Text;
        if (present.Author < 0)
        {
            (kind, media, edited, file) = (MessageKind.System, MediaKind.Unknown, false, default);
            text = RangeOf(raw, BidiMarks.Trim(raw));
            return;
        }
        var found = MessageClassifier.Classify(raw, form.Markers);
        (kind, media, edited) = (found.Kind, found.Media, found.Edited);
        text = RangeOf(raw, found.Text);
        file = RangeOf(raw, found.FileName);
    }

    private static Range RangeOf(ReadOnlySpan<byte> whole, ReadOnlySpan<byte> part)
    {
        if (part.IsEmpty)
            return default;
        whole.Overlaps(part, out var start);
        return start..(start + part.Length);
    }

    /// <summary>The line with bytes that are no UTF-8 replaced by U+FFFD.</summary>
    private ReadOnlySpan<byte> Valid(ReadOnlySpan<byte> line) =>
        !damaged || Utf8.IsValid(line) ? line : Encoding.UTF8.GetBytes(Encoding.UTF8.GetString(line));
}

/// <summary>A message as its lines are put together.</summary>
internal sealed class RawMessage : IDisposable
{
    private byte[] text = ArrayPool<byte>.Shared.Rent(1024);
    private byte[] prefix = ArrayPool<byte>.Shared.Rent(512);
    private int prefixLength;
    private int nameLength;

    public long Line { get; private set; }

    public DateTime Time { get; private set; }

    public int Author { get; private set; }

    public bool Cut { get; set; }

    public int Length { get; private set; }

    public ReadOnlySpan<byte> Text => text.AsSpan(0, Length);

    /// <summary>The line's beginning: the header.</summary>
    public ReadOnlySpan<byte> Header => prefix.AsSpan(0, prefixLength - nameLength);

    /// <summary>What stands between the header and the text: the name and its colon; empty for a notice.</summary>
    public ReadOnlySpan<byte> Name => prefix.AsSpan(prefixLength - nameLength, nameLength);

    public void Begin(long line, DateTime time, int author, ReadOnlySpan<byte> start, int name)
    {
        (Line, Time, Author, Length, Cut) = (line, time, author, 0, false);
        Ensure(ref prefix, 0, start.Length);
        start.CopyTo(prefix);
        (prefixLength, nameLength) = (start.Length, name);
    }

    public void Append(ReadOnlySpan<byte> more)
    {
        Ensure(ref text, Length, Length + more.Length);
        more.CopyTo(text.AsSpan(Length));
        Length += more.Length;
    }

    public void Dispose()
    {
        ArrayPool<byte>.Shared.Return(text);
        ArrayPool<byte>.Shared.Return(prefix);
        (text, prefix) = ([], []);
        (Length, prefixLength, nameLength) = (0, 0, 0);
    }

    private static void Ensure(ref byte[] buffer, int used, int size)
    {
        if (size <= buffer.Length)
            return;
        var larger = ArrayPool<byte>.Shared.Rent(Math.Max(size, buffer.Length * 2));
        buffer.AsSpan(0, used).CopyTo(larger);
        ArrayPool<byte>.Shared.Return(buffer);
        buffer = larger;
    }
}
