using Heretix.Chats.Phrases;
using Heretix.Chats.Text;

namespace Heretix.Chats.Parsing;

/// <summary>
/// Tells authors from what only looks like one: the beginning of a notice that has a colon, and a group's title, in whose
/// name iPhones write notices.
/// </summary>
internal sealed class AuthorSurvey
{
    /// <summary>Most names that are looked at.</summary>
    private const int Most = 20_000;

    private readonly Utf8Table names = new();
    private readonly List<Seen> seen = [];

    /// <param name="name">What stands before the colon.</param>
    /// <param name="notice">The text begins with a mark, as notices do, and is nothing else that is known.</param>
    /// <param name="encryption">It is the notice that the chat is encrypted.</param>
    /// <param name="header">Number of the header in the file, from 1.</param>
    public void Add(ReadOnlySpan<byte> name, bool notice, bool encryption, long header)
    {
        var number = names.Count < Most ? names.Add(name) : names.Find(name);
        if (number < 0)
            return;
        if (number == seen.Count)
            seen.Add(new Seen(header, Notices.IsNoName(name)));
        var author = seen[number];
        author.Messages++;
        author.Notices += notice ? 1 : 0;
        author.Encryption |= encryption;
    }

    /// <summary>Names that are none.</summary>
    public NotNames NotNames(HeaderStyle style)
    {
        var (titles, beginnings) = (new Utf8Table(), new Utf8Table());
        for (var number = 0; number < seen.Count; number++)
        {
            var author = seen[number];
            if (author.IsNoName)
                beginnings.Add(names[number]);
            else if (
                style is HeaderStyle.Bracket or HeaderStyle.TimeFirst
                && author.Messages == author.Notices
                && (author.Encryption || author.FirstHeader == 1)
            )
                titles.Add(names[number]);
        }
        return new NotNames(titles, beginnings);
    }

    private sealed class Seen(long firstHeader, bool isNoName)
    {
        public long FirstHeader { get; } = firstHeader;

        public bool IsNoName { get; } = isNoName;

        public long Messages { get; set; }

        public long Notices { get; set; }

        public bool Encryption { get; set; }
    }
}

/// <summary>What stands before a colon and names nobody.</summary>
/// <param name="Titles">Titles of groups: what follows is a notice.</param>
/// <param name="Beginnings">Beginnings of notices: the colon belongs to the notice.</param>
internal sealed record NotNames(Utf8Table Titles, Utf8Table Beginnings);
