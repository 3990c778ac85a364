using Heretix.Chats.Phrases;
using Heretix.Chats.Text;

namespace Heretix.Chats.Parsing;

/// <summary>Tells from its text what a message is.</summary>
internal static class MessageClassifier
{
    private static ReadOnlySpan<byte> LeftToRight => [0xE2, 0x80, 0x8E];

    /// <param name="raw">What stands behind the author's name, as it stands there.</param>
    /// <param name="learned">Further markers of left-out media.</param>
    public static Classified Classify(ReadOnlySpan<byte> raw, Utf8Table? learned)
    {
        var led = BidiMarks.StartsWith(raw);
        var text = BidiMarks.Trim(raw);
        var found = new Classified { Text = text, Led = led };
        if (text.IsEmpty)
            return found.As(MessageKind.Media, MediaKind.ViewOnce);
        if (text[^1] == '>')
        {
            TakeEdited(ref found);
            if (TryFileInAngles(ref found))
                return found;
            text = found.Text;
        }
        if (TryFileInBrackets(ref found))
            return found;
        var marked = led || text.IndexOf(LeftToRight) >= 0;
        if (text.Length <= PhraseTable.Longest)
        {
            if (OmittedMedia.Table.Find(text) is { } omitted)
                return found.As(omitted);
            if (OtherMarkers.Deleted.Find(text) is { } deleted)
                return found.As(deleted);
            if (TryCall(ref found, marked))
                return found;
        }
        if (marked)
        {
            var last = text.LastIndexOf(LeftToRight);
            if (last > 0 && OmittedMedia.Table.Find(text[(last + BidiMarks.Length)..]) is { } omitted)
            {
                found.FileName = NameBefore(text[..last]);
                return found.As(omitted);
            }
        }
        if (TryLocation(ref found) || TryPoll(ref found))
            return found;
        return learned is not null && learned.Find(text) >= 0 ? found.As(MessageKind.Media, MediaKind.Unknown) : found;
    }

    /// <summary>Takes a mark such as <c>&lt;This message was edited&gt;</c> off the end.</summary>
    private static void TakeEdited(ref Classified found)
    {
        var open = found.Text.LastIndexOf((byte)'<');
        if (open < 0 || OtherMarkers.Edited.Find(found.Text[(open + 1)..^1]) is not { } phrase)
            return;
        found.Edited = true;
        found.Phrase = phrase;
        found.Text = BidiMarks.Trim(BidiMarks.Trim(found.Text[..open]).TrimEnd((byte)' '));
    }

    /// <summary><c>&lt;attached: file&gt;</c>, perhaps behind a caption, or <c>file &lt;attached&gt;</c>.</summary>
    private static bool TryFileInAngles(ref Classified found)
    {
        if (found.Text.IsEmpty || found.Text[^1] != '>')
            return false;
        var open = found.Text.LastIndexOf((byte)'<');
        if (open < 0)
            return false;
        var inside = found.Text[(open + 1)..^1];
        var colon = inside.IndexOf((byte)':');
        var word = (colon < 0 ? inside : inside[..colon]).Trim((byte)' ');
        if (OtherMarkers.Attached.Find(word) is not { } phrase)
            return false;
        var file = colon < 0 ? found.Text[..open] : inside[(colon + 1)..];
        return IsFile(ref found, BidiMarks.Trim(file).Trim((byte)' '), phrase);
    }

    /// <summary><c>file (file attached)</c> on the first line; a caption may follow on the next ones.</summary>
    private static bool TryFileInBrackets(ref Classified found)
    {
        var end = found.Text.IndexOf((byte)'\n');
        var line = BidiMarks.Trim(end < 0 ? found.Text : found.Text[..end]);
        if (line.IsEmpty || line[^1] != ')')
            return false;
        var open = line.LastIndexOf((byte)'(');
        if (open < 3 || OtherMarkers.Attached.Find(line[(open + 1)..^1]) is not { } phrase)
            return false;
        var file = BidiMarks.Trim(line[..open].TrimEnd((byte)' '));
        return FileKinds.HasEnding(file) && IsFile(ref found, file, phrase);
    }

    private static bool IsFile(ref Classified found, ReadOnlySpan<byte> file, Phrase phrase)
    {
        found.FileName = file;
        found.Phrase = phrase;
        (found.Kind, found.Media) = FileKinds.Of(file);
        return true;
    }

    private static bool TryCall(ref Classified found, bool marked)
    {
        if (OtherMarkers.Calls.Find(found.Text) is { } whole)
            return (found.Led || found.Text.Contains((byte)' ')) && Is(ref found, whole);
        if (!marked)
            return false;
        var end = found.Text.IndexOfAny(".,"u8);
        return end > 0
            && (found.Led || found.Text[end..].IndexOf(LeftToRight) is >= 0 and <= 2)
            && OtherMarkers.Calls.Find(found.Text[..end]) is { } begun
            && Is(ref found, begun);
    }

    private static bool TryLocation(ref Classified found)
    {
        if (found.Text.StartsWith("https://maps.google.com/?q="u8) && found.Text.IndexOfAny(" \n"u8) < 0)
            return Is(ref found, new Phrase("", MessageKind.Location, MediaKind.Unknown));
        var colon = found.Text.IndexOf((byte)':');
        if (colon < 0)
            return OtherMarkers.Locations.Find(found.Text) is { } shared
                && (found.Led || found.Text.Contains((byte)' '))
                && Is(ref found, shared);
        return found.Text[colon..].IndexOf("://"u8) is >= 0 and <= 12
            && found.Text[colon..].IndexOf("maps"u8) >= 0
            && OtherMarkers.Locations.Find(found.Text[..colon].TrimEnd((byte)' ')) is { } place
            && Is(ref found, place);
    }

    /// <summary><c>POLL:</c> on a line of its own, then the question.</summary>
    private static bool TryPoll(ref Classified found)
    {
        var end = found.Text.IndexOf((byte)'\n');
        var line = (end < 0 ? found.Text : found.Text[..end]).TrimEnd((byte)' ');
        if (line.Length is < 2 or > 40 || line[^1] != ':' || (end < 0 && !found.Led))
            return false;
        var word = line[..^1].TrimEnd((byte)' ');
        return word.IndexOfAnyInRange((byte)'a', (byte)'z') < 0
            && OtherMarkers.Polls.Find(word) is { } poll
            && Is(ref found, poll);
    }

    private static bool Is(ref Classified found, Phrase phrase)
    {
        found.Kind = phrase.Kind;
        found.Media = phrase.Media;
        found.Phrase = phrase;
        return true;
    }

    /// <summary>The file before <c> • 12 pages</c>.</summary>
    private static ReadOnlySpan<byte> NameBefore(ReadOnlySpan<byte> text)
    {
        var bullet = text.IndexOf(" •"u8);
        var name = BidiMarks.Trim(bullet < 0 ? text : text[..bullet]).Trim((byte)' ');
        return FileKinds.HasEnding(name) ? name : [];
    }
}

/// <summary>What the classifier found; spans lie in the text that it was given.</summary>
internal ref struct Classified
{
    public ReadOnlySpan<byte> Text;
    public ReadOnlySpan<byte> FileName;
    public MessageKind Kind;
    public MediaKind Media;
    public bool Edited;

    /// <summary>The text began with a bidirectional mark, as what the app itself writes on an iPhone does.</summary>
    public bool Led;

    public Phrase? Phrase;

    public Classified As(MessageKind kind, MediaKind media)
    {
        (Kind, Media) = (kind, media);
        return this;
    }

    public Classified As(Phrase phrase)
    {
        Phrase = phrase;
        return As(phrase.Kind, phrase.Media);
    }
}
