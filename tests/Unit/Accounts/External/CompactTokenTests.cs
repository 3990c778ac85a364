using System.Text.Json.Nodes;
using FsCheck;
using FsCheck.Fluent;
using Heretix.Accounts.External.Issuers;
using Heretix.Accounts.External.Keys;
using Heretix.Accounts.External.Tokens;
using Heretix.Tests.Keys;

namespace Heretix.Tests.Unit.Accounts.External;

/// <summary>Tokens and keys of issuers are read strictly, and reading never throws.</summary>
public sealed class CompactTokenTests
{
    private static readonly DateTimeOffset Now = new(2026, 5, 1, 12, 0, 0, TimeSpan.Zero);

    private static readonly Issuer House = new()
    {
        Name = "house",
        DisplayName = "house",
        Url = "https://id.example.org",
        Audiences = ["one", "two"],
        Algorithms = ["RS256", "ES256"],
    };

    [Fact]
    public void Reading_anything_never_throws()
    {
        Prop.ForAll<string?>(text =>
                CompactToken.TryRead(text) is null
                && CompactToken.TryRead($"{text}.{text}.{text}") is null
                && (text is null || Read(text, text) is null)
            )
            .QuickCheckThrowOnFailure();
    }

    [Theory]
    [InlineData("RS256")]
    [InlineData("ES256")]
    public void A_token_is_good_with_the_key_that_signed_it_alone(string algorithm)
    {
        var (mine, other) = (StubKey.New(algorithm, "a"), StubKey.New(algorithm, "a"));
        var token = CompactToken.TryRead(mine.Sign(Claims())).ShouldNotBeNull();
        Key(mine).ShouldNotBeNull().Verifies(token.SigningInput, token.Signature).ShouldBeTrue();
        Key(other).ShouldNotBeNull().Verifies(token.SigningInput, token.Signature).ShouldBeFalse();
        Key(mine)!.Verifies(token.SigningInput, []).ShouldBeFalse();
        Key(mine)!.Verifies(token.SigningInput, new byte[64]).ShouldBeFalse();
        Key(mine)!.Verifies(token.SigningInput, new byte[256]).ShouldBeFalse();
        token.Claims.ToString().ShouldBe("(claims)");
    }

    [Fact]
    public void The_times_are_exact_to_the_skew()
    {
        Fault("exp", -5.0).ShouldBe(TokenFault.Expired);
        Fault("exp", -4.5).ShouldBeNull();
        Fault("nbf", 5.0).ShouldBeNull();
        Fault("nbf", 5.5).ShouldBe(TokenFault.NotYet);
        Fault("iat", 5.0).ShouldBeNull();
        Fault("iat", 5.5).ShouldBe(TokenFault.NotYet);
    }

    [Fact]
    public void A_token_that_comes_with_requests_need_not_say_when_it_was_made()
    {
        var claims = Claims();
        claims.Remove("iat");
        var token = CompactToken.TryRead(StubKey.New("ES256", "a").Sign(claims)).ShouldNotBeNull();
        TokenRules.Fault(token, House, TokenUse.Bearer, Now).ShouldBeNull();
        TokenRules.Fault(token, House, TokenUse.Identity, Now).ShouldBe(TokenFault.NotYet);
    }

    [Theory]
    [InlineData("JWT", true, true)]
    [InlineData("jwt", true, true)]
    [InlineData("at+jwt", false, true)]
    [InlineData("logout+jwt", false, false)]
    [InlineData("", false, false)]
    public void A_token_is_what_it_says_it_is(string type, bool identity, bool bearer)
    {
        var key = StubKey.New("ES256", "a");
        var header = key.Header();
        header["typ"] = type;
        var token = CompactToken.TryRead(key.Sign(Claims(), header)).ShouldNotBeNull();
        (TokenRules.Fault(token, House, TokenUse.Identity, Now) is null).ShouldBe(identity);
        (TokenRules.Fault(token, House, TokenUse.Bearer, Now) is null).ShouldBe(bearer);
    }

    [Theory]
    [InlineData("use", "\"enc\"")]
    [InlineData("alg", "\"RS384\"")]
    [InlineData("alg", "17")]
    [InlineData("kty", "\"rsa\"")]
    [InlineData("kty", null)]
    [InlineData("key_ops", "[\"sign\"]")]
    [InlineData("key_ops", "\"verify\"")]
    [InlineData("n", "\"AQAB\"")]
    [InlineData("n", "\"%%%\"")]
    [InlineData("n", null)]
    [InlineData("e", "\"\"")]
    [InlineData("e", "\"AQ\"")]
    [InlineData("e", "\"Ag\"")]
    [InlineData("e", "\"AQAAAAE\"")]
    public void A_key_that_cannot_be_used_is_none(string member, string? value)
    {
        var key = StubKey.New("RS256", "a").Public();
        KeyOf(key).ShouldNotBeNull();
        if (value is null)
            key.Remove(member);
        else
            key[member] = JsonNode.Parse(value);
        KeyOf(key).ShouldBeNull();
    }

    [Fact]
    public void A_point_beside_the_curve_is_no_key()
    {
        var key = StubKey.New("ES256", "a").Public();
        KeyOf(key).ShouldNotBeNull();
        key["x"] = key["y"]!.DeepClone();
        KeyOf(key).ShouldBeNull();
        key["crv"] = "P-384";
        KeyOf(key).ShouldBeNull();
    }

    private static TokenFault? Fault(string claim, double seconds)
    {
        var claims = Claims();
        claims[claim] = Now.ToUnixTimeSeconds() + seconds;
        var token = CompactToken.TryRead(StubKey.New("ES256", "a").Sign(claims)).ShouldNotBeNull();
        return TokenRules.Fault(token, House, TokenUse.Identity, Now);
    }

    private static JsonObject Claims() =>
        new()
        {
            ["iss"] = House.Url,
            ["sub"] = "ada",
            ["aud"] = "two",
            ["iat"] = Now.ToUnixTimeSeconds(),
            ["exp"] = Now.ToUnixTimeSeconds() + 60,
        };

    private static CompactToken? Read(string header, string claims) =>
        CompactToken.TryRead($"{StubKey.Encode(header)}.{StubKey.Encode(claims)}.AAAA");

    private static SigningKey? Key(StubKey key) => KeyOf(key.Public());

    private static SigningKey? KeyOf(JsonObject key) =>
        SigningKey.TryRead(System.Text.Json.JsonElement.Parse(key.ToJsonString()));
}
