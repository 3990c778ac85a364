using Heretix.Accounts.Sessions;

namespace Heretix.Tests.Unit.Accounts;

/// <summary>The short names of browsers.</summary>
public sealed class BrowserLabelTests
{
    [Theory]
    [InlineData(
        "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0 Safari/537.36 Edg/140.0",
        "Edge on Windows"
    )]
    [InlineData(
        "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0 Safari/537.36",
        "Chrome on Windows"
    )]
    [InlineData(
        "Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/19.0 Mobile/15E148 Safari/604.1",
        "Safari on iPhone"
    )]
    [InlineData("Mozilla/5.0 (Android 16; Mobile; rv:140.0) Gecko/140.0 Firefox/140.0", "Firefox on Android")]
    [InlineData("curl/8.9.1", "curl")]
    [InlineData("something else", "Unknown browser")]
    [InlineData(null, "Unknown browser")]
    public void A_browser_gets_a_name_that_people_recognise(string? userAgent, string label) =>
        BrowserLabel.Of(userAgent).ShouldBe(label);
}
