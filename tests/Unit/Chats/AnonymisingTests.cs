using System.Text;
using Heretix.Chats;
using Heretix.Chats.Anonymising;
using Heretix.Tests.Unit.Chats.Synthetic;

namespace Heretix.Tests.Unit.Chats;

/// <summary>Anonymised chats: nobody is named, and the form stays.</summary>
public sealed class AnonymisingTests
{
    private const string Personal = """
        [12/03/24, 10:15:00] Trip: ‎Ann created this group
        [13/03/24, 10:15:00] Ann Lee: call +44 7700 900123 or 0170 1234567, Bobby says hi to BOB
        [13/03/24, 10:16:00] Bob: ok Ann @⁨Ann Lee⁩ @447700900123 ann.lee@mail.example see https://secret.example/ann
        [13/03/24, 10:17:00] Bob: ‎<attached: Lease of Ann.pdf>
        [13/03/24, 10:18:00] Bob: ‎Location: https://maps.google.com/?q=52.51,13.40
        [13/03/24, 10:19:00] Bob: in 2024 we had 12 eggs on 12/03/2024
        """;

    [Fact]
    public void Nothing_that_names_a_person_is_left()
    {
        var clean = Anonymised(Personal, 7);
        foreach (
            var trace in (string[])
                [
                    "Ann ",
                    "Ann\n",
                    "Lee",
                    "Bob:",
                    "BOB",
                    "Trip",
                    "7700",
                    "1234567",
                    "mail.example",
                    "secret",
                    "52.51",
                    "created",
                ]
        )
            clean.ShouldNotContain(trace, Case.Sensitive);
        clean.ShouldContain("Bobby", customMessage: "a name that is nobody's here stays, as docs say");
        clean.ShouldContain("in 2024 we had 12 eggs on 12/03/2024");
    }

    [Fact]
    public void The_same_person_has_the_same_pseudonym_everywhere()
    {
        var chat = Chat.Parse(Anonymised(Personal, 7));
        chat.Authors.Count.ShouldBe(2);
        chat.Messages[2].Text.ShouldContain("@" + chat.Authors[0]);
        chat.Messages[1].Text.ShouldContain("hi to " + chat.Authors[1]);
    }

    [Fact]
    public void A_seed_decides_the_pseudonyms()
    {
        Anonymised(Personal, 7).ShouldBe(Anonymised(Personal, 7));
        Anonymised(Personal, 7).ShouldNotBe(Anonymised(Personal, 8));
    }

    [Fact]
    public void Every_form_can_be_parsed_again_with_the_same_times_and_kinds()
    {
        foreach (var form in Forms.All().Where((_, index) => index % 9 == 0))
        {
            var before = Chat.Parse(SyntheticChat.Write(form, 3).Utf8);
            var after = Chat.Parse(Anonymised(SyntheticChat.Write(form, 3).Text, 1));
            after.Messages.Select(Essence).ShouldBe(before.Messages.Select(Essence), form.ToString());
            after.Authors.Count.ShouldBe(before.Authors.Count, form.ToString());
        }

        static (DateTime, MessageKind, MediaKind, bool) Essence(ParsedMessage message) =>
            (message.Time, message.Kind, message.Media, message.Edited);
    }

    [Fact]
    public void Json_exports_keep_their_form_too()
    {
        var telegram = Anonymised(Encoding.UTF8.GetString(JsonChats.Telegram), 7);
        telegram.ShouldNotContain("Ann");
        telegram.ShouldNotContain("Bob");
        telegram.ShouldNotContain("52.5");
        Chat.Parse(telegram)
            .Messages.Select(message => message.Kind)
            .ShouldBe(Chat.Parse(JsonChats.Telegram).Messages.Select(message => message.Kind));
        var instagram = Anonymised(Encoding.UTF8.GetString(JsonChats.Instagram), 7);
        instagram.ShouldNotContain("Zo");
        Chat.Parse(instagram).Messages[0].Text.ShouldBe("café 🦄");
    }

    private static string Anonymised(string text, ulong seed)
    {
        using var stream = new MemoryStream(Encoding.UTF8.GetBytes(text));
        using var export = ChatExport.Open(stream).ShouldBeOfType<ChatOpening.Opened>().Export;
        using var output = new MemoryStream();
        ChatAnonymiser.Write(export, output, seed, TestContext.Current.CancellationToken);
        return Encoding.UTF8.GetString(output.ToArray());
    }
}
