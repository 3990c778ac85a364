using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Heretix.Accounts.Users;

/// <summary>
/// An e-mail address in the one form under which an account is known: without white space around it, in lower case, the
/// domain in its ASCII form. The local part is a dot-atom of RFC 5321 (at most 64 characters); quoted forms, display
/// names, comments, address literals, control characters and domains without a dot are refused. Everything is compared
/// and mailed to in this form, so two spellings never are two accounts, and no mail goes to another spelling than the
/// one that owns the account.
/// </summary>
public readonly record struct EmailAddress
{
    private const int LongestLocalPart = 64;
    private const int LongestDomain = 253;
    private const int LongestLabel = 63;

    private static readonly SearchValues<char> Atom = SearchValues.Create(
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789!#$%&'*+-/=?^_`{|}~."
    );

    private static readonly SearchValues<char> Label = SearchValues.Create("abcdefghijklmnopqrstuvwxyz0123456789-");

    private EmailAddress(string text) => Text = text;

    /// <summary>The normal form, at most 318 characters.</summary>
    public string Text { get; }

    /// <summary>SHA-256 of the normal form in hex: counts requests for an address without keeping it.</summary>
    public string Hash() => Convert.ToHexStringLower(SHA256.HashData(Encoding.ASCII.GetBytes(Text)));

    /// <summary>Reads an address as people write it.</summary>
    /// <param name="text">What was sent.</param>
    /// <param name="address">The normal form.</param>
    /// <param name="problem">What is wrong, as the rest of a sentence that begins with "email"; null when it was read.</param>
    public static bool TryParse(string? text, out EmailAddress address, [NotNullWhen(false)] out string? problem)
    {
        address = default;
        problem = null;
        var trimmed = (text ?? "").Trim(' ', '\t', '\r', '\n');
        if (trimmed.Length == 0)
            problem = "must not be empty";
        else if (trimmed.Length > 320)
            problem = "must be at most 320 characters";
        else if (trimmed.LastIndexOf('@') is var at && (at <= 0 || at == trimmed.Length - 1))
            problem = "must have a name, an @ and a domain, like ada@example.org";
        else if (!IsLocalPart(trimmed[..at]))
            problem =
                "must have up to 64 letters of a-z, digits, dots and common signs before the @, no spaces or quotes";
        else if (ToDomain(trimmed[(at + 1)..]) is not { } domain)
            problem = "must have a domain like example.org after the @";
        else
            address = new EmailAddress($"{trimmed[..at].ToLowerInvariant()}@{domain}");
        return problem is null;
    }

    /// <inheritdoc />
    public override string ToString() => "(e-mail address)";

    /// <summary>Judged before it is put in lower case: that turns some letters beyond ASCII into ASCII ones.</summary>
    private static bool IsLocalPart(string local) =>
        local.Length <= LongestLocalPart
        && !local.AsSpan().ContainsAnyExcept(Atom)
        && local[0] != '.'
        && local[^1] != '.'
        && !local.Contains("..", StringComparison.Ordinal);

    private static string? ToDomain(string text)
    {
        // First, because without ICU the mapping leaves letters as they are, and BÜCHER would be another domain.
        var lower = text.ToLowerInvariant();
        string domain;
        try
        {
            domain = Ascii.IsValid(lower) ? lower : new IdnMapping().GetAscii(lower).ToLowerInvariant();
        }
        catch (ArgumentException)
        {
            return null;
        }
        var labels = domain.Split('.');
        return labels.Length >= 2 && domain.Length <= LongestDomain && labels.All(IsLabel) && !IsNumber(labels[^1])
            ? domain
            : null;
    }

    private static bool IsLabel(string label) =>
        label.Length is > 0 and <= LongestLabel
        && !label.AsSpan().ContainsAnyExcept(Label)
        && label[0] != '-'
        && label[^1] != '-';

    /// <summary>No top-level domain is a number; an IPv4 address ends in one.</summary>
    private static bool IsNumber(string label) => label.All(char.IsAsciiDigit);
}
