using Heretix.Models;
using Microsoft.Extensions.AI;

namespace Heretix.Tests.Unit.Models;

public sealed class SampleIdentityTests
{
    [Fact]
    public void What_is_set_is_read_and_what_is_not_set_has_a_default()
    {
        var options = SampleIdentity.Set(new ChatOptions(), "a claim", 3, 1, "k-1");

        SampleIdentity.Claim(options).ShouldBe("a claim");
        SampleIdentity.Replicate(options).ShouldBe(3);
        SampleIdentity.Attempt(options).ShouldBe(1);
        SampleIdentity.IdempotencyKey(options).ShouldBe("k-1");
        SampleIdentity.Claim(null).ShouldBeNull();
        SampleIdentity.Replicate(new ChatOptions()).ShouldBe(0);
        SampleIdentity.IdempotencyKey(new ChatOptions()).ShouldBeNull();
    }

    [Theory]
    [InlineData("a b")]
    [InlineData("a\r\nInjected: header")]
    [InlineData("é")]
    public void A_key_that_cannot_travel_as_a_header_is_refused(string key) =>
        Should.Throw<ArgumentException>(() => SampleIdentity.Set(new ChatOptions(), idempotencyKey: key));

    [Theory]
    [InlineData(-1, 0)]
    [InlineData(0, 0)]
    [InlineData(1, 1)]
    [InlineData(6, 2)]
    [InlineData(10, 2)]
    [InlineData(14, 4)]
    [InlineData(4000, 1000)]
    public void Tokens_are_a_quarter_of_the_characters_rounded_half_to_even(long characters, long tokens) =>
        TokenEstimate.FromLength(characters).ShouldBe(tokens);
}
