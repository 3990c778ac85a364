using System.Text;

namespace Heretix.Chats;

/// <summary>Lines that could not be understood: all are counted, the first ones are kept.</summary>
public sealed class UnreadLines
{
    /// <summary>How many are kept with their text.</summary>
    public const int Kept = 20;

    private const int LongestSample = 200;
    private readonly List<UnreadLine> first = [];

    /// <summary>How many there are.</summary>
    public long Count { get; private set; }

    /// <summary>The first ones.</summary>
    public IReadOnlyList<UnreadLine> First => first;

    internal void Add(long line, UnreadReason reason, ReadOnlySpan<byte> text)
    {
        Count++;
        if (first.Count < Kept)
            first.Add(new UnreadLine(line, reason, Sample(text)));
    }

    private static string Sample(ReadOnlySpan<byte> text)
    {
        if (text.Length <= LongestSample)
            return Encoding.UTF8.GetString(text);
        var end = LongestSample;
        while (end > 0 && (text[end] & 0xC0) == 0x80)
            end--;
        return Encoding.UTF8.GetString(text[..end]) + "...";
    }
}

/// <summary>A line that could not be understood.</summary>
/// <param name="Line">Its number, from 1.</param>
/// <param name="Reason">What is wrong with it.</param>
/// <param name="Text">Its beginning.</param>
public sealed record UnreadLine(long Line, UnreadReason Reason, string Text);

/// <summary>Why a line was not understood.</summary>
public enum UnreadReason
{
    /// <summary>It stands before the first message and was left out.</summary>
    BeforeTheFirstMessage,

    /// <summary>It begins like a message, but in another form than the rest of the file; it was kept as text of the message before.</summary>
    OtherForm,

    /// <summary>It begins like a message, but its date or time does not exist; it was kept as text of the message before.</summary>
    ImpossibleDate,

    /// <summary>The message is longer than the limit; this line was left out.</summary>
    TooLong,

    /// <summary>A JSON record without what a message needs; it was left out.</summary>
    Record,
}
