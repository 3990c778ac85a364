namespace Heretix.Accounts.Sessions;

/// <summary>A short name for a browser out of what it calls itself, such as <c>Firefox on Linux</c>. A hint for people, nothing more.</summary>
internal static class BrowserLabel
{
    // Those that pretend to be others come first: Edge says Chrome and Safari too, Chrome says Safari.
    private static readonly (string Sign, string Name)[] Programs =
    [
        ("Edg", "Edge"),
        ("OPR/", "Opera"),
        ("Firefox/", "Firefox"),
        ("FxiOS/", "Firefox"),
        ("CriOS/", "Chrome"),
        ("Chrome/", "Chrome"),
        ("Safari/", "Safari"),
        ("curl/", "curl"),
    ];

    private static readonly (string Sign, string Name)[] Systems =
    [
        ("iPhone", "iPhone"),
        ("iPad", "iPad"),
        ("Android", "Android"),
        ("Windows", "Windows"),
        ("Mac OS X", "macOS"),
        ("CrOS", "ChromeOS"),
        ("Linux", "Linux"),
    ];

    public static string Of(string? userAgent)
    {
        var program = Find(Programs, userAgent) ?? "Unknown browser";
        return Find(Systems, userAgent) is { } system ? $"{program} on {system}" : program;
    }

    private static string? Find((string Sign, string Name)[] signs, string? userAgent) =>
        userAgent is null
            ? null
            : signs.FirstOrDefault(entry => userAgent.Contains(entry.Sign, StringComparison.Ordinal)).Name;
}
