using System.Text.RegularExpressions;

namespace Heretix.Platform.Settings;

/// <summary>Values that stand in examples and tutorials instead of a secret.</summary>
internal static partial class WellKnownSecrets
{
    /// <summary>Whether everybody knows this value.</summary>
    public static bool Contains(string value) =>
        value.TrimEnd('=').Distinct().Take(2).Count() < 2 || Example().IsMatch(value);

    [GeneratedRegex(
        "^(change[-_ ]?(me|this|it)\\b.*|changeme.*|.*[-_]change[-_ ]?(me|this|in[-_]production)|secret|password|passw0rd|default|placeholder"
            + "|example|test|dev|development|insecure.*|heretix|postgres|admin|root|token|key|your[-_ ].*|<.*>|x{3,}|1234.*)$",
        RegexOptions.IgnoreCase | RegexOptions.CultureInvariant
    )]
    private static partial Regex Example();
}
