using Heretix.Chats.Input;
using Heretix.Chats.Text;

namespace Heretix.Chats.Parsing;

/// <summary>
/// The first pass over a text: looks at every header and gathers what is needed to read the file without a hint, in memory
/// that does not grow with it.
/// </summary>
internal sealed class Survey
{
    private const int MostShapes = 64;

    /// <summary>So many times more frequent must another form be to count for more than that of the first header.</summary>
    private const int Preference = 10;

    private readonly Dictionary<long, ShapeSurvey> shapes = [];
    private readonly RepeatedMarkers markers = new();
    private readonly Dictionary<string, int> languages = [];
    private ShapeSurvey? first;
    private long headers;

    /// <summary>Lines with bytes that are no UTF-8.</summary>
    public long DamagedLines { get; private set; }

    /// <summary>Lines with characters outside ASCII that are right.</summary>
    public long ForeignLines { get; private set; }

    public void Read(LineReader lines, CancellationToken cancellationToken)
    {
        var reader = new HeaderReader();
        while (lines.TryRead(out var line))
        {
            if ((lines.Number & 0xFFF) == 0)
                cancellationToken.ThrowIfCancellationRequested();
            if (!System.Text.Ascii.IsValid(line))
            {
                if (System.Text.Unicode.Utf8.IsValid(line))
                    ForeignLines++;
                else
                    DamagedLines++;
            }
            if (!lines.IsFurtherPiece && reader.TryRead(line, out var header, out var rest))
                Add(header, rest);
        }
    }

    /// <summary>What the file says about itself; null when no line begins like a message.</summary>
    public WhatsAppForm? Decide(ChatOptions options)
    {
        if (first is null)
            return null;
        var best = shapes.Values.MaxBy(shape => shape.Count)!;
        var chosen = best.Count >= first.Count * Preference ? best : first;
        var order = chosen.Dates.Decide(options.DateOrder);
        var parts = chosen.Parts.Decide();
        return new WhatsAppForm
        {
            Shape = chosen.Sample.Shape,
            DateOrder = order,
            Pattern = chosen.Sample.Pattern(order.Order.ToString().ToLowerInvariant()),
            UnknownParts = parts,
            Headers = chosen.Count,
            OtherHeaders = headers - chosen.Count,
            NotNames = chosen.Authors.NotNames(chosen.Sample.Style),
            Markers = markers.Decide(),
            Language = languages.Count == 0 ? chosen.Language : languages.MaxBy(pair => pair.Value).Key,
        };
    }

    private void Add(in Header header, ReadOnlySpan<byte> rest)
    {
        headers++;
        if (!shapes.TryGetValue(header.Shape, out var shape))
        {
            if (shapes.Count == MostShapes)
                return;
            shapes.Add(header.Shape, shape = new ShapeSurvey(header));
            first ??= shape;
        }
        shape.Add(header);
        if (!AuthorSplit.TrySplit(rest, out var name, out var text))
            return;
        var (led, notice) = (BidiMarks.StartsWith(text), false);
        if (led || (text.Length > 0 && text[0] == '<'))
        {
            var found = MessageClassifier.Classify(text, null);
            if (found.Phrase is { Language.Length: > 0 } phrase)
                languages[phrase.Language] = languages.GetValueOrDefault(phrase.Language) + 1;
            else if (found is { Kind: MessageKind.Text, Phrase: null })
                markers.Add(found.Text, led);
            notice = led && found.Kind == MessageKind.Text && !found.Edited;
        }
        shape.Authors.Add(name, notice, notice && Phrases.Notices.IsEncryption(text), shape.Count);
    }
}
