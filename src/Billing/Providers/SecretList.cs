namespace Heretix.Billing.Providers;

/// <summary>A secret as it is configured: one value, or while it is being replaced several, separated by commas.</summary>
internal static class SecretList
{
    /// <summary>The values; an empty one is none, so nothing is ever accepted for being signed with nothing.</summary>
    public static IReadOnlyList<string> Parse(string? configured) =>
        (configured ?? "").Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
}
