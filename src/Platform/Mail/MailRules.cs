using System.Buffers;
using System.Net.Mail;

namespace Heretix.Platform.Mail;

/// <summary>What may be in a message, whoever sends it: nothing that could add a header or a second recipient.</summary>
internal static class MailRules
{
    private const int LongestAddress = 320;
    private const int LongestSubject = 200;
    private static readonly SearchValues<char> Separators = SearchValues.Create(" ,;<>\"()");

    /// <exception cref="MailException">The message is refused; the sentence does not repeat it.</exception>
    public static void Check(MailMessage message)
    {
        if (message.To.Length > LongestAddress || HasControl(message.To) || !IsOneAddress(message.To))
            throw new MailException("The recipient is not one plain e-mail address.") { Permanent = true };
        if (message.Subject.Length is 0 or > LongestSubject || HasControl(message.Subject))
            throw new MailException($"A subject is one line of at most {LongestSubject} characters.")
            {
                Permanent = true,
            };
        if (message.Text.Contains('\0', StringComparison.Ordinal))
            throw new MailException("The text of a message contains a zero character.") { Permanent = true };
        if (
            message.Kind.Length is 0 or > 40
            || !message.Kind.All(letter => char.IsAsciiLetterLower(letter) || letter == '_')
        )
            throw new MailException("The kind of a message is a word in snake_case.") { Permanent = true };
    }

    private static bool IsOneAddress(string text) =>
        !text.AsSpan().ContainsAny(Separators)
        && MailAddress.TryCreate(text, out var address)
        && address.Address == text;

    /// <summary>Line breaks of Unicode count too: a library may turn them into plain ones.</summary>
    private static bool HasControl(string text) =>
        text.Any(letter => char.IsControl(letter) || letter is '\u2028' or '\u2029');
}
