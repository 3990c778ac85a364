using Heretix.Chats;

namespace Heretix.Tests.Unit.Chats;

/// <summary>The reference cases about parsing, by their numbers.</summary>
public sealed class ReferenceCaseTests
{
    private static DateTime At(string time) => DateTime.Parse(time, System.Globalization.CultureInfo.InvariantCulture);

    [Fact]
    public void Case_13_text_without_any_header_is_refused() =>
        Chat.Refusal("just some words\nand: more"u8.ToArray()).Reason.ShouldBe(ChatRefusal.NotAChat);

    [Fact]
    public void Case_14_an_empty_file_is_refused() => Chat.Refusal([]).Reason.ShouldBe(ChatRefusal.Empty);

    [Fact]
    public void Case_16_day_first()
    {
        var chat = Chat.Parse("12/03/2024, 10:15 - Ann: hi\n13/03/2024, 10:16 - Bob: yo");
        chat.Messages.Select(message => message.Time).ShouldBe([At("2024-03-12 10:15"), At("2024-03-13 10:16")]);
        ChatTitle.Of(chat.Authors).ShouldBe("Ann, Bob");
        chat.Format.DateOrder!.Reason.ShouldBe(DateOrderReason.OnlyPossible);
    }

    [Theory]
    [InlineData(" ")]
    [InlineData("\u202F")]
    [InlineData("\u00A0")]
    public void Cases_17_and_18_month_first_with_any_space(string space)
    {
        var chat = Chat.Parse($"3/5/24, 10:15{space}AM - Ann: hi\n3/20/24, 10:45{space}PM - Bob: yo");
        chat.Messages.Select(message => message.Time).ShouldBe([At("2024-03-05 10:15"), At("2024-03-20 22:45")]);
    }

    [Theory]
    [InlineData("05/03/24, 10:45 p.m. - Ann: x", "22:45")]
    [InlineData("05/03/24, 12:05 a.m. - Ann: x", "00:05")]
    [InlineData("05/03/24, 12:05 p. m. - Ann: x", "12:05")]
    public void Case_19_halves_of_the_day(string line, string time) =>
        Chat.Parse(line).Messages[0].Time.ShouldBe(At("2024-03-05 " + time));

    [Fact]
    public void Case_20_an_image_left_out_is_media()
    {
        var message = Chat.Parse("[29/03/24, 10:45:59 PM] Bob: \u200Eimage omitted").Messages.ShouldHaveSingleItem();
        (message.Kind, message.Media, message.Time).ShouldBe(
            (MessageKind.Media, MediaKind.Image, At("2024-03-29 22:45:59"))
        );
    }

    [Fact]
    public void Case_21_a_mark_before_the_bracket() =>
        Chat.Parse("\u200E[29/03/24, 10:45:59] Bob: x\n\u200E[29/03/24, 10:46:00] Ann: y").Messages.Count.ShouldBe(2);

    [Fact]
    public void Case_22_a_byte_order_mark() =>
        Chat.Parse("\uFEFF12/03/2024, 10:15 - A: 1\n12/03/2024, 10:15 - A: 2\n12/03/2024, 10:15 - A: 3")
            .Messages.Count.ShouldBe(3);

    [Fact]
    public void Case_23_year_first_without_a_late_day() =>
        Chat.Parse("2024-03-12, 10:15 - A: x").Messages[0].Time.ShouldBe(At("2024-03-12 10:15"));

    [Fact]
    public void Case_24_old_phones()
    {
        var message = Chat.Parse("30/08/16, 17:03:58: Bianca: Amazing").Messages[0];
        (message.Author, message.Text, message.Time).ShouldBe(("Bianca", "Amazing", At("2016-08-30 17:03:58")));
    }

    [Fact]
    public void Case_25_time_first() =>
        Chat.Parse("[21:41:35, 3/27/22] D: Hello").Messages[0].Time.ShouldBe(At("2022-03-27 21:41:35"));

    [Theory]
    [InlineData("B added C")]
    [InlineData("B changed the subject to \"x: y\"")]
    [InlineData("B changed the subject from “a: b” to “x: y”")]
    [InlineData("B hat den Betreff zu „x: y“ geändert")]
    [InlineData("B cambió el asunto a “x: y”")]
    [InlineData("B изменил тему на «x: y»")]
    public void Cases_26_and_27_notices_have_no_author(string notice)
    {
        var chat = Chat.Parse($"12/03/2024, 10:15 - B: hi\n12/03/2024, 10:16 - {notice}\n12/03/2024, 10:17 - B: ok");
        chat.Authors.ShouldBe(["B"]);
        chat.Messages[1]
            .ShouldSatisfyAllConditions(
                message => message.Kind.ShouldBe(MessageKind.System),
                message => message.Author.ShouldBeNull(),
                message => message.Text.ShouldBe(notice)
            );
    }

    [Fact]
    public void Case_28_many_lines_are_one_message() =>
        Chat.Parse("12/03/2024, 10:15 - A: one\n\nfoo: bar\nlast\n12/03/2024, 10:16 - B: x")
            .Messages[0]
            .Text.ShouldBe("one\n\nfoo: bar\nlast");

    [Fact]
    public void Case_29_a_quoted_header_does_not_cut_the_message() =>
        Chat.Parse("12/03/2024, 10:15 - A: see 12/03/2024, 10:10 - ok and more")
            .Messages[0]
            .Text.ShouldBe("see 12/03/2024, 10:10 - ok and more");

    [Fact]
    public void Case_30_a_family_stays_a_family()
    {
        const string family = "👨‍👩‍👧‍👦";
        const string line = $"12/03/2024, 10:15 - A: {family}";
        Chat.Parse(line).Messages[0].Text.ShouldBe(family);
        Counted.Of(line).TopEmojis.ShouldHaveSingleItem().ShouldBe(new(family, 1));
    }

    [Fact]
    public void Case_31_minutes_of_31_are_no_days()
    {
        var chat = Chat.Parse("5/3/24, 10:31 - A: x\n6/3/24, 11:28 - A: y\n7/3/24, 12:29 - A: z");
        chat.Messages.Select(message => message.Time.Day).ShouldBe([5, 6, 7]);
        chat.Messages.ShouldAllBe(message => message.Time.Month == 3);
    }

    [Fact]
    public void Case_32_groups()
    {
        ChatTitle.Of(["A", "B", "C"]).ShouldBe("Group chat (3 participants)");
        ChatTitle.Of(["A"]).ShouldBe("Group chat (1 participants)");
        Counted
            .Of("12/03/2024, 10:15 - A: x\n12/03/2024, 10:15 - B: x\n12/03/2024, 10:15 - C: x")
            .IsGroupChat.ShouldBeTrue();
    }
}
