using System.Text;
using Heretix.Tests.Unit.Chats.Synthetic;

namespace Heretix.Tests.Unit.Chats;

/// <summary>Every form of header, three chats each: every message comes back as it was written, without a hint.</summary>
public sealed class EveryFormTests
{
    public static TheoryData<int> Parts => [.. Enumerable.Range(0, 12)];

    [Theory]
    [MemberData(nameof(Parts))]
    public void Every_message_comes_back_from_every_form(int part)
    {
        foreach (var form in Forms.All().Where((_, index) => index % 12 == part))
        {
            for (var seed = 1; seed <= 3; seed++)
                ShouldComeBack(SyntheticChat.Write(form, seed), form, seed);
        }
    }

    /// <summary>No day is above 12: only time running forward tells the order.</summary>
    [Theory]
    [MemberData(nameof(Parts))]
    public void The_order_is_found_when_no_day_is_above_twelve(int part)
    {
        foreach (var form in Forms.All().Where((_, index) => index % 12 == part))
            ShouldComeBack(SyntheticChat.Write(form, 4, count: 300, lastDay: 12), form, 4);
    }

    [Fact]
    public void There_are_hundreds_of_forms() => Forms.All().Count().ShouldBeGreaterThan(400);

    private static void ShouldComeBack(SyntheticChat chat, ExportForm form, int seed)
    {
        var parsed = Chat.Parse(Encoded(chat.Text, seed));
        var what = $"{form}, seed {seed}, read as {parsed.Format.Pattern}";
        for (var i = 0; i < Math.Min(chat.Messages.Count, parsed.Messages.Count); i++)
        {
            var (written, read) = (chat.Messages[i], parsed.Messages[i]);
            new SyntheticMessage(read.Time, read.Author, read.Kind, read.Text, read.Edited).ShouldBe(
                written,
                $"{what}, message {i}"
            );
        }
        parsed.Messages.Count.ShouldBe(chat.Messages.Count, what);
        parsed.Unread.Count.ShouldBe(0, what);
        parsed.Authors.ShouldBe(chat.Messages.Select(message => message.Author).OfType<string>().Distinct(), what);
    }

    private static byte[] Encoded(string text, int seed)
    {
        Encoding encoding = seed switch
        {
            1 => new UTF8Encoding(false),
            2 => new UTF8Encoding(true),
            3 => new UnicodeEncoding(bigEndian: false, byteOrderMark: true),
            _ => new UnicodeEncoding(bigEndian: true, byteOrderMark: true),
        };
        return [.. encoding.GetPreamble(), .. encoding.GetBytes(text)];
    }
}
