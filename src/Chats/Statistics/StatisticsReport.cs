using Heretix.Chats.Text;

namespace Heretix.Chats.Statistics;

/// <summary>Makes the statistics out of the counts.</summary>
internal sealed class StatisticsReport
{
    private static readonly string[] Weekdays =
    [
        "Monday",
        "Tuesday",
        "Wednesday",
        "Thursday",
        "Friday",
        "Saturday",
        "Sunday",
    ];

    private readonly StatisticsBuilder counts;
    private readonly AuthorTable names;
    private readonly ConversationPace pace = new();
    private readonly long total;

    public StatisticsReport(StatisticsBuilder counts, AuthorTable names)
    {
        this.counts = counts;
        this.names = names;
        total = counts.Times.Count;
        // A table of names may be longer, when its last messages were not counted.
        pace.Read(counts);
    }

    public ChatStatistics Build()
    {
        var participants = Enumerable.Range(0, counts.Authors.Count).Select(author => names[author]).ToList();
        var hours = Enumerable.Range(0, 24).Select(hour => counts.Authors.Sum(author => author.Hours[hour])).ToList();
        var weekdays = Enumerable
            .Range(0, 7)
            .Select(day => counts.HourByWeekday.AsSpan(day * 24, 24).ToArray())
            .ToList();
        var languages = StopWordLanguages();
        var words = new Ranking(counts.Words, participants.Count, counts.Options.TopWords, IsStopWord);
        var emojis = new Ranking(counts.Emojis, participants.Count, counts.Options.TopEmojis, _ => false);
        var days = total == 0 ? 0 : (counts.Latest - counts.Earliest).Days + 1L;
        var daily = weekdays.Select(day => day.Sum()).ToList();
        return new ChatStatistics
        {
            Title = ChatTitle.Of(participants),
            IsGroupChat = participants.Count > 2,
            Participants = participants,
            TotalMessages = total,
            TotalWords = words.Uses.Sum(),
            DateRange =
                total == 0
                    ? new DateRange(null, null)
                    : new DateRange(Moments.Text(counts.Earliest), Moments.Text(counts.Latest)),
            TotalDays = days,
            MessagesPerDayAvg = days == 0 ? 0 : PythonRound.Two((double)total / days),
            MessagesByDate = counts
                .Days.OrderBy(day => day.Key)
                .ToDictionary(day => Moments.OfDay(day.Key), day => day.Value),
            DeletedMessagesCount = counts.Authors.Sum(author => author.Deleted),
            MediaSharedCount = counts.Authors.Sum(author => author.Media),
            LinksSharedCount = counts.TotalLinks,
            Links =
            [
                .. counts.Links.Select(link => new SharedLink(link.Url, names[link.Author], Moments.Text(link.Time))),
            ],
            BusiestHour = Busiest(hours),
            BusiestDay = Busiest(daily) is { } busiest ? Weekdays[busiest] : null,
            HourlyDistribution = hours,
            DailyDistribution = Enumerable.Range(0, 7).ToDictionary(day => Weekdays[day], day => daily[day]),
            TopWords = [.. words.Overall().Select(word => new WordCount(word.Text, word.Count))],
            TopEmojis = [.. emojis.Overall().Select(Shown)],
            UserStats = UserStats(participants, words, emojis),
            Kinds = Names<MessageKind>(counts.Kinds),
            Media = Names<MediaKind>(counts.Media),
            EditedMessagesCount = counts.Edited,
            HourByWeekday = weekdays,
            Timeline = Timeline(),
            LongestSilences =
            [
                .. pace.Longest.Select(silence => new Silence(
                    Moments.OfSecond(silence.End - silence.Seconds),
                    Moments.OfSecond(silence.End),
                    silence.Seconds,
                    names[silence.Author]
                )),
            ],
            Streaks = DayStreaks.Of(counts.Days.Keys),
            ResponseTimes = pace.Responses.ToTimes(),
            Conversations = pace.Conversations,
            TopDomains =
            [
                .. new Ranking(counts.Domains, 1, 50, _ => false)
                    .Overall()
                    .Select(domain => new DomainCount(domain.Text, domain.Count)),
            ],
            Reactions = new Reactions(
                counts.TotalReactions,
                [
                    .. counts.MostReacted.Select(message => new ReactedMessage(
                        names[message.Author],
                        Moments.Text(message.Time),
                        message.Text,
                        message.Count
                    )),
                ]
            ),
            StopWordLanguages = StopWords.Names(languages),
            ApproximateWords = counts.Words.Approximate,
            Mode = counts.Options.AsciiCompatible ? "ascii" : "extended",
        };

        bool IsStopWord(int word) => (StopWords.All.LanguagesOf(counts.Words[word]) & languages) != 0;
    }

    private Dictionary<string, UserStatistics> UserStats(List<string> participants, Ranking words, Ranking emojis)
    {
        var all = new Dictionary<string, UserStatistics>(participants.Count);
        for (var number = 0; number < participants.Count; number++)
        {
            var author = counts.Authors[number];
            var responses = author.Responses.ToTimes();
            all[participants[number]] = new UserStatistics
            {
                MessageCount = author.Messages,
                WordCount = words.Uses[number],
                AvgWordsPerMessage = Ratio(words.Uses[number], author.Messages),
                AvgMessageLengthChars = Ratio(author.Characters, author.Texts),
                DeletedMessages = author.Deleted,
                MediaShared = author.Media,
                LinksShared = author.Links,
                ConversationInitiations = author.Initiations,
                DoubleTextingRate = Ratio(100 * author.LongRuns, author.Runs),
                QuestionsAsked = author.Questions,
                AvgResponseTimeSeconds = responses.MeanSeconds,
                ResponseTimes = responses,
                TopWords = [.. words.Of(number).Select(word => new WordCount(word.Text, word.Count))],
                TopEmojis = [.. emojis.Of(number).Select(Shown)],
                BusiestHour = Busiest(author.Hours),
                HourlyDistribution = author.Hours,
                LongestMessage = author.Longest,
                SilencesBroken = author.SilencesBroken,
                SharePercent = Ratio(100 * author.Messages, total),
            };
        }
        return all;
    }

    private List<MonthStatistics> Timeline()
    {
        var months = new List<MonthStatistics>();
        if (counts.Months.Count == 0)
            return months;
        var active = Enumerable
            .Range(0, counts.MonthAuthors.Count)
            .Select(index => counts.MonthAuthors[index].First)
            .CountBy(month => month)
            .ToDictionary();
        var newcomers = counts.Authors.CountBy(author => author.FirstMonth).ToDictionary();
        var (sum, before) = (0L, 0L);
        for (var month = counts.Months.Keys.First(); month <= counts.Months.Keys.Last(); month++)
        {
            var of = counts.Months.GetValueOrDefault(month) ?? new MonthCounts();
            sum += of.Messages;
            months.Add(
                new MonthStatistics(
                    MonthCounts.Name(month),
                    of.Messages,
                    before == 0 ? null : PythonRound.Two((double)of.Messages / before - 1),
                    sum,
                    active.GetValueOrDefault(month),
                    newcomers.GetValueOrDefault(month),
                    of.Characters,
                    of.Media,
                    of.Links,
                    of.Reactions,
                    of.Responses.Count == 0 ? null : of.Responses.Quantile(0.5)
                )
            );
            before = of.Messages;
        }
        return months;
    }

    private uint StopWordLanguages()
    {
        if (counts.Options.AsciiCompatible)
            return StopWords.All.Always;
        var found = new long[StopWords.Count];
        var totals = counts.Words.Totals();
        var sum = 0L;
        for (var word = 0; word < totals.Length; word++)
        {
            sum += totals[word];
            var languages = StopWords.All.LanguagesOf(counts.Words[word]);
            for (var list = 0; languages != 0 && list < found.Length; list++)
                found[list] += (languages & (1u << list)) != 0 ? totals[word] : 0;
        }
        return StopWords.All.Decide(found, sum);
    }

    private EmojiCount Shown((string Text, long Count) emoji) =>
        new(counts.EmojiForms.GetValueOrDefault(emoji.Text) ?? emoji.Text, emoji.Count);

    private static int? Busiest(IReadOnlyList<long> values)
    {
        var best = 0;
        for (var i = 1; i < values.Count; i++)
            best = values[i] > values[best] ? i : best;
        return values[best] == 0 ? null : best;
    }

    private static double Ratio(long part, long whole) => whole == 0 ? 0 : PythonRound.Two((double)part / whole);

    private static Dictionary<string, long> Names<TKind>(long[] numbers)
        where TKind : struct, Enum =>
        Enum.GetValues<TKind>()
            .Where(kind => numbers[Convert.ToInt32(kind, System.Globalization.CultureInfo.InvariantCulture)] > 0)
            .ToDictionary(
                kind => KindNames.Of(kind),
                kind => numbers[Convert.ToInt32(kind, System.Globalization.CultureInfo.InvariantCulture)]
            );
}
