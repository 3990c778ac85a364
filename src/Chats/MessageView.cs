using System.Text;

namespace Heretix.Chats;

/// <summary>
/// One message as it lies in the reader's buffers: it allocates nothing until a string is asked for, and is valid until
/// the next call of <see cref="ChatReader.Read"/>.
/// </summary>
public readonly ref struct MessageView
{
    /// <summary>Position among the messages read, from 0; system notices count too.</summary>
    public required long Sequence { get; init; }

    /// <summary>Number of the line on which it begins, from 1; for JSON the number of the record.</summary>
    public required long Line { get; init; }

    /// <summary>Wall-clock time of the phone that exported, without a zone.</summary>
    public required DateTime Timestamp { get; init; }

    /// <summary>Index into <see cref="ChatReader.Authors"/>; -1 for a system notice.</summary>
    public required int Author { get; init; }

    /// <summary>Name of the author in UTF-8; empty for a system notice.</summary>
    public required ReadOnlySpan<byte> AuthorName { get; init; }

    /// <summary>What was written, in valid UTF-8, lines separated by <c>\n</c>, without bidirectional marks at its edges.</summary>
    public required ReadOnlySpan<byte> Text { get; init; }

    /// <summary>What it is.</summary>
    public required MessageKind Kind { get; init; }

    /// <summary>Which medium, for <see cref="MessageKind.Media"/>.</summary>
    public MediaKind Media { get; init; }

    /// <summary>Name of the attached file in UTF-8; empty when none is named.</summary>
    public ReadOnlySpan<byte> FileName { get; init; }

    /// <summary>It was changed after it was sent.</summary>
    public bool Edited { get; init; }

    /// <summary>It was longer than <see cref="ChatOptions.LongestMessage"/> and the rest was left out.</summary>
    public bool Cut { get; init; }

    /// <summary>How many reactions it received; WhatsApp exports none.</summary>
    public int Reactions { get; init; }

    /// <summary>The text as a string.</summary>
    public string GetText() => Encoding.UTF8.GetString(Text);

    /// <summary>The author's name as a string; null for a system notice.</summary>
    public string? GetAuthor() => Author < 0 ? null : Encoding.UTF8.GetString(AuthorName);
}
