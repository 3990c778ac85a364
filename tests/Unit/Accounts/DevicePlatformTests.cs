using Heretix.Accounts.Devices;

namespace Heretix.Tests.Unit.Accounts;

/// <summary>What a device runs, by its name and by what its browser calls itself.</summary>
public sealed class DevicePlatformTests
{
    [Theory]
    [InlineData("Test iPhone 15", null, "ios")]
    [InlineData("my IPAD", null, "ios")]
    [InlineData("Pixel 9", null, "android")]
    [InlineData("Samsung S25", null, "android")]
    [InlineData("an Android", null, "android")]
    [InlineData("Laptop", null, null)]
    [InlineData(null, null, null)]
    [InlineData(null, "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Safari/604.1", "ios")]
    [InlineData(null, "Mozilla/5.0 (Linux; Android 15) Chrome/140.0 Mobile Safari/537.36", "android")]
    [InlineData(null, "Mozilla/5.0 (Windows NT 10.0; Win64; x64) Firefox/140.0", "windows")]
    [InlineData(null, "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) Safari/605.1.15", "macos")]
    [InlineData("Work", "Mozilla/5.0 (X11; Linux x86_64) Firefox/140.0", "linux")]
    [InlineData("Galaxy of Samsung", "Mozilla/5.0 (X11; Linux x86_64) Firefox/140.0", "android")]
    [InlineData(null, "curl/8.5.0", null)]
    public void A_platform_is_told_by_the_name_or_else_by_the_browser(string? name, string? agent, string? platform) =>
        DevicePlatform.Of(name, agent).ShouldBe(platform);
}
