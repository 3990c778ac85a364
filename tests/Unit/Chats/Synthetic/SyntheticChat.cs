using System.Text;
using Heretix.Chats;

namespace Heretix.Tests.Unit.Chats.Synthetic;

/// <summary>
/// Writes an export of any form and size with everything that makes parsing hard, and knows what must come out. No message
/// falls on the 26th to the 31st, so no day gives the order of dates away by being larger than any month's number of hours.
/// </summary>
internal sealed class SyntheticChat
{
    private static readonly string[] People =
    [
        "Ann",
        "Bob 2",
        "AM",
        "Zoë [work]",
        "Ali - garage",
        "Max 12:30 club",
        "🦄 Mia",
        "+44 7700 900123",
        "مريم",
        "12/03/24",
        "Dr. O'Neil (new)",
    ];

    private static readonly (string Text, MessageKind Kind, string? As)[] Kinds =
    [
        ("<Media omitted>", MessageKind.Media, null),
        ("\u200Eimage omitted", MessageKind.Media, "image omitted"),
        ("<Medien ausgeschlossen>", MessageKind.Media, null),
        ("\u200Eaudio omitido", MessageKind.Media, "audio omitido"),
        (
            "\u200E<attached: 00000012-PHOTO-2024-03-05.jpg>",
            MessageKind.Media,
            "<attached: 00000012-PHOTO-2024-03-05.jpg>"
        ),
        ("IMG-20240305-WA0001.jpg (file attached)", MessageKind.Media, null),
        (
            "\u200EPTT-20240305-WA0002.opus (Datei angehängt)\nlisten: now",
            MessageKind.Media,
            "PTT-20240305-WA0002.opus (Datei angehängt)\nlisten: now"
        ),
        ("", MessageKind.Media, null),
        ("null", MessageKind.Media, null),
        ("This message was deleted", MessageKind.Deleted, null),
        ("\u200EYou deleted this message.", MessageKind.Deleted, "You deleted this message."),
        ("Diese Nachricht wurde gelöscht.", MessageKind.Deleted, null),
        (
            "\u200EMissed voice call, \u200ETap to call back",
            MessageKind.Call,
            "Missed voice call, \u200ETap to call back"
        ),
        ("\u200EVideo call. \u200E12 min", MessageKind.Call, "Video call. \u200E12 min"),
        (
            "\u200ELocation: https://maps.google.com/?q=52.5,13.4",
            MessageKind.Location,
            "Location: https://maps.google.com/?q=52.5,13.4"
        ),
        ("location: https://maps.google.com/?q=52.5,13.4", MessageKind.Location, null),
        ("\u200EContact card omitted", MessageKind.Contact, "Contact card omitted"),
        ("Eve.vcf (file attached)", MessageKind.Contact, null),
        (
            "\u200EPOLL:\nPizza: or pasta?\n\u200EOPTION: Pizza (2 votes)\n\u200EOPTION: Pasta (1 vote)",
            MessageKind.Poll,
            "POLL:\nPizza: or pasta?\n\u200EOPTION: Pizza (2 votes)\n\u200EOPTION: Pasta (1 vote)"
        ),
    ];

    private static readonly string[] Texts =
    [
        "hi",
        "ok: fine",
        "see https://example.org/a?b=c: nice",
        "they said 12/03/2024, 10:10 - ok and left",
        "quoted [12/03/24, 10:10:00 AM] Bob: hello in the middle",
        "first\n: second begins with a colon\n\nfourth after a blank line",
        "shopping\n12/03/2024 was a good day\n3. milk\n10:15 train",
        "foo\nbar: baz\nOn 5/6: party",
        "👨‍👩‍👧‍👦 and 👍🏽 and ❤️",
        "cafe\u0301 is decomposed, café is not",
        "नमस्ते दोस्त",
        "مرحبا كيف الحال",
        "你好 世界",
        "trailing space ",
        " leading space",
        "[not a header] at all",
        "12 eggs - large",
        "image was omitted by me",
        "tab\tand <b>markup</b> & \"quotes\"",
        "2024",
    ];

    private readonly StringBuilder text = new();
    private readonly List<SyntheticMessage> messages = [];

    private SyntheticChat(ExportForm form, int seed, int count, int lastDay)
    {
        var chance = new Random(seed);
        var time = new DateTime(
            (form.Calendar == Calendar.Japanese ? 2020 : 2015) + chance.Next(6),
            1 + chance.Next(12),
            1 + chance.Next(9),
            9,
            0,
            0
        );
        var group = form.IsPhoneWithNotesInTitle;
        if (group)
            Notice(
                form,
                time,
                "Trip Rome 🏖",
                "Messages and calls are end-to-end encrypted. Only people in this chat can read them."
            );
        else
            Write(
                form,
                time,
                null,
                MessageKind.System,
                "Messages and calls are end-to-end encrypted. Tap to learn more.",
                null
            );
        for (var i = 1; i < count; i++)
        {
            time = Next(time.AddSeconds(chance.Next(chance.Next(4) == 0 ? 90_000 : 600)), lastDay);
            var author = People[chance.Next(Math.Min(People.Length, 2 + i / 4))];
            switch (chance.Next(12))
            {
                case 0:
                    var (said, kind, clean) = Kinds[chance.Next(Kinds.Length)];
                    // An old form that has no marks.
                    Write(form, time, author, kind, said, clean);
                    break;
                case 1 when chance.Next(3) == 0:
                    System(form, time, chance);
                    break;
                case 2 when chance.Next(2) == 0:
                    var before = Texts[chance.Next(4)];
                    Write(
                        form,
                        time,
                        author,
                        MessageKind.Text,
                        before + " \u200E<This message was edited>",
                        before,
                        edited: true
                    );
                    break;
                default:
                    Write(form, time, author, MessageKind.Text, Texts[chance.Next(Texts.Length)], null);
                    break;
            }
        }
    }

    public string Text => text.ToString();

    public IReadOnlyList<SyntheticMessage> Messages => messages;

    public byte[] Utf8 => Encoding.UTF8.GetBytes(Text);

    /// <param name="form">How it is written.</param>
    /// <param name="seed">What is drawn.</param>
    /// <param name="count">Messages, notices among them.</param>
    /// <param name="lastDay">Last day of any month that has messages.</param>
    public static SyntheticChat Write(ExportForm form, int seed, int count = 120, int lastDay = 25) =>
        new(form, seed, count, lastDay);

    private static DateTime Next(DateTime time, int lastDay) =>
        time.Day <= lastDay ? time : new DateTime(time.Year, time.Month, 1).AddMonths(1).AddHours(time.Hour);

    private void System(ExportForm form, DateTime time, Random chance)
    {
        switch (chance.Next(4))
        {
            case 0:
                Write(form, time, null, MessageKind.System, "Ann added Zoë [work]", null);
                break;
            case 1:
                Write(form, time, null, MessageKind.System, "Bob 2 changed the subject to \"Trip: Rome\"", null);
                break;
            case 2:
                Write(
                    form,
                    time,
                    null,
                    MessageKind.System,
                    "Ann hat den Betreff von „Rom“ zu „Reise: Rom“ geändert",
                    null
                );
                break;
            case 3 when form.IsPhoneWithNotesInTitle:
                Notice(form, time, "Trip Rome 🏖", "Ann changed this group's icon");
                break;
        }
    }

    private void Notice(ExportForm form, DateTime time, string title, string said)
    {
        messages.Add(new SyntheticMessage(Shown(form, time), null, MessageKind.System, said, false));
        text.Append(form.Header(time)).Append(title).Append(": \u200E").Append(said).Append(form.NewLine);
    }

    private void Write(
        ExportForm form,
        DateTime time,
        string? author,
        MessageKind kind,
        string said,
        string? clean,
        bool edited = false
    )
    {
        messages.Add(new SyntheticMessage(Shown(form, time), author, kind, clean ?? said, edited));
        text.Append(form.Header(time));
        if (author is not null)
            text.Append(author).Append(": ");
        // Lines inside a message are always separated by LF.
        text.Append(form.NewLine == "\r" ? said.Replace('\n', '\r') : said).Append(form.NewLine);
    }

    private static DateTime Shown(ExportForm form, DateTime time) =>
        new(time.Year, time.Month, time.Day, time.Hour, time.Minute, form.Seconds ? time.Second : 0);
}
