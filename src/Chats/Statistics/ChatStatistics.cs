using System.Text.Json.Serialization;

namespace Heretix.Chats.Statistics;

/// <summary>What a chat says in figures. Notices of the app count nowhere. Times are wall-clock times without a zone.</summary>
public sealed record ChatStatistics
{
    /// <summary>"A, B" for two people, else "Group chat (N participants)".</summary>
    public required string Title { get; init; }

    /// <summary>More than two people wrote.</summary>
    public required bool IsGroupChat { get; init; }

    /// <summary>Everybody who wrote, in the order of their first message.</summary>
    public required IReadOnlyList<string> Participants { get; init; }

    /// <summary>Messages of people.</summary>
    public required long TotalMessages { get; init; }

    /// <summary>Words that are no stop words.</summary>
    public required long TotalWords { get; init; }

    /// <summary>First and last message.</summary>
    public required DateRange DateRange { get; init; }

    /// <summary>Whole periods of 24 hours from the first to the last message, plus one; 0 without messages.</summary>
    public required long TotalDays { get; init; }

    /// <summary>Messages by total days, two decimals.</summary>
    public required double MessagesPerDayAvg { get; init; }

    /// <summary>Messages of each day that has some, by <c>yyyy-MM-dd</c>.</summary>
    public required IReadOnlyDictionary<string, long> MessagesByDate { get; init; }

    /// <summary>Messages that were taken back.</summary>
    public required long DeletedMessagesCount { get; init; }

    /// <summary>Media, attached or left out.</summary>
    public required long MediaSharedCount { get; init; }

    /// <summary>Links, all of them.</summary>
    public required long LinksSharedCount { get; init; }

    /// <summary>The first links.</summary>
    public required IReadOnlyList<SharedLink> Links { get; init; }

    /// <summary>Hour with most messages, the earliest on a tie; null without messages.</summary>
    public required int? BusiestHour { get; init; }

    /// <summary>Weekday with most messages, the first from Monday on a tie; null without messages.</summary>
    public required string? BusiestDay { get; init; }

    /// <summary>Messages by hour, 24 numbers.</summary>
    public required IReadOnlyList<long> HourlyDistribution { get; init; }

    /// <summary>Messages by weekday, Monday first.</summary>
    public required IReadOnlyDictionary<string, long> DailyDistribution { get; init; }

    /// <summary>Most used words; ties by first appearance.</summary>
    public required IReadOnlyList<WordCount> TopWords { get; init; }

    /// <summary>Most used emoji, whatever their colour of skin.</summary>
    public required IReadOnlyList<EmojiCount> TopEmojis { get; init; }

    /// <summary>The same for each participant.</summary>
    public required IReadOnlyDictionary<string, UserStatistics> UserStats { get; init; }

    /// <summary>Messages by kind; notices are here too, as <c>system</c>.</summary>
    public required IReadOnlyDictionary<string, long> Kinds { get; init; }

    /// <summary>Media by kind.</summary>
    public required IReadOnlyDictionary<string, long> Media { get; init; }

    /// <summary>Messages that were changed.</summary>
    public required long EditedMessagesCount { get; init; }

    /// <summary>Messages by weekday (Monday first) and hour: 7 rows of 24.</summary>
    public required IReadOnlyList<IReadOnlyList<long>> HourByWeekday { get; init; }

    /// <summary>Month by month from the first to the last, months without messages too.</summary>
    public required IReadOnlyList<MonthStatistics> Timeline { get; init; }

    /// <summary>The longest times without a message, longest first.</summary>
    public required IReadOnlyList<Silence> LongestSilences { get; init; }

    /// <summary>Days in a row with messages.</summary>
    public required Streaks Streaks { get; init; }

    /// <summary>How long answers take, over everybody.</summary>
    public required ResponseTimes ResponseTimes { get; init; }

    /// <summary>Beginnings of a conversation: the first message, and each one after 6 hours of silence or more.</summary>
    public required long Conversations { get; init; }

    /// <summary>Sites that links lead to, without <c>www.</c>.</summary>
    public required IReadOnlyList<DomainCount> TopDomains { get; init; }

    /// <summary>Reactions, where the export has them.</summary>
    public required Reactions Reactions { get; init; }

    /// <summary>Languages whose stop words were left out.</summary>
    public required IReadOnlyList<string> StopWordLanguages { get; init; }

    /// <summary>There were so many different words that rare ones were put aside.</summary>
    public required bool ApproximateWords { get; init; }

    /// <summary><c>extended</c>, or <c>ascii</c> for what older statistics count.</summary>
    public required string Mode { get; init; }
}

/// <summary>From the first to the last message, as <c>yyyy-MM-ddTHH:mm:ss</c>; null without messages.</summary>
public sealed record DateRange(string? Start, string? End);

/// <summary>A link.</summary>
public sealed record SharedLink(string Url, string User, string Timestamp);

/// <summary>A word with how often it was used.</summary>
public sealed record WordCount(string Word, long Count);

/// <summary>An emoji with how often it was used.</summary>
public sealed record EmojiCount(string Emoji, long Count);

/// <summary>A site with how many links lead there.</summary>
public sealed record DomainCount(string Domain, long Count);

/// <summary>A time without messages.</summary>
/// <param name="Start">The last message before it.</param>
/// <param name="End">The message that ended it.</param>
/// <param name="Seconds">How long it was.</param>
/// <param name="BrokenBy">Who ended it.</param>
public sealed record Silence(string Start, string End, long Seconds, string BrokenBy);

/// <summary>Days in a row with messages.</summary>
/// <param name="ActiveDays">Days with messages.</param>
/// <param name="LongestDays">Length of the longest row.</param>
/// <param name="LongestStart">Its first day; null without messages.</param>
/// <param name="LongestEnd">Its last day.</param>
/// <param name="LastDays">Length of the row that ends with the chat.</param>
public sealed record Streaks(
    long ActiveDays,
    long LongestDays,
    string? LongestStart,
    string? LongestEnd,
    long LastDays
);

/// <summary>How long answers take: pairs of one message and the next by somebody else, over 0 and under 4 hours apart.</summary>
/// <param name="Count">How many there are.</param>
/// <param name="MeanSeconds">Their mean, two decimals; 0 without any.</param>
/// <param name="MedianSeconds">Half are quicker (linear between neighbours).</param>
/// <param name="P90Seconds">Nine in ten are quicker.</param>
/// <param name="Histogram">How many fall into each class.</param>
public sealed record ResponseTimes(
    long Count,
    double MeanSeconds,
    double MedianSeconds,
    double P90Seconds,
    IReadOnlyList<ResponseClass> Histogram
);

/// <summary>Answers that took less than so many seconds, and not less than the class before.</summary>
public sealed record ResponseClass(int UnderSeconds, long Count);

/// <summary>One month.</summary>
/// <param name="Month"><c>yyyy-MM</c>.</param>
/// <param name="Messages">Messages.</param>
/// <param name="Change">Messages by those of the month before, minus one; null when that had none.</param>
/// <param name="CumulativeMessages">Messages up to its end.</param>
/// <param name="ActiveParticipants">People who wrote.</param>
/// <param name="NewParticipants">People who wrote for the first time.</param>
/// <param name="Characters">Characters of texts.</param>
/// <param name="Media">Media.</param>
/// <param name="Links">Links.</param>
/// <param name="Reactions">Reactions to its messages.</param>
/// <param name="MedianResponseSeconds">Median of the response times; null without any.</param>
public sealed record MonthStatistics(
    string Month,
    long Messages,
    double? Change,
    long CumulativeMessages,
    int ActiveParticipants,
    int NewParticipants,
    long Characters,
    long Media,
    long Links,
    long Reactions,
    double? MedianResponseSeconds
);

/// <summary>Reactions to messages; WhatsApp does not export them.</summary>
public sealed record Reactions(long Total, IReadOnlyList<ReactedMessage> Most);

/// <summary>A message with its reactions.</summary>
public sealed record ReactedMessage(string User, string Timestamp, string Message, int Count);

/// <summary>What one participant did.</summary>
public sealed record UserStatistics
{
    /// <summary>Messages.</summary>
    public required long MessageCount { get; init; }

    /// <summary>Words that are no stop words.</summary>
    public required long WordCount { get; init; }

    /// <summary>Words by messages, two decimals.</summary>
    public required double AvgWordsPerMessage { get; init; }

    /// <summary>Characters (code points) by message, over those that are neither deleted nor media.</summary>
    public required double AvgMessageLengthChars { get; init; }

    /// <summary>Messages taken back.</summary>
    public required long DeletedMessages { get; init; }

    /// <summary>Media.</summary>
    public required long MediaShared { get; init; }

    /// <summary>Links.</summary>
    public required long LinksShared { get; init; }

    /// <summary>Conversations begun.</summary>
    public required long ConversationInitiations { get; init; }

    /// <summary>Share of the runs of messages in a row that are longer than one, in percent.</summary>
    public required double DoubleTextingRate { get; init; }

    /// <summary>Messages with a question mark.</summary>
    public required long QuestionsAsked { get; init; }

    /// <summary>Mean of the response times in seconds; 0 without any.</summary>
    public required double AvgResponseTimeSeconds { get; init; }

    /// <summary>How long this person's answers take.</summary>
    public required ResponseTimes ResponseTimes { get; init; }

    /// <summary>Most used words.</summary>
    public required IReadOnlyList<WordCount> TopWords { get; init; }

    /// <summary>Most used emoji.</summary>
    public required IReadOnlyList<EmojiCount> TopEmojis { get; init; }

    /// <summary>Hour with most messages.</summary>
    public required int? BusiestHour { get; init; }

    /// <summary>Messages by hour, 24 numbers.</summary>
    public required IReadOnlyList<long> HourlyDistribution { get; init; }

    /// <summary>The message with most words, and of those the one with most characters.</summary>
    public required LongestMessage LongestMessage { get; init; }

    /// <summary>Silences of 6 hours or more that this person ended.</summary>
    public required long SilencesBroken { get; init; }

    /// <summary>Share of all messages, in percent.</summary>
    public required double SharePercent { get; init; }
}

/// <summary>A longest message.</summary>
/// <param name="WordCount">Its words, stop words among them.</param>
/// <param name="CharCount">Its characters.</param>
/// <param name="Timestamp">When it was written; null when there is none.</param>
/// <param name="Message">Its first 500 characters, and "..." when it is longer.</param>
public sealed record LongestMessage(long WordCount, long CharCount, string? Timestamp, string? Message);

/// <summary>Source-generated JSON of the statistics, in snake_case.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    GenerationMode = JsonSourceGenerationMode.Metadata
)]
[JsonSerializable(typeof(ChatStatistics))]
public sealed partial class ChatStatisticsJson : JsonSerializerContext;
