using System.Globalization;
using Heretix.Chats;
using Heretix.Chats.Statistics;

namespace Heretix.Cli.Output;

/// <summary>Statistics of a chat for people at a terminal.</summary>
internal static class ChatText
{
    private const int Most = 15;

    public static void Write(ChatStatistics chat, ChatFormat format, UnreadLines unread, TextWriter output)
    {
        output.WriteLine(format.Title ?? chat.Title);
        output.WriteLine(
            string.Create(
                CultureInfo.InvariantCulture,
                $"{chat.TotalMessages:#,0} messages and {chat.TotalWords:#,0} words in {chat.TotalDays:#,0} days, {chat.DateRange.Start} to {chat.DateRange.End}"
            )
        );
        output.WriteLine(Read(format));
        if (unread.Count > 0)
            output.WriteLine(
                $"{Say.Count(unread.Count, "line")} not understood; `hx chat parse FILE > /dev/null` shows the first ones"
            );
        output.WriteLine();
        var people = new TextTable(
            "who",
            "#messages",
            "#share",
            "#words",
            "#begins",
            "#median answer",
            "#double texts"
        );
        foreach (var (name, user) in chat.UserStats.OrderByDescending(pair => pair.Value.MessageCount).Take(Most))
        {
            people.Add(
                TextTable.Short(name, 30),
                Say.Text($"{user.MessageCount:#,0}"),
                Say.Text($"{user.SharePercent:0.0} %"),
                Say.Text($"{user.WordCount:#,0}"),
                Say.Text($"{user.ConversationInitiations:#,0}"),
                Duration(user.ResponseTimes.MedianSeconds),
                Say.Text($"{user.DoubleTextingRate:0.0} %")
            );
        }
        people.Write(output);
        if (chat.UserStats.Count > Most)
            output.WriteLine($"... and {chat.UserStats.Count - Most} more");
        output.WriteLine();
        output.WriteLine(
            $"busiest hour {chat.BusiestHour?.ToString(CultureInfo.InvariantCulture) ?? "-"}, busiest day {chat.BusiestDay ?? "-"}; longest streak {Say.Count(chat.Streaks.LongestDays, "day")}; media {chat.MediaSharedCount}, links {chat.LinksSharedCount}, deleted {chat.DeletedMessagesCount}"
        );
        Line(output, "words", chat.TopWords.Select(word => $"{word.Word} {word.Count}"));
        Line(output, "emoji", chat.TopEmojis.Select(emoji => $"{emoji.Emoji} {emoji.Count}"));
        Line(output, "sites", chat.TopDomains.Select(domain => $"{domain.Domain} {domain.Count}"));
    }

    /// <summary>How the file was read, in one sentence.</summary>
    public static string Read(ChatFormat format)
    {
        var order = format.DateOrder is { } decision
            ? Say.Text(
                $", dates {decision.Order.ToString().ToLowerInvariant()} ({Reason(decision.Reason)}, confidence {decision.Confidence:0.00})"
            )
            : "";
        var language = format.Language is null ? "" : $", language {format.Language}";
        return $"read as {format.Platform} {format.Pattern}{order}, {format.Encoding}{language}".Replace(
            " ,",
            ",",
            StringComparison.Ordinal
        );
    }

    public static string Duration(double seconds) =>
        seconds switch
        {
            0 => "-",
            < 90 => Say.Text($"{seconds:0} s"),
            < 5400 => Say.Text($"{seconds / 60:0} min"),
            < 172_800 => Say.Text($"{seconds / 3600:0.0} h"),
            _ => Say.Text($"{seconds / 86_400:0.0} d"),
        };

    private static string Reason(DateOrderReason reason) =>
        reason switch
        {
            DateOrderReason.Given => "as told",
            DateOrderReason.OnlyPossible => "the only one possible",
            DateOrderReason.Chronology => "time runs forward",
            DateOrderReason.ShortestSpan => "the day changes most",
            DateOrderReason.PlausibleYears => "plausible years",
            _ => "nothing tells; day first",
        };

    private static void Line(TextWriter output, string what, IEnumerable<string> items)
    {
        var line = string.Join("  ", items.Take(Most));
        if (line.Length > 0)
            output.WriteLine($"{what}: {line}");
    }
}
