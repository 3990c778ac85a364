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

    /// <summary>A text with whatever looks like a JWT, a bearer token, a key, an address with a password or an e-mail address replaced.</summary>
    public static string Text(string text) =>
        Secrets()
            .Replace(
                text,
                static found =>
                    found.Groups["jwt"].Success ? "***JWT_REDACTED***"
                    : found.Groups["bearer"].Success ? $"{found.Groups["bearer"].Value} {Hidden}"
                    : found.Groups["user"].Success ? $"://{Hidden}@"
                    : found.Groups["parameter"].Success ? found.Groups["parameter"].Value + Hidden
                    : found.Groups["mail"].Success ? "***EMAIL_REDACTED***"
                    : Hidden
            );

    // Every repetition is bounded: a long text costs time in proportion to its length.
    [GeneratedRegex(
        """
            (?<jwt>\beyJ[A-Za-z0-9_-]{4,8192}\.[A-Za-z0-9_-]{4,8192}(\.[A-Za-z0-9_-]{0,8192})?)
            | (?<bearer>\b(?:bearer|basic))\s{1,8}[A-Za-z0-9._~+/=-]{6,8192}
            | ://(?<user>[^\s/@:]{0,256}:[^\s/@]{1,256})@
            | (?<parameter>(?<![A-Za-z0-9])(?:token|access_token|refresh_token|api_key|apikey|key|secret|password|code|sig)=)[^&\s"'<>;,]{1,8192}
            | \b(?:sk|pk|rk)_(?:live|test)_[A-Za-z0-9]{4,512}
            | \b(?:sk|xai|whsec|rzp)[-_][A-Za-z0-9_-]{16,512}
            | \bAIza[A-Za-z0-9_-]{30,64}
            | (?<mail>(?<![A-Za-z0-9._%+-])[A-Za-z0-9._%+-]{1,64}@[A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63}){1,8})
            """,
        RegexOptions.IgnorePatternWhitespace
            | RegexOptions.IgnoreCase
            | RegexOptions.CultureInvariant
            | RegexOptions.ExplicitCapture
    )]
    private static partial Regex Secrets();
}
