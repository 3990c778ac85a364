using System.Text;
using Heretix.Chats.Text;

namespace Heretix.Chats.Statistics;

/// <summary>
/// Counts messages as they pass, once. Beside tables of words, emoji and sites, whose size has a limit, it keeps 12 bytes
/// for each message. Not for several threads at once.
/// </summary>
public sealed class StatisticsBuilder
{
    private const int LongestLink = 2048;
    private const int ShownCharacters = 500;
    private readonly StatisticsOptions options;
    private readonly TextScan scan;

    /// <summary>Starts to count.</summary>
    /// <param name="options">How; null for the defaults.</param>
    public StatisticsBuilder(StatisticsOptions? options = null)
    {
        this.options = options ?? new StatisticsOptions();
        scan = new TextScan(this.options.AsciiCompatible);
    }

    internal StatisticsOptions Options => options;

    internal List<AuthorCounts> Authors { get; } = [];

    internal SortedDictionary<int, MonthCounts> Months { get; } = [];

    internal Dictionary<int, long> Days { get; } = [];

    internal PairCounts MonthAuthors { get; } = new();

    internal MessageTimes Times { get; } = new();

    internal WordCounts Words { get; } = new();

    internal WordCounts Emojis { get; } = new(50_000);

    internal WordCounts Domains { get; } = new(50_000);

    /// <summary>For each emoji by its key how it was first written.</summary>
    internal Dictionary<string, string> EmojiForms { get; } = [];

    internal List<(string Url, int Author, DateTime Time)> Links { get; } = [];

    internal List<(int Author, DateTime Time, string Text, int Count)> MostReacted { get; } = [];

    internal long[] Kinds { get; } = new long[Enum.GetValues<MessageKind>().Length];

    internal long[] Media { get; } = new long[Enum.GetValues<MediaKind>().Length];

    internal long[] HourByWeekday { get; } = new long[7 * 24];

    internal long Edited { get; private set; }

    internal long TotalReactions { get; private set; }

    internal long TotalLinks { get; private set; }

    internal DateTime Earliest { get; private set; } = DateTime.MaxValue;

    internal DateTime Latest { get; private set; } = DateTime.MinValue;

    /// <summary>Counts one message.</summary>
    public void Add(in MessageView message)
    {
        Kinds[(int)message.Kind]++;
        if (message.Author < 0)
            return;
        while (Authors.Count <= message.Author)
            Authors.Add(new AuthorCounts());
        var author = Authors[message.Author];
        var time = message.Timestamp;
        var kind = options.AsciiCompatible ? OlderMarkers.KindOf(message.Text) : message.Kind;
        var month = CountTime(message, author, time);
        if (kind == MessageKind.Deleted)
            author.Deleted++;
        if (kind == MessageKind.Media)
        {
            author.Media++;
            month.Media++;
            Media[(int)message.Media]++;
        }
        Edited += message.Edited ? 1 : 0;
        if (message.Reactions > 0)
            CountReactions(message, month);

        var parts = new Parts(this, message.Author, time, counts: IsText(kind));
        scan.Read(message.Text, ref parts);
        author.Links += parts.Links;
        month.Links += parts.Links;
        TotalLinks += parts.Links;
        if (HasQuestion(message.Text))
            author.Questions++;
        if (kind is MessageKind.Deleted or MessageKind.Media)
            return;
        var characters = CodePoints(message.Text);
        author.Texts++;
        author.Characters += characters;
        month.Characters += characters;
        if (parts.WordsSeen > 0 || IsText(kind))
            CountLongest(message, author, parts.WordsSeen, characters);
    }

    /// <summary>The statistics of what was counted.</summary>
    /// <param name="authors">The reader's names.</param>
    public ChatStatistics Build(AuthorTable authors)
    {
        ArgumentNullException.ThrowIfNull(authors);
        return new StatisticsReport(this, authors).Build();
    }

    private static bool IsText(MessageKind kind) => kind is MessageKind.Text or MessageKind.Poll;

    private MonthCounts CountTime(in MessageView message, AuthorCounts author, DateTime time)
    {
        author.Messages++;
        author.Hours[time.Hour]++;
        HourByWeekday[((int)time.DayOfWeek + 6) % 7 * 24 + time.Hour]++;
        var day = (int)(time.Ticks / TimeSpan.TicksPerDay);
        Days[day] = Days.GetValueOrDefault(day) + 1;
        Earliest = time < Earliest ? time : Earliest;
        Latest = time > Latest ? time : Latest;
        Times.Add(time, message.Author);
        var number = MonthCounts.Of(time);
        author.FirstMonth = Math.Min(author.FirstMonth, number);
        MonthAuthors.Add(number, message.Author);
        if (!Months.TryGetValue(number, out var month))
            Months.Add(number, month = new MonthCounts());
        month.Messages++;
        return month;
    }

    private void CountReactions(in MessageView message, MonthCounts month)
    {
        const int places = 10;
        TotalReactions += message.Reactions;
        month.Reactions += message.Reactions;
        var place = MostReacted.FindIndex(MoreThan(message.Reactions));
        place = place < 0 ? MostReacted.Count : place;
        if (place >= places)
            return;
        MostReacted.Insert(place, (message.Author, message.Timestamp, Shown(message.Text), message.Reactions));
        if (MostReacted.Count > places)
            MostReacted.RemoveAt(places);
    }

    private static Predicate<(int Author, DateTime Time, string Text, int Count)> MoreThan(int reactions) =>
        other => other.Count < reactions;

    private static void CountLongest(in MessageView message, AuthorCounts author, long words, long characters)
    {
        var longest = author.Longest;
        if (words < longest.WordCount || (words == longest.WordCount && characters <= longest.CharCount))
            return;
        author.Longest = new LongestMessage(words, characters, Moments.Text(message.Timestamp), Shown(message.Text));
    }

    private static string Shown(ReadOnlySpan<byte> text)
    {
        var (at, characters) = (0, 0);
        while (at < text.Length && characters < ShownCharacters)
        {
            Rune.DecodeFromUtf8(text[at..], out _, out var length);
            at += length;
            characters++;
        }
        return Encoding.UTF8.GetString(text[..at]) + (at < text.Length ? "..." : "");
    }

    private static bool HasQuestion(ReadOnlySpan<byte> text) =>
        text.Contains((byte)'?') || text.IndexOf("？"u8) >= 0 || text.IndexOf("؟"u8) >= 0;

    private static long CodePoints(ReadOnlySpan<byte> text)
    {
        var continued = 0;
        foreach (var value in text)
            continued += (value & 0xC0) == 0x80 ? 1 : 0;
        return text.Length - continued;
    }

    /// <summary>What the scan of one message finds.</summary>
    private ref struct Parts(StatisticsBuilder to, int author, DateTime time, bool counts) : ITextParts
    {
        public int Links { get; private set; }

        public int WordsSeen { get; private set; }

        public void Word(ReadOnlySpan<byte> word)
        {
            if (!counts)
                return;
            WordsSeen++;
            to.Words.Add(word, author);
        }

        public readonly void Emoji(ReadOnlySpan<byte> shown, ReadOnlySpan<byte> key)
        {
            var before = to.Emojis.Texts;
            var number = to.Emojis.Add(key, author);
            if (number >= before && shown.Length != key.Length && to.EmojiForms.Count < 10_000)
                to.EmojiForms.TryAdd(Encoding.UTF8.GetString(key), Encoding.UTF8.GetString(shown));
        }

        public void Link(ReadOnlySpan<byte> address)
        {
            Links++;
            if (to.Links.Count < to.options.Links)
            {
                var shown = address[..Math.Min(address.Length, LongestLink)];
                to.Links.Add((Encoding.UTF8.GetString(shown), author, time));
            }
            Span<byte> host = stackalloc byte[256];
            if (LinkHosts.Read(address, host) is > 0 and var length)
                to.Domains.Add(host[..length], 0);
        }
    }
}
