using System.Text.Json;
using System.Text.Json.Nodes;
using Heretix.Chats.Statistics;

namespace Heretix.Tests.Unit.Chats;

/// <summary>Statistics, among them the reference cases by their numbers.</summary>
public sealed class StatisticsTests
{
    private static readonly StatisticsOptions Ascii = new() { AsciiCompatible = true };

    [Fact]
    public void Case_34_a_conversation_begins_after_six_hours()
    {
        var counted = Counted.Messages(
            ("A", "2024-03-13 00:00:00", "x"),
            ("B", "2024-03-13 05:59:00", "x"),
            ("B", "2024-03-13 11:59:00", "x")
        );
        counted.Conversations.ShouldBe(2);
        counted.UserStats["A"].ConversationInitiations.ShouldBe(1);
        counted.UserStats["B"].ConversationInitiations.ShouldBe(1);
        counted.UserStats["B"].SilencesBroken.ShouldBe(1);
    }

    [Fact]
    public void Case_35_double_texting()
    {
        var counted = Counted.Messages(
            ("A", "2024-03-13 00:00:00", "x"),
            ("A", "2024-03-13 00:01:00", "x"),
            ("B", "2024-03-13 00:02:00", "x"),
            ("A", "2024-03-13 00:03:00", "x")
        );
        counted.UserStats["A"].DoubleTextingRate.ShouldBe(50.0);
        counted.UserStats["B"].DoubleTextingRate.ShouldBe(0.0);
    }

    [Theory]
    [InlineData("2024-03-13 10:00:00", 0)]
    [InlineData("2024-03-13 14:00:00", 0)]
    [InlineData("2024-03-13 13:59:59", 14399)]
    [InlineData("2024-03-13 10:00:01", 1)]
    public void Case_36_what_is_an_answer(string answered, double seconds)
    {
        var counted = Counted.Messages(("A", "2024-03-13 10:00:00", "x"), ("B", answered, "x"));
        counted.UserStats["B"].AvgResponseTimeSeconds.ShouldBe(seconds);
        counted.ResponseTimes.Count.ShouldBe(seconds > 0 ? 1 : 0);
    }

    [Theory]
    [InlineData("2024-03-14 23:00:00", 2, 2)]
    [InlineData("2024-03-14 21:00:00", 1, 2)]
    public void Case_37_days_are_periods_of_24_hours(string last, int days, int dates)
    {
        var counted = Counted.Messages(("A", "2024-03-13 22:00:00", "x"), ("A", last, "x"));
        counted.TotalDays.ShouldBe(days);
        counted.MessagesByDate.Count.ShouldBe(dates);
    }

    [Fact]
    public void Case_38_deleted_messages_and_media_have_no_words()
    {
        (string, string, string)[] messages =
        [
            ("A", "2024-03-13 22:00:00", "This message was deleted"),
            ("A", "2024-03-13 22:00:01", "<Media omitted>"),
            ("A", "2024-03-13 22:00:02", "<media omitted>"),
        ];
        var extended = Counted.Messages(messages);
        (extended.DeletedMessagesCount, extended.MediaSharedCount, extended.TotalWords).ShouldBe((1, 2, 0));
        var compatible = Counted.Of(Counted.Lines(messages), Ascii);
        (compatible.DeletedMessagesCount, compatible.MediaSharedCount, compatible.TotalWords).ShouldBe((1, 1, 0));
    }

    [Fact]
    public void Case_39_every_link_counts_and_the_first_thousand_are_listed()
    {
        var counted = Counted.Messages([
            .. Enumerable.Range(0, 1001).Select(n => ("A", "2024-03-13 22:00:00", $"https://www.Example.org/{n} x")),
        ]);
        (counted.LinksSharedCount, counted.Links.Count).ShouldBe((1001, 1000));
        counted.Links[7].Url.ShouldBe("https://www.Example.org/7");
        counted.TopDomains.ShouldHaveSingleItem().ShouldBe(new DomainCount("example.org", 1001));
    }

    [Fact]
    public void Case_40_the_longest_message_is_shown_in_part()
    {
        var longest = Counted
            .Messages(("A", "2024-03-13 22:00:00", string.Concat(Enumerable.Repeat("word ü ", 100))[..600]))
            .UserStats["A"]
            .LongestMessage;
        longest.CharCount.ShouldBe(600);
        longest.Message!.Length.ShouldBe(503);
        longest.Message.ShouldEndWith("...");
        longest.Timestamp.ShouldBe("2024-03-13T22:00:00");
    }

    [Fact]
    public void Case_41_skin_is_not_told_apart() =>
        Counted
            .Messages(("A", "2024-03-13 22:00:00", "👍🏽 and 👍🏿"))
            .TopEmojis.ShouldHaveSingleItem()
            .ShouldBe(new EmojiCount("👍", 2));

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Case_42_stop_words_and_short_words_are_left_out(bool ascii) =>
        Counted
            .Of(
                Counted.Lines(("A", "2024-03-13 22:00:00", "Hello the hai call world ok")),
                new StatisticsOptions { AsciiCompatible = ascii }
            )
            .TopWords.ShouldBe([new WordCount("hello", 1), new WordCount("world", 1)]);

    [Fact]
    public void Words_of_every_script_count_unless_ascii_is_asked_for()
    {
        var line = Counted.Lines(
            ("A", "2024-03-13 22:00:00", "Привет ПРИВЕТ दोस्ती café abc123 你好吗 カメラ 안녕 سلام‌علیکم plain")
        );
        Counted
            .Of(line)
            .TopWords.Select(word => word.Word)
            .ShouldBe(["привет", "दोस्ती", "café", "你好", "好吗", "カメラ", "안녕", "سلام‌علیکم", "plain"]);
        Counted.Of(line, Ascii).TopWords.ShouldBe([new WordCount("plain", 1)]);
    }

    [Fact]
    public void Stop_words_are_those_of_the_languages_that_are_written()
    {
        var counted = Counted.Messages(
            ("A", "2024-03-13 22:00:00", "ich habe nicht gedacht dass die Katze und der Hund das Haus mit mir teilen"),
            ("B", "2024-03-13 22:01:00", "aber wir haben doch auch noch den Garten")
        );
        counted.StopWordLanguages.ShouldContain("de");
        counted.StopWordLanguages.ShouldNotContain("es");
        counted.TopWords.Select(word => word.Word).ShouldBe(["gedacht", "katze", "hund", "haus", "teilen", "garten"]);
    }

    [Fact]
    public void Emoji_with_and_without_their_selector_are_one()
    {
        var counted = Counted.Messages(("A", "2024-03-13 22:00:00", "❤️ ❤ 🇩🇪🇫🇷 1️⃣ © 2️⃣ ©️ 5 → x"));
        counted.TopEmojis.ShouldBe([
            new("❤️", 2),
            new("🇩🇪", 1),
            new("🇫🇷", 1),
            new("1️⃣", 1),
            new("2️⃣", 1),
            new("©️", 1),
        ]);
    }

    [Fact]
    public void Messages_out_of_order_are_put_in_order_first()
    {
        var counted = Counted.Messages(
            ("A", "2024-03-13 10:00:00", "x"),
            ("B", "2024-03-13 10:10:00", "x"),
            ("A", "2024-03-13 10:05:00", "x")
        );
        counted.UserStats["B"].AvgResponseTimeSeconds.ShouldBe(300);
        counted.UserStats["A"].DoubleTextingRate.ShouldBe(100);
    }

    [Fact]
    public void Silences_streaks_and_growth()
    {
        var counted = Counted.Messages(
            ("A", "2024-03-13 10:00:00", "x"),
            ("B", "2024-03-14 10:00:00", "x"),
            ("B", "2024-03-15 10:00:00", "x"),
            ("C", "2024-05-20 10:00:00", "x")
        );
        counted
            .LongestSilences[0]
            .ShouldBe(new Silence("2024-03-15T10:00:00", "2024-05-20T10:00:00", 66 * 86_400, "C"));
        counted.Streaks.ShouldBe(new Streaks(4, 3, "2024-03-13", "2024-03-15", 1));
        counted
            .Timeline.Select(month => (month.Month, month.Messages, month.ActiveParticipants, month.NewParticipants))
            .ShouldBe([("2024-03", 3, 2, 2), ("2024-04", 0, 0, 0), ("2024-05", 1, 1, 1)]);
        counted.Timeline[1].Change.ShouldBe(-1);
        counted.Timeline[2].Change.ShouldBeNull();
        counted.HourByWeekday[2][10].ShouldBe(1, "13 March 2024 was a Wednesday");
        counted.BusiestHour.ShouldBe(10);
        counted.BusiestDay.ShouldBe("Monday", "one message on each of four weekdays");
    }

    [Theory]
    [InlineData(0.125, 0.12)]
    [InlineData(0.375, 0.38)]
    [InlineData(2.675, 2.67)]
    [InlineData(1.005, 1.0)]
    [InlineData(33.333333, 33.33)]
    [InlineData(-0.125, -0.12)]
    public void Two_decimals_are_those_of_python(double value, double rounded) =>
        PythonRound.Two(value).ShouldBe(rounded);

    [Fact]
    public void The_document_has_every_member_of_the_older_one()
    {
        var json = JsonNode.Parse(
            JsonSerializer.Serialize(
                Counted.Messages(("A", "2024-03-13 10:00:00", "hello?")),
                ChatStatisticsJson.Default.ChatStatistics
            )
        )!;
        string[] members =
        [
            "total_messages",
            "total_words",
            "date_range",
            "total_days",
            "messages_per_day_avg",
            "messages_by_date",
            "deleted_messages_count",
            "media_shared_count",
            "links_shared_count",
            "links",
            "busiest_hour",
            "busiest_day",
            "hourly_distribution",
            "daily_distribution",
            "top_words",
            "top_emojis",
            "user_stats",
        ];
        members.ShouldBeSubsetOf(json.AsObject().Select(member => member.Key));
        string[] ofUser =
        [
            "message_count",
            "word_count",
            "avg_words_per_message",
            "avg_message_length_chars",
            "deleted_messages",
            "media_shared",
            "links_shared",
            "conversation_initiations",
            "double_texting_rate",
            "questions_asked",
            "avg_response_time_seconds",
            "top_words",
            "top_emojis",
            "busiest_hour",
            "hourly_distribution",
            "longest_message",
        ];
        ofUser.ShouldBeSubsetOf(json["user_stats"]!["A"]!.AsObject().Select(member => member.Key));
        json["user_stats"]!["A"]!["questions_asked"]!.GetValue<int>().ShouldBe(1);
    }

    [Fact]
    public void Ever_new_words_do_not_fill_the_memory_and_frequent_ones_stay()
    {
        var counts = new WordCounts(mostTexts: 1000);
        Span<byte> text = stackalloc byte[16];
        for (var n = 0; n < 50_000; n++)
        {
            n.TryFormat(text, out var length, default, System.Globalization.CultureInfo.InvariantCulture);
            counts.Add(text[..length], 0);
            if (n % 10 == 0)
                counts.Add("frequent"u8, 0);
        }
        counts.Approximate.ShouldBeTrue();
        counts.Texts.ShouldBeLessThanOrEqualTo(1000);
        var ranking = new Ranking(counts, 1, 3, _ => false);
        ranking.Overall().First().ShouldBe(("frequent", 5000));
        ranking.Uses[0].ShouldBe(55_000);
    }
}
