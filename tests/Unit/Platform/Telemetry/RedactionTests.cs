using Heretix.Platform.Telemetry;

namespace Heretix.Tests.Unit.Platform.Telemetry;

/// <summary>Secrets and addresses of people stay inside.</summary>
public sealed class RedactionTests
{
    private const string Jwt = "eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiIxMjM0In0.c2lnbmF0dXJl";

    [Theory]
    [InlineData($"before {Jwt} after", "before ***JWT_REDACTED*** after")]
    [InlineData("Authorization: Bearer abc.def-123", "Authorization: Bearer ***REDACTED***")]
    [InlineData("bearer  abcdef==", "bearer ***REDACTED***")]
    [InlineData("key sk_live_51Habcdef and pk_test_abcd", "key ***REDACTED*** and ***REDACTED***")]
    [InlineData("sk-proj-abcdefghijklmnop1234", "***REDACTED***")]
    [InlineData("mail to ada.l+x@mail.example.org, please", "mail to ***EMAIL_REDACTED***, please")]
    [InlineData("postgres://heretix:p%40ss@db:5432/x", "postgres://***REDACTED***@db:5432/x")]
    [InlineData("GET /callback?token=ab:cd&next=1", "GET /callback?token=***REDACTED***&next=1")]
    [InlineData("nothing here", "nothing here")]
    [InlineData("a@b, 3 @ 4, http://host:80/path, maxtoken=3", "a@b, 3 @ 4, http://host:80/path, maxtoken=3")]
    public void What_looks_like_a_secret_is_replaced_in_texts(string text, string expected) =>
        Redaction.Text(text).ShouldBe(expected);

    [Theory]
    [InlineData("Password")]
    [InlineData("access_token")]
    [InlineData("AccessToken")]
    [InlineData("X-API-Key")]
    [InlineData("openai_api_key")]
    [InlineData("STRIPE_WEBHOOK_SECRET")]
    [InlineData("Set-Cookie")]
    [InlineData("Email")]
    [InlineData("csrf_token")]
    [InlineData("Claim")]
    public void Some_keys_are_sensitive_whatever_they_hold(string key) => Redaction.IsSensitive(key).ShouldBeTrue();

    [Theory]
    [InlineData("Route")]
    [InlineData("tokens_in")]
    [InlineData("Kind")]
    [InlineData("Author")]
    [InlineData("max_output_tokens")]
    public void Others_are_not(string key) => Redaction.IsSensitive(key).ShouldBeFalse();

    [Fact]
    public void The_value_of_a_sensitive_field_is_taken_out_of_the_message_too() =>
        Redaction
            .Message("wrong hunter2 for bob", [new("Password", "hunter2"), new("Name", "bob"), new("Token", null)])
            .ShouldBe("wrong ***REDACTED*** for bob");

    [Theory]
    [InlineData("a")]
    [InlineData(".")]
    [InlineData("@")]
    [InlineData("eyJa.")]
    [InlineData("://:a")]
    [InlineData("bearer ")]
    public void A_long_text_is_read_in_time_that_grows_with_its_length(string piece) =>
        // With unbounded repetitions some of these would take hours.
        Redaction.Text("=" + string.Concat(Enumerable.Repeat(piece, 100_000))).ShouldStartWith("=");
}
