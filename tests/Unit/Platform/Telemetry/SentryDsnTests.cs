using Heretix.Platform.Telemetry.Sentry;

namespace Heretix.Tests.Unit.Platform.Telemetry;

/// <summary>A DSN says where reports go.</summary>
public sealed class SentryDsnTests
{
    [Theory]
    [InlineData("https://abc@o1.ingest.sentry.io/42", "https://o1.ingest.sentry.io/api/42/envelope/", "abc")]
    [InlineData("http://abc:old@sentry.local:9000/team/7", "http://sentry.local:9000/team/api/7/envelope/", "abc")]
    [InlineData("https://abc@host/7/", "https://host/api/7/envelope/", "abc")]
    public void A_dsn_is_an_address_a_key_and_a_project(string dsn, string envelopes, string key) =>
        SentryDsn.TryParse(dsn).ShouldBe(new SentryDsn(new Uri(envelopes), key));

    [Theory]
    [InlineData("")]
    [InlineData("abc")]
    [InlineData("https://host/42")]
    [InlineData("https://abc@host/")]
    [InlineData("https://abc@host")]
    [InlineData("ftp://abc@host/42")]
    public void Anything_else_is_none(string text) => SentryDsn.TryParse(text).ShouldBeNull();
}
