using System.Buffers;
using System.Globalization;
using System.Text.RegularExpressions;

namespace Heretix.Platform.Telemetry;

/// <summary>
/// Takes secrets and addresses of people out of what leaves the process in logs and reports. House rule is that none gets
/// there; this is for the message of a library's exception that repeats what it was given.
/// </summary>
internal static partial class Redaction
{
    public const string Hidden = "***REDACTED***";

    private static readonly string[] Keys =
    [
        "password",
        "passwd",
        "token",
        "accesstoken",
        "refreshtoken",
        "apikey",
        "secret",
        "secretkey",
        "encryptionkey",
        "authorization",
        "auth",
        "cookie",
        "setcookie",
        "csrf",
        "verifier",
        "sentrydsn",
        "databaseurl",
        "connectionstring",
        "email",
        "emailaddress",
        "claim",
    ];

    private static readonly SearchValues<string> Signs = SearchValues.Create(
        ["@", "=", "eyJ", "bearer", "basic", "sk-", "sk_", "pk_", "rk_", "xai-", "xai_", "whsec", "rzp", "AIza"],
        StringComparison.OrdinalIgnoreCase
    );

    private static readonly string[] Endings = ["token", "secret", "apikey", "password"];

    /// <summary>Whether the value under this key is never told, whatever it is.</summary>
    public static bool IsSensitive(string key)
    {
        Span<char> letters = stackalloc char[64];
        var length = 0;
        foreach (var letter in key)
        {
            if (char.IsLetterOrDigit(letter) && length < letters.Length)
                letters[length++] = char.ToLowerInvariant(letter);
        }
        ReadOnlySpan<char> word = letters[..length];
        foreach (var ending in Endings)
        {
            if (word.EndsWith(ending, StringComparison.Ordinal))
                return true;
        }
        foreach (var sensitive in Keys)
        {
            if (word.SequenceEqual(sensitive))
                return true;
        }
        return false;
    }

    /// <summary>A log message without the values of its sensitive fields, and without what looks like a secret.</summary>
    public static string Message(string message, IReadOnlyList<KeyValuePair<string, object?>> fields)
    {
        foreach (var (key, value) in fields)
        {
            if (IsSensitive(key) && Convert.ToString(value, CultureInfo.InvariantCulture) is { Length: > 0 } hidden)
                message = message.Replace(hidden, Hidden, StringComparison.Ordinal);
        }
        return Text(message);
    }

    /// <summary>A text with whatever looks like a JWT, a bearer token, a key, an address with a password or an e-mail address replaced.</summary>
    public static string Text(string text)
    {
        // Nearly every text holds none of these signs, and looking for them costs next to nothing.
        if (!text.AsSpan().ContainsAny(Signs))
            return text;
        text = Jwt().Replace(text, "***JWT_REDACTED***");
        text = Bearer().Replace(text, $"$1 {Hidden}");
        text = UserInAddress().Replace(text, $"://{Hidden}@");
        text = Parameter().Replace(text, $"$1={Hidden}");
        text = Key().Replace(text, Hidden);
        return Mail().Replace(text, "***EMAIL_REDACTED***");
    }

    // Every repetition is bounded: a long text costs time in proportion to its length.
    private const RegexOptions Plain = RegexOptions.CultureInvariant;
    private const RegexOptions AnyCase = RegexOptions.CultureInvariant | RegexOptions.IgnoreCase;

    [GeneratedRegex(@"\beyJ[A-Za-z0-9_-]{4,8192}\.[A-Za-z0-9_-]{4,8192}(?:\.[A-Za-z0-9_-]{0,8192})?", Plain)]
    private static partial Regex Jwt();

    [GeneratedRegex(@"\b(bearer|basic)\s{1,8}[A-Za-z0-9._~+/=-]{6,8192}", AnyCase)]
    private static partial Regex Bearer();

    [GeneratedRegex(@"://[^\s/@:]{0,256}:[^\s/@]{1,256}@", Plain)]
    private static partial Regex UserInAddress();

    [GeneratedRegex(
        @"\b(token|access_token|refresh_token|api_key|apikey|key|secret|password|code|sig)=[^&\s""'<>;,]{1,8192}",
        AnyCase
    )]
    private static partial Regex Parameter();

    [GeneratedRegex(
        @"\b(?:(?:sk|pk|rk)_(?:live|test)_[A-Za-z0-9]{4,512}|(?:sk|xai|whsec|rzp)[-_][A-Za-z0-9_-]{16,512}|AIza[A-Za-z0-9_-]{30,64})",
        Plain
    )]
    private static partial Regex Key();

    [GeneratedRegex(@"[A-Za-z0-9._%+-]{1,64}@[A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63}){1,8}", Plain)]
    private static partial Regex Mail();
}
