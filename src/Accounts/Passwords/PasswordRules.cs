using System.Text;

namespace Heretix.Accounts.Passwords;

/// <summary>
/// What a password must be: long enough, and none that is tried first. There are no rules of composition, which make
/// passwords worse and not better (NIST SP 800-63B, section 3.1.1.2).
/// </summary>
internal sealed class PasswordRules(PasswordBlocklist blocklist)
{
    private const int Shortest = 8;
    private const int Longest = 128;

    /// <summary>Letters that must be left when the words of the service and of the person are taken out.</summary>
    private const int OwnLetters = 4;

    /// <summary>Shorter pieces of an address are in too many words by chance.</summary>
    private const int ShortestPiece = 4;

    /// <summary>What is wrong with a password, as the rest of a sentence that begins with "password"; null when nothing is.</summary>
    /// <param name="password">A new password.</param>
    /// <param name="email">The address of the account.</param>
    public string? Problem(Password password, string email)
    {
        var length = password.Length;
        if (length < Shortest)
            return $"must have at least {Shortest} characters";
        if (length > Longest)
            return $"must have at most {Longest} characters";
        if (blocklist.Contains(password))
            return "is one of those that are tried first: choose another";
        return IsBuiltFrom(password.Text, Words(email))
            ? "is built from the name of this service or from your e-mail address: choose another"
            : null;
    }

    /// <summary>Whether next to nothing is left without the words, as they are or written with digits and signs for letters.</summary>
    private static bool IsBuiltFrom(string password, IReadOnlyList<string> words)
    {
        var lower = password.ToLowerInvariant();
        return IsMostly(lower, words) || IsMostly(Plain(lower), words);
    }

    private static bool IsMostly(string password, IReadOnlyList<string> words)
    {
        var rest = words.Aggregate(password, (text, word) => text.Replace(word, " ", StringComparison.Ordinal));
        return rest.Length < password.Length && rest.EnumerateRunes().Count(Rune.IsLetter) < OwnLetters;
    }

    /// <summary>The longest first, so that no piece breaks the whole.</summary>
    private static List<string> Words(string email)
    {
        var at = email.LastIndexOf('@');
        var pieces = email.Split(['@', '.', '-', '_', '+'], StringSplitOptions.RemoveEmptyEntries);
        return
        [
            .. pieces
                .Where(piece => piece.Length >= ShortestPiece)
                .Concat(["heretix", email, email[..at], email[(at + 1)..]])
                .SelectMany(word => (string[])[word, Plain(word)])
                .Distinct(StringComparer.Ordinal)
                .OrderByDescending(word => word.Length),
        ];
    }

    private static string Plain(string text) =>
        string.Create(
            text.Length,
            text,
            static (letters, text) =>
            {
                for (var i = 0; i < text.Length; i++)
                    letters[i] = text[i] switch
                    {
                        '0' => 'o',
                        '1' or '!' => 'i',
                        '3' => 'e',
                        '4' or '@' => 'a',
                        '5' or '$' => 's',
                        '7' => 't',
                        var other => other,
                    };
            }
        );
}
