using System.Text.RegularExpressions;

namespace Heretix.Billing.Orders;

/// <summary>Ids as providers form them: letters, digits, <c>_ - . :</c>. They become keys of the coin ledger.</summary>
internal static partial class ProviderId
{
    public const int Longest = 150;

    /// <summary>The id; null when it is none.</summary>
    public static string? Read(string? text) =>
        text is { Length: > 0 and <= Longest } && Form().IsMatch(text) ? text : null;

    [GeneratedRegex("^[A-Za-z0-9_.:-]+$")]
    private static partial Regex Form();
}
