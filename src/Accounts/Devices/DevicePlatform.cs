namespace Heretix.Accounts.Devices;

/// <summary>What a device runs, as far as it tells. A hint for people, nothing more.</summary>
internal static class DevicePlatform
{
    public const string Ios = "ios";
    public const string Android = "android";
    public const string Windows = "windows";
    public const string MacOs = "macos";
    public const string Linux = "linux";

    // Phones come first: Android calls itself Linux too, and an iPhone "like Mac OS X".
    private static readonly (string Sign, string Platform)[] InNames =
    [
        ("iphone", Ios),
        ("ipad", Ios),
        ("pixel", Android),
        ("samsung", Android),
        ("android", Android),
    ];

    private static readonly (string Sign, string Platform)[] InAgents =
    [
        ("iPhone", Ios),
        ("iPad", Ios),
        ("Android", Android),
        ("Windows", Windows),
        ("Mac OS X", MacOs),
        ("Linux", Linux),
    ];

    /// <summary>The platform by the name that was given to the device, or else by what its browser calls itself.</summary>
    public static string? Of(string? name, string? userAgent) => Find(InNames, name) ?? Find(InAgents, userAgent);

    private static string? Find((string Sign, string Platform)[] signs, string? text) =>
        text is null
            ? null
            : signs.FirstOrDefault(entry => text.Contains(entry.Sign, StringComparison.OrdinalIgnoreCase)).Platform;
}
