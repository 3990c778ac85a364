using System.Text;
using Heretix.Chats;
using Heretix.Tests.Unit.Chats.Synthetic;

namespace Heretix.Tests.Unit.Chats;

/// <summary>Zips, Telegram, Instagram.</summary>
public sealed class OtherSourcesTests
{
    private static readonly byte[] Text = "12/03/2024, 10:15 - Ann: hi"u8.ToArray();

    [Fact]
    public void The_chat_is_found_among_media_and_hidden_files()
    {
        var zip = Zips.Of(
            ("__MACOSX/._chat.txt", "junk"u8.ToArray()),
            ("Chat/.hidden.txt", "junk"u8.ToArray()),
            ("Chat/notes.txt", new byte[500]),
            ("Chat/IMG-1.jpg", new byte[1000]),
            ("Chat/_chat.txt", Text)
        );
        var chat = Chat.Parse(zip);
        chat.Messages.ShouldHaveSingleItem().Text.ShouldBe("hi");
        chat.Format.Entry.ShouldBe("Chat/_chat.txt");
    }

    [Fact]
    public void A_chat_with_a_name_in_another_language_is_found() =>
        Chat.Parse(Zips.Of(("Conversa do WhatsApp com José.txt", Text), ("a.txt", new byte[900])))
            .Authors.ShouldBe(["Ann"]);

    [Fact]
    public void A_zip_without_a_chat_is_refused() =>
        Chat.Refusal(Zips.Of(("photo.jpg", [1, 2, 3]))).Reason.ShouldBe(ChatRefusal.NoChatInZip);

    [Fact]
    public void A_broken_zip_is_refused()
    {
        var zip = Zips.Of(
            (
                "_chat.txt",
                Encoding.UTF8.GetBytes(
                    string.Concat(
                        Enumerable.Range(0, 5000).Select(n => $"12/03/2024, 10:15 - Ann: {n * 7919 % 5000}\n")
                    )
                )
            )
        );
        Chat.Refusal(zip[..(zip.Length / 2)]).Reason.ShouldBe(ChatRefusal.BrokenZip);
        Chat.Refusal("PK\u0003\u0004 nothing else"u8.ToArray()).Reason.ShouldBe(ChatRefusal.BrokenZip);
    }

    [Fact]
    public void An_encrypted_zip_is_refused()
    {
        var zip = Zips.Of(("_chat.txt", Text));
        // Bit 0 of the flags, in the local header and in the directory.
        zip[6] |= 1;
        zip[zip.AsSpan().IndexOf("PK\u0001\u0002"u8) + 8] |= 1;
        Chat.Refusal(zip).Reason.ShouldBe(ChatRefusal.EncryptedZip);
    }

    [Fact]
    public void Bombs_are_refused()
    {
        var zeros = Zips.Of(("_chat.txt", new byte[30 << 20]));
        zeros.Length.ShouldBeLessThan(100_000);
        Chat.Refusal(zeros).Reason.ShouldBe(ChatRefusal.ZipBomb);
        Chat.Refusal(Zips.Of(("_chat.txt", Text)), new ChatOptions { LargestUnpacked = 10 })
            .Reason.ShouldBe(ChatRefusal.ZipBomb);
        Chat.Refusal(Zips.Of(("_chat.txt", Text), ("a", []), ("b", [])), new ChatOptions { MostEntries = 2 })
            .Reason.ShouldBe(ChatRefusal.ZipBomb);
    }

    [Fact]
    public void An_entry_gives_no_more_than_it_says()
    {
        var zip = Zips.Of(
            (
                "_chat.txt",
                Encoding.UTF8.GetBytes(string.Concat(Enumerable.Repeat("12/03/2024, 10:15 - Ann: hi\n", 1000)))
            )
        );
        // The uncompressed size in the directory.
        BitConverter.TryWriteBytes(zip.AsSpan(zip.AsSpan().IndexOf("PK\u0001\u0002"u8) + 24), 100);
        Chat.Parse(zip).Messages.Count.ShouldBeLessThan(5);
    }

    [Fact]
    public void Telegram()
    {
        var chat = Chat.Parse(JsonChats.Telegram);
        (chat.Format.Platform, chat.Format.Title).ShouldBe((ChatPlatform.Telegram, "Ann"));
        chat.Messages.Select(message => (message.Author, message.Kind, message.Text))
            .ShouldBe([
                (null, MessageKind.System, "Ann create_group"),
                ("Ann", MessageKind.Text, "hi 👋"),
                ("Bob", MessageKind.Text, "see https://example.org now"),
                ("Bob", MessageKind.Media, "look"),
                ("Bob", MessageKind.Media, ""),
                ("Deleted Account", MessageKind.Poll, "Tea?\nyes\nno"),
                ("Ann", MessageKind.Call, ""),
                ("Ann", MessageKind.Location, ""),
            ]);
        chat.Messages[2]
            .ShouldSatisfyAllConditions(
                message => message.Edited.ShouldBeTrue(),
                message => message.Reactions.ShouldBe(2),
                message => message.Time.ShouldBe(new DateTime(2024, 3, 5, 10, 2, 0))
            );
        (chat.Messages[3].Media, chat.Messages[3].FileName, chat.Messages[4].Media).ShouldBe(
            (MediaKind.Image, "p1.jpg", MediaKind.Audio)
        );
        chat.Unread.First.ShouldHaveSingleItem().Line.ShouldBe(9);
        Counted.Of(JsonChats.Telegram).Reactions.Total.ShouldBe(2);
    }

    [Fact]
    public void Telegrams_export_of_all_chats_is_refused() =>
        Chat.Refusal("""{"about": "x", "chats": {"list": [{"messages": []}]}}"""u8.ToArray())
            .Reason.ShouldBe(ChatRefusal.SeveralChats);

    [Fact]
    public void Instagram_is_read_oldest_first_and_its_encoding_is_repaired()
    {
        var chat = Chat.Parse(JsonChats.Instagram);
        (chat.Format.Platform, chat.Format.Title).ShouldBe((ChatPlatform.Instagram, "Zoë"));
        chat.Messages.Select(message => (message.Author, message.Kind, message.Text, message.Time.Minute))
            .ShouldBe([
                ("Zoë", MessageKind.Text, "café 🦄", 5),
                ("Bob", MessageKind.Call, "video chat ended", 6),
                ("Bob", MessageKind.Media, "", 7),
                ("Zoë", MessageKind.Deleted, "", 8),
            ]);
        chat.Messages[2].Reactions.ShouldBe(1);
    }

    [Fact]
    public void Instagrams_files_are_read_from_the_last_to_the_first()
    {
        var later = Encoding.UTF8.GetBytes(Encoding.UTF8.GetString(JsonChats.Instagram).Replace("17096", "17196"));
        var chat = Chat.Parse(
            Zips.Of(
                ("inbox/zoe_1/message_1.json", later),
                ("inbox/zoe_1/message_2.json", JsonChats.Instagram),
                ("inbox/zoe_1/photos/a.jpg", [])
            )
        );
        chat.Messages.Count.ShouldBe(8);
        chat.Messages.Select(message => message.Time).ShouldBeInOrder();
    }

    [Theory]
    [InlineData("""{"a": 1}""")]
    [InlineData("""{"messages": [{"x": 1}]}""")]
    [InlineData("""{"messages": [{"sender_name": "A" """)]
    [InlineData("{")]
    public void Other_json_is_refused(string json) =>
        Chat.Refusal(Encoding.UTF8.GetBytes(json)).Reason.ShouldBe(ChatRefusal.NotAChat);

    [Fact]
    public void A_large_json_is_read_in_pieces()
    {
        var records = string.Join(
            ',',
            Enumerable
                .Range(0, 20_000)
                .Select(n =>
                    $$"""{"id":{{n}},"type":"message","date":"2024-03-05T10:01:00","from":"A","text":"{{new string('x', n % 300)}}"}"""
                )
        );
        Chat.Parse(Encoding.UTF8.GetBytes($$"""{"name":"x","messages":[{{records}}],"title":"t"}"""))
            .Messages.Count.ShouldBe(20_000);
    }

    [Fact]
    public void A_zip_of_any_form_gives_the_same_messages()
    {
        var written = SyntheticChat.Write(new ExportForm { Frame = Frame.Bracket, Seconds = true }, 9);
        Chat.Parse(Zips.Of(("_chat.txt", written.Utf8))).Messages.Count.ShouldBe(written.Messages.Count);
    }
}
