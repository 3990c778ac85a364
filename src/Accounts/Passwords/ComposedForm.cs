using System.Buffers;
using System.Collections.Frozen;
using System.Globalization;
using System.Text;

namespace Heretix.Accounts.Passwords;

/// <summary>
/// Unicode's normal form C (UAX #15) by tables of our own. The runtime's needs a library that this server does not ask for
/// and that differs from machine to machine, and a password must have one form for as long as its hash lives: the table
/// (Unicode 14.0) may gain characters that were not assigned before, and never change.
/// </summary>
internal static class ComposedForm
{
    private const int FirstSyllable = 0xAC00;
    private const int FirstLead = 0x1100;
    private const int FirstVowel = 0x1161;
    private const int BeforeTrail = 0x11A7;
    private const int Leads = 19;
    private const int Vowels = 21;
    private const int Trails = 28;

    /// <summary>Below it nothing is composed, decomposed or put in order.</summary>
    private const char FirstCombining = '\u0300';

    private static readonly Lazy<Tables> Known = new(Tables.Read);

    /// <summary>The normal form; null for what is no text: half of a surrogate pair.</summary>
    public static string? Of(string text)
    {
        if (text.All(letter => letter < FirstCombining))
            return text;
        var runes = new List<int>(text.Length);
        for (var rest = text.AsSpan(); rest.Length > 0; )
        {
            if (Rune.DecodeFromUtf16(rest, out var rune, out var read) != OperationStatus.Done)
                return null;
            Decompose(rune.Value, runes);
            rest = rest[read..];
        }
        Order(runes);
        Compose(runes);
        var composed = new StringBuilder(text.Length);
        foreach (var rune in runes)
            composed.Append(new Rune(rune).ToString());
        return composed.ToString();
    }

    private static void Decompose(int rune, List<int> into)
    {
        if (rune - FirstSyllable is var syllable and >= 0 and < Leads * Vowels * Trails)
        {
            into.Add(FirstLead + (syllable / (Vowels * Trails)));
            into.Add(FirstVowel + (syllable / Trails % Vowels));
            if (syllable % Trails > 0)
                into.Add(BeforeTrail + (syllable % Trails));
        }
        else if (Known.Value.Parts.TryGetValue(rune, out var parts))
        {
            Decompose(parts.First, into);
            if (parts.Second != 0)
                into.Add(parts.Second);
        }
        else
            into.Add(rune);
    }

    /// <summary>Marks between two letters by their class; those of one class stay as they are.</summary>
    private static void Order(List<int> runes)
    {
        for (var i = 1; i < runes.Count; i++)
        {
            var (mark, own) = (runes[i], ClassOf(runes[i]));
            if (own == 0)
                continue;
            var place = i;
            while (place > 0 && ClassOf(runes[place - 1]) > own)
            {
                runes[place] = runes[place - 1];
                place--;
            }
            runes[place] = mark;
        }
    }

    private static void Compose(List<int> runes)
    {
        var (letter, kept, before) = (-1, 0, 0);
        foreach (var rune in runes.ToArray())
        {
            var own = ClassOf(rune);
            // A mark is blocked from its letter by one of the same or a higher class between them.
            var adjacent = letter == kept - 1;
            if (letter >= 0 && (adjacent || (before != 0 && before < own)) && Pair(runes[letter], rune) is { } composed)
            {
                runes[letter] = composed;
                continue;
            }
            if (own == 0)
                letter = kept;
            before = own;
            runes[kept++] = rune;
        }
        runes.RemoveRange(kept, runes.Count - kept);
    }

    private static int? Pair(int first, int second)
    {
        if (
            first - FirstLead is var lead and >= 0 and < Leads
            && second - FirstVowel is var vowel and >= 0 and < Vowels
        )
            return FirstSyllable + (((lead * Vowels) + vowel) * Trails);
        if (
            first - FirstSyllable is var syllable and >= 0 and < Leads * Vowels * Trails
            && syllable % Trails == 0
            && second - BeforeTrail is var trail and > 0 and < Trails
        )
            return first + trail;
        return Known.Value.Pairs.TryGetValue((first, second), out var composed) ? composed : null;
    }

    private static int ClassOf(int rune) => rune < FirstCombining ? 0 : Known.Value.Classes.GetValueOrDefault(rune);

    /// <param name="Parts">What a character is made of; the second is 0 when there is only one.</param>
    /// <param name="Pairs">The characters that are composed again.</param>
    /// <param name="Classes">Combining classes but 0.</param>
    private sealed record Tables(
        FrozenDictionary<int, (int First, int Second)> Parts,
        FrozenDictionary<(int, int), int> Pairs,
        FrozenDictionary<int, int> Classes
    )
    {
        /// <summary><c>= composed first second</c>, <c>- composed first [second]</c> and <c>@ class from[-to] ...</c>.</summary>
        public static Tables Read()
        {
            var parts = new Dictionary<int, (int, int)>();
            var pairs = new Dictionary<(int, int), int>();
            var classes = new Dictionary<int, int>();
            using var stream = typeof(ComposedForm).Assembly.GetManifestResourceStream("nfc.txt")!;
            using var lines = new StreamReader(stream);
            while (lines.ReadLine() is { } line)
            {
                var words = line.Split(' ');
                if (words[0] == "@")
                {
                    foreach (var range in words.Skip(2).Select(range => range.Split('-')))
                    {
                        for (var rune = Hex(range[0]); rune <= Hex(range[^1]); rune++)
                            classes[rune] = int.Parse(words[1], CultureInfo.InvariantCulture);
                    }
                    continue;
                }
                var pair = (Hex(words[2]), words.Length > 3 ? Hex(words[3]) : 0);
                parts[Hex(words[1])] = pair;
                if (words[0] == "=")
                    pairs[pair] = Hex(words[1]);
            }
            return new Tables(parts.ToFrozenDictionary(), pairs.ToFrozenDictionary(), classes.ToFrozenDictionary());
        }

        private static int Hex(string text) =>
            int.Parse(text, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);
    }
}
