using System.Globalization;
using Heretix.Chats;
using Heretix.Chats.Statistics;
using Heretix.Research.Report;

namespace Heretix.Cli.Output;

/// <summary>Statistics of a chat as one self-contained page.</summary>
internal sealed class ChatPage(ChatStatistics chat, ChatFormat format, UnreadLines unread, DateTimeOffset writtenAt)
{
    private const int People = 50;

    public void Write(TextWriter output) =>
        HtmlPage.Write(output, Title, $"Written by Heretix on {Figures.Utc(writtenAt)}.", Body);

    private string Title => format.Title ?? chat.Title;

    private void Body(MarkupWriter html)
    {
        html.Element("p", "A chat in figures", ("class", "eyebrow"));
        html.Element("h1", Title, ("dir", "auto"));
        html.Element(
            "p",
            $"{chat.DateRange.Start} to {chat.DateRange.End}; {ChatText.Read(format)}.",
            ("class", "byline")
        );
        using (html.Open("ul", ("class", "figures")))
        {
            html.Element("li", $"Messages: {Figures.Thousands(chat.TotalMessages)}");
            html.Element("li", $"Words: {Figures.Thousands(chat.TotalWords)}");
            html.Element(
                "li",
                $"Days: {Figures.Thousands(chat.TotalDays)}, {Figures.Fixed(chat.MessagesPerDayAvg, 2)} messages a day"
            );
            html.Element("li", $"Longest streak: {Say.Count(chat.Streaks.LongestDays, "day")}");
            html.Element(
                "li",
                $"Media: {Figures.Thousands(chat.MediaSharedCount)}, links: {Figures.Thousands(chat.LinksSharedCount)}"
            );
            html.Element("li", $"Conversations: {Figures.Thousands(chat.Conversations)}");
            html.Element("li", $"Median answer: {ChatText.Duration(chat.ResponseTimes.MedianSeconds)}");
            html.Element("li", $"Lines not understood: {Figures.Thousands(unread.Count)}");
        }
        Charts(html);
        Tables(html);
        if (unread.Count > 0)
            Unread(html);
    }

    private void Charts(MarkupWriter html)
    {
        using (HtmlPage.Figure(html, "Messages by month"))
            BarChart.Write(
                html,
                "Messages by month",
                [.. chat.Timeline.Select(month => (month.Month, month.Messages))]
            );
        using (HtmlPage.Figure(html, "Messages by hour of the day"))
            BarChart.Write(
                html,
                "Messages by hour",
                [
                    .. chat.HourlyDistribution.Select(
                        (count, hour) => (hour.ToString("00", CultureInfo.InvariantCulture), count)
                    ),
                ]
            );
        using (HtmlPage.Figure(html, "The week", "Each square is an hour; the darker, the more messages."))
            WeekMap.Write(html, [.. chat.DailyDistribution.Keys], chat.HourByWeekday);
        using (
            HtmlPage.Figure(
                html,
                "How long answers take",
                "From one message to the next by somebody else, under 4 hours."
            )
        )
            BarChart.Write(
                html,
                "Answers by time",
                [
                    .. chat.ResponseTimes.Histogram.Select(part =>
                        ("< " + ChatText.Duration(part.UnderSeconds), part.Count)
                    ),
                ]
            );
    }

    private void Tables(MarkupWriter html)
    {
        using (HtmlPage.Figure(html, "People"))
            HtmlTable.Write(
                html,
                "People",
                [
                    "Who",
                    "#Messages",
                    "#Share",
                    "#Words",
                    "#Words a message",
                    "#Begins",
                    "#Median answer",
                    "#Double texts",
                    "#Questions",
                    "#Media",
                ],
                chat.UserStats.OrderByDescending(pair => pair.Value.MessageCount)
                    .Take(People)
                    .Select(pair => Person(pair.Key, pair.Value))
            );
        Ranking(html, "Words", "Word", chat.TopWords.Select(word => (word.Word, word.Count)));
        Ranking(html, "Emoji", "Emoji", chat.TopEmojis.Select(emoji => (emoji.Emoji, emoji.Count)));
        Ranking(html, "Sites", "Site", chat.TopDomains.Select(domain => (domain.Domain, domain.Count)));
        using (HtmlPage.Figure(html, "Longest silences"))
            HtmlTable.Write(
                html,
                "Longest silences",
                ["From", "To", "#Length", "Ended by"],
                chat.LongestSilences.Select(silence =>
                    new[] { silence.Start, silence.End, ChatText.Duration(silence.Seconds), silence.BrokenBy }
                )
            );
        if (chat.Reactions.Total > 0)
            using (HtmlPage.Figure(html, "Most reactions"))
                HtmlTable.Write(
                    html,
                    "Most reactions",
                    ["Who", "When", "What", "#Reactions"],
                    chat.Reactions.Most.Select(message =>
                        new[] { message.User, message.Timestamp, message.Message, Figures.Whole(message.Count) }
                    )
                );
    }

    private static string[] Person(string name, UserStatistics user) =>
        [
            name,
            Figures.Thousands(user.MessageCount),
            Figures.Fixed(user.SharePercent, 1) + "%",
            Figures.Thousands(user.WordCount),
            Figures.Fixed(user.AvgWordsPerMessage, 2),
            Figures.Thousands(user.ConversationInitiations),
            ChatText.Duration(user.ResponseTimes.MedianSeconds),
            Figures.Fixed(user.DoubleTextingRate, 1) + "%",
            Figures.Thousands(user.QuestionsAsked),
            Figures.Thousands(user.MediaShared),
        ];

    private static void Ranking(
        MarkupWriter html,
        string heading,
        string head,
        IEnumerable<(string Text, long Count)> items
    )
    {
        string[][] rows = [.. items.Take(20).Select(item => new[] { item.Text, Figures.Thousands(item.Count) })];
        if (rows.Length == 0)
            return;
        using (HtmlPage.Figure(html, heading))
            HtmlTable.Write(html, heading, [head, "#Times"], rows);
    }

    private void Unread(MarkupWriter html)
    {
        using (HtmlPage.Figure(html, "Lines that were not understood", "The first ones."))
            HtmlTable.Write(
                html,
                "Lines that were not understood",
                ["Line", "Why", "Text"],
                unread.First.Select(line => new[] { Figures.Whole(line.Line), line.Reason.ToString(), line.Text })
            );
    }
}
