namespace Heretix.Accounts.Passwords;

/// <summary>
/// A password in the one form in which it is hashed and compared, Unicode's NFC: the same letters are the same password on
/// every keyboard. Nothing is cut off and nothing is trimmed.
/// </summary>
internal readonly record struct Password
{
    private Password(string text) => Text = text;

    /// <summary>The password itself. It goes to the hasher and nowhere else.</summary>
    public string Text { get; }

    /// <summary>Unicode code points.</summary>
    public int Length => Text.EnumerateRunes().Count();

    /// <summary>Reads what a client sent; false for what is no text, such as half of a surrogate pair.</summary>
    public static bool TryRead(string? text, out Password password)
    {
        // Composing takes more than linear time, and no password that may be chosen is nearly as long.
        var composed = text is null or { Length: > LongestText } ? null : ComposedForm.Of(text);
        password = new Password(composed ?? "");
        return composed is not null;
    }

    /// <summary>Not the password: a record would print its members.</summary>
    public override string ToString() => "(password)";

    private const int LongestText = 1024;
}
