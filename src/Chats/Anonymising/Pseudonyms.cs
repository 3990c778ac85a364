using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Heretix.Chats.Anonymising;

/// <summary>Names for names: the same seed gives the same pseudonym for the same text, in every file.</summary>
internal sealed class Pseudonyms(ulong seed)
{
    private const string Letters = "abcdefghjkmnpqrstuvwxyz23456789";
    private const int Short = 5;
    private const int Long = 12;
    private readonly byte[] key = Encoding.UTF8.GetBytes(seed.ToString(CultureInfo.InvariantCulture));
    private readonly Dictionary<(string Kind, string Text), string> given = [];
    private readonly HashSet<string> taken = [];

    /// <summary>A word of a kind, such as <c>Person-k7m2q</c>.</summary>
    public string Of(string kind, string text)
    {
        if (given.TryGetValue((kind, text), out var known))
            return known;
        var letters = Word(kind, text);
        var pseudonym = $"{kind}-{letters[..Short]}";
        if (!taken.Add(pseudonym))
            taken.Add(pseudonym = $"{kind}-{letters}");
        given.Add((kind, text), pseudonym);
        return pseudonym;
    }

    /// <summary>A telephone number that nobody has.</summary>
    public string Phone(string text)
    {
        var digits = string.Concat(text.Where(char.IsAsciiDigit));
        var number = Hash("phone", digits).Take(9).Select(value => (char)('0' + value % 10));
        return "+00 " + string.Concat(number);
    }

    private string Word(string kind, string text) =>
        string.Concat(Hash(kind, text).Take(Long).Select(value => Letters[value % Letters.Length]));

    private byte[] Hash(string kind, string text) =>
        HMACSHA256.HashData(key, Encoding.UTF8.GetBytes($"{kind}\0{text}"));
}
