using System.Text;
using Heretix.Chats.Text;

namespace Heretix.Chats;

/// <summary>Names of authors, numbered in the order of their first message.</summary>
public sealed class AuthorTable
{
    /// <summary>Most names that are told apart; all further ones share the last number.</summary>
    public const int Most = 50_000;

    private readonly Utf8Table names = new();

    /// <summary>How many there are.</summary>
    public int Count => names.Count;

    /// <summary>A name by its number.</summary>
    public string this[int author] => Encoding.UTF8.GetString(names[author]);

    /// <summary>All names in order.</summary>
    public IReadOnlyList<string> ToList() => [.. Enumerable.Range(0, Count).Select(author => this[author])];

    internal ReadOnlySpan<byte> Utf8(int author) => names[author];

    internal int Find(ReadOnlySpan<byte> name) => names.Find(name);

    internal int Number(ReadOnlySpan<byte> name)
    {
        if (names.Count < Most)
            return names.Add(name);
        var known = names.Find(name);
        return known >= 0 ? known
            : names.Count == Most ? names.Add("(others)"u8)
            : Most;
    }
}
