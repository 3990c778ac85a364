using System.Buffers.Binary;
using System.Text;
using Heretix.Chats.Text;

namespace Heretix.Chats.Phrases;

/// <summary>Phrases of apps in many languages, compared without bidirectional marks, ASCII case and a final full stop.</summary>
internal sealed class PhraseTable
{
    /// <summary>Longest phrase in bytes.</summary>
    public const int Longest = 160;

    private const int BeginningLength = 4;
    private const int BeginningBits = 13;
    private readonly ulong[] beginnings = new ulong[(1 << BeginningBits) / 64];
    private readonly Utf8Table phrases = new();
    private readonly List<Phrase> meanings = [];

    /// <summary>Adds lines of the form <c>language | phrase | phrase ...</c>.</summary>
    public PhraseTable Add(MessageKind kind, MediaKind media, string lines)
    {
        Span<byte> plain = stackalloc byte[Longest];
        foreach (var line in lines.Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            var cells = line.Split('|', StringSplitOptions.TrimEntries);
            foreach (var cell in cells.Skip(1))
            {
                plain[..BeginningLength].Clear();
                var length = Normalise(Encoding.UTF8.GetBytes(cell), plain);
                var beginning = Beginning(plain);
                beginnings[beginning / 64] |= 1UL << (beginning % 64);
                if (phrases.Add(plain[..length]) == meanings.Count)
                    meanings.Add(new Phrase(cells[0], kind, media));
            }
        }
        return this;
    }

    /// <summary>What a text means; null when it is none of the phrases.</summary>
    public Phrase? Find(ReadOnlySpan<byte> text)
    {
        if (text.Length is 0 or > Longest || !MayBegin(text))
            return null;
        Span<byte> plain = stackalloc byte[Longest];
        var found = phrases.Find(plain[..Normalise(text, plain)]);
        return found < 0 ? null : meanings[found];
    }

    /// <summary>Quickly tells most texts from phrases, by their first bytes.</summary>
    private bool MayBegin(ReadOnlySpan<byte> text)
    {
        if (text.Length < BeginningLength || text[..BeginningLength].IndexOfAny((byte)0xE2, (byte)0xC2) >= 0)
            return true;
        var beginning = Beginning(text);
        return (beginnings[beginning / 64] & (1UL << (beginning % 64))) != 0;
    }

    private static int Beginning(ReadOnlySpan<byte> text)
    {
        // Bit 5 is left out, which tells capitals from small letters.
        const uint withoutCase = 0xDFDFDFDF;
        var first = BinaryPrimitives.ReadUInt32LittleEndian(text) & withoutCase;
        return (int)((first * 0x9E3779B1) >> (32 - BeginningBits));
    }

    private static int Normalise(ReadOnlySpan<byte> text, Span<byte> plain)
    {
        var length = 0;
        for (var i = 0; i < text.Length; i++)
        {
            var value = text[i];
            if (value == 0xE2 && BidiMarks.StartsWith(text[i..]))
            {
                i += BidiMarks.Length - 1;
                continue;
            }
            // No-break spaces: C2 A0 and E2 80 AF.
            if (value == 0xC2 && i + 1 < text.Length && text[i + 1] == 0xA0)
            {
                plain[length++] = (byte)' ';
                i++;
                continue;
            }
            if (value == 0xE2 && text[i..].StartsWith((ReadOnlySpan<byte>)[0xE2, 0x80, 0xAF]))
            {
                plain[length++] = (byte)' ';
                i += 2;
                continue;
            }
            plain[length++] = value is >= (byte)'A' and <= (byte)'Z' ? (byte)(value | 0x20) : value;
        }
        while (length > 0 && plain[length - 1] is (byte)'.' or (byte)' ')
            length--;
        return length;
    }
}

/// <summary>What a phrase means.</summary>
/// <param name="Language">Its language.</param>
/// <param name="Kind">The kind of message.</param>
/// <param name="Media">The medium, for media.</param>
internal sealed record Phrase(string Language, MessageKind Kind, MediaKind Media);
