using Heretix.Chats;

namespace Heretix.Tests.Unit.Chats;

/// <summary>What the result says about how the file was understood.</summary>
public sealed class DecisionTests
{
    [Fact]
    public void A_day_above_twelve_makes_the_decision_certain()
    {
        var order = Chat.Parse("12/03/2024, 10:15 - A: x\n13/03/2024, 10:15 - A: y").Format.DateOrder!;
        order.ShouldSatisfyAllConditions(
            decision => decision.Order.ShouldBe(DateOrder.Dmy),
            decision => decision.Reason.ShouldBe(DateOrderReason.OnlyPossible),
            decision => decision.Confidence.ShouldBe(1)
        );
    }

    [Fact]
    public void Time_that_runs_forward_decides_between_day_and_month()
    {
        var order = Chat.Parse(
            "11/3/2024, 1:00 - A: x\n12/3/2024, 1:00 - A: x\n1/4/2024, 1:00 - A: x\n2/4/2024, 1:00 - A: x"
        ).Format.DateOrder!;
        (order.Order, order.Reason).ShouldBe((DateOrder.Dmy, DateOrderReason.Chronology));
        order.Evidence.Single(count => count.Order == DateOrder.Mdy).Backwards.ShouldBe(1);
        order.Confidence.ShouldBeInRange(0.7, 0.99);
    }

    [Fact]
    public void Two_digits_for_the_year_do_not_make_a_certain_decision_unsure()
    {
        var order = Chat.Parse("3/5/24, 1:00 - A: x\n3/20/24, 1:00 - A: x").Format.DateOrder!;
        (order.Order, order.Reason, order.Confidence).ShouldBe((DateOrder.Mdy, DateOrderReason.OnlyPossible, 1));
    }

    [Fact]
    public void A_year_before_whatsapp_is_no_year() =>
        Chat.Parse("24/03/05, 1:00 - A: x").Format.DateOrder!.Order.ShouldBe(DateOrder.Ymd);

    [Fact]
    public void The_part_that_changes_most_is_the_day()
    {
        var order = Chat.Parse("3/5/24, 1:00 - A: x\n3/6/24, 1:00 - A: x\n3/7/24, 1:00 - A: x").Format.DateOrder!;
        (order.Order, order.Reason).ShouldBe((DateOrder.Mdy, DateOrderReason.ShortestSpan));
    }

    [Fact]
    public void Without_any_evidence_the_day_comes_first_and_the_confidence_is_one_half()
    {
        var order = Chat.Parse("3/5/24, 1:00 - A: x").Format.DateOrder!;
        (order.Order, order.Reason, order.Confidence).ShouldBe((DateOrder.Dmy, DateOrderReason.DayFirst, 0.5));
    }

    [Fact]
    public void The_caller_may_decide()
    {
        var chat = Chat.Parse("3/5/24, 1:00 - A: x", new ChatOptions { DateOrder = DateOrder.Mdy });
        chat.Messages[0].Time.ShouldBe(new DateTime(2024, 3, 5, 1, 0, 0));
        chat.Format.DateOrder!.Reason.ShouldBe(DateOrderReason.Given);
    }

    [Theory]
    [InlineData("[12/03/24, 10:15:30 PM] A: x", "[d/m/y, I:M:S p]")]
    [InlineData("12.03.24 10:15 - A: x", "d.m.y H:M -")]
    [InlineData("[21:41:35, 3/27/22] D: x", "[H:M:S, m/d/y]")]
    [InlineData("30/08/16, 17:03:58: B: x", "d/m/y, H:M:S:")]
    public void The_pattern_is_named(string line, string pattern) => Chat.Parse(line).Format.Pattern.ShouldBe(pattern);

    [Theory]
    [InlineData("12/03/24, 10:15 - A: <Medien ausgeschlossen>", "de")]
    [InlineData("12/03/24, 10:15 - A: <Multimedia omitido>", "es")]
    [InlineData("12/03/24, 10:15 م - A: x", "ar")]
    [InlineData("12/03/24, 10:15 - A: x", null)]
    public void The_language_is_guessed_from_what_the_app_writes(string line, string? language) =>
        Chat.Parse(line).Format.Language.ShouldBe(language);

    [Fact]
    public void Lines_that_are_not_understood_are_counted_and_shown()
    {
        var chat = Chat.Parse(
            """
            Chat with Bob
            12/03/2024, 10:15 - A: one
            [12/03/24, 10:16:00] B: pasted from elsewhere
            45/03/2024, 10:16 - A: no such day
            13/03/2024, 10:17 - A: two
            """
        );
        chat.Unread.First.Select(line => (line.Line, line.Reason))
            .ShouldBe([
                (1L, UnreadReason.BeforeTheFirstMessage),
                (3L, UnreadReason.OtherForm),
                (4L, UnreadReason.ImpossibleDate),
            ]);
        chat.Unread.Count.ShouldBe(3);
        chat.Messages[0]
            .Text.ShouldBe("one\n[12/03/24, 10:16:00] B: pasted from elsewhere\n45/03/2024, 10:16 - A: no such day");
    }

    [Fact]
    public void A_group_speaks_in_its_title_on_iphones()
    {
        var chat = Chat.Parse(
            "[12/03/24, 10:15:00] Trip: \u200EMessages and calls are end-to-end encrypted.\n"
                + "[12/03/24, 10:15:01] Trip: \u200EAnn created this group\n[12/03/24, 10:16:00] Ann: hi\n"
                + "[12/03/24, 10:17:00] Bob: \u200Eimage omitted\n"
        );
        chat.Authors.ShouldBe(["Ann", "Bob"]);
        chat.Format.Title.ShouldBe("Trip");
        chat.Messages.Count(message => message.Kind == MessageKind.System).ShouldBe(2);
    }

    [Fact]
    public void Markers_in_an_unknown_language_are_learned_because_they_repeat()
    {
        var chat = Chat.Parse(
            string.Concat(Enumerable.Range(10, 4).Select(minute => $"13/03/2024, 10:{minute} - A: <Zzz qqq>\n"))
        );
        chat.Messages.ShouldAllBe(message => message.Kind == MessageKind.Media);
        chat.Format.LearnedMarkers.ShouldBe(["<Zzz qqq>"]);
    }

    [Fact]
    public void A_file_of_an_old_windows_program_is_read()
    {
        var chat = Chat.Parse(System.Text.Encoding.Latin1.GetBytes("12/03/2024, 10:15 - José: café\n"));
        (chat.Format.Encoding, chat.Messages[0].Author, chat.Messages[0].Text).ShouldBe(
            ("windows-1252", "José", "café")
        );
    }

    [Fact]
    public void A_few_damaged_bytes_do_not_change_the_encoding()
    {
        byte[] bytes = [.. "12/03/2024, 10:15 - José: café\n13/03/2024, 10:15 - José: x"u8, 0xFF, .. "y\n"u8];
        var chat = Chat.Parse(bytes);
        (chat.Format.Encoding, chat.Format.DamagedLines, chat.Messages[1].Text).ShouldBe(("utf-8", 1L, "x\uFFFDy"));
    }

    [Fact]
    public void A_message_beyond_the_limit_is_cut_and_that_is_said()
    {
        var chat = Chat.Parse(
            "13/03/2024, 10:15 - A: "
                + string.Join('\n', Enumerable.Repeat(new string('x', 90), 100))
                + "\n14/03/2024, 10:15 - B: y",
            new ChatOptions { LongestMessage = 1000 }
        );
        chat.Messages.Count.ShouldBe(2);
        chat.Messages[0].Cut.ShouldBeTrue();
        chat.Messages[0].Text.Length.ShouldBeLessThanOrEqualTo(1000);
        chat.Unread.First.ShouldAllBe(line => line.Reason == UnreadReason.TooLong);
        chat.Unread.Count.ShouldBeGreaterThan(80);
    }

    [Fact]
    public void One_endless_line_does_not_fill_the_memory()
    {
        var chat = Chat.Parse(
            "13/03/2024, 10:15 - A: " + new string('x', 100_000) + "\n14/03/2024, 10:15 - B: y",
            new ChatOptions { LongestMessage = 1000 }
        );
        chat.Messages.Select(message => message.Author).ShouldBe(["A", "B"]);
        chat.Messages[0].Text.Length.ShouldBeLessThanOrEqualTo(1000);
    }
}
