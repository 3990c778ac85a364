using Heretix.Platform.Mail;

namespace Heretix.Tests.Unit.Platform.Mail;

/// <summary>What may be in a message.</summary>
public sealed class MailRulesTests
{
    private static readonly MailMessage Good = new("ada@example.org", "Sign in", "text\nmore", "magic_link");

    [Theory]
    [InlineData("ada@example.org")]
    [InlineData("ada.l+tag@mail.example.org")]
    [InlineData("jürgen@exämple.org")]
    public void An_address_is_taken(string to) => Should.NotThrow(() => MailRules.Check(Good with { To = to }));

    [Theory]
    [InlineData("")]
    [InlineData("ada")]
    [InlineData("ada@example.org, eve@example.org")]
    [InlineData("ada@example.org;eve@example.org")]
    [InlineData("Ada <ada@example.org>")]
    [InlineData("ada@example.org\r\nBcc: eve@example.org")]
    [InlineData("ada@example.org\n")]
    [InlineData("ada@example.org\0")]
    [InlineData("ada@example.org>\r\nDATA")]
    public void Anything_that_is_not_one_address_is_refused(string to)
    {
        var refusal = Should.Throw<MailException>(() => MailRules.Check(Good with { To = to }));
        refusal.Permanent.ShouldBeTrue();
        refusal.Message.ShouldNotContain("eve");
    }

    [Theory]
    [InlineData("")]
    [InlineData("a\r\nBcc: eve@example.org")]
    [InlineData("a\nb")]
    [InlineData("a\u2028b")]
    [InlineData("a\tb")]
    public void A_subject_is_one_line(string subject) =>
        Should.Throw<MailException>(() => MailRules.Check(Good with { Subject = subject }));

    [Theory]
    [InlineData("")]
    [InlineData("Magic Link")]
    [InlineData("a\"b")]
    public void A_kind_is_a_word(string kind) =>
        Should.Throw<MailException>(() => MailRules.Check(Good with { Kind = kind }));

    [Theory]
    [InlineData("see https://a.example/x?y=1&z=2.", "https://a.example/x?y=1&z=2")]
    [InlineData("(http://127.0.0.1:8000/a:b)", "http://127.0.0.1:8000/a:b")]
    [InlineData("<https://a.example/>", "https://a.example/")]
    [InlineData("javascript:alert(1) ftp://x", null)]
    public void Links_end_where_the_sentence_goes_on(string text, string? link)
    {
        Links.In(text).SingleOrDefault().ShouldBe(link);
        string.Concat(Links.Split(text).Select(piece => piece.Piece)).ShouldBe(text);
    }
}
