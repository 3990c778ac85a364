using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Heretix.Tests.Integration.Servers;
using Heretix.Tests.Keys;

namespace Heretix.Tests.Integration.Accounts.External;

/// <summary>What a token can say that is not true, and that nobody is signed in by it.</summary>
public sealed class LieTests(ExternalHost external) : IClassFixture<ExternalHost>
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    private long Now => external.Time.GetUtcNow().ToUnixTimeSeconds();

    [Theory]
    [InlineData("exp", "-6")]
    [InlineData("exp", null)]
    [InlineData("exp", "\"tomorrow\"")]
    [InlineData("exp", "1e300")]
    [InlineData("iat", "+60")]
    [InlineData("iat", null)]
    [InlineData("nbf", "+60")]
    [InlineData("nbf", "true")]
    [InlineData("sub", null)]
    [InlineData("sub", "\"\"")]
    [InlineData("sub", "17")]
    [InlineData("sub", "\"a\\u0000b\"")]
    [InlineData("aud", null)]
    [InlineData("aud", "[]")]
    [InlineData("aud", "\"somebody.else\"")]
    [InlineData("aud", "[\"somebody.else\"]")]
    [InlineData("aud", "[\"somebody.else\",\"123.apps.example\"]")]
    [InlineData("aud", "[17]")]
    [InlineData("aud", "{\"123.apps.example\":true}")]
    [InlineData("aud", "\"123.APPS.example\"")]
    [InlineData("events", "{\"http://schemas.openid.net/event/backchannel-logout\":{}}")]
    public async Task A_token_with_a_wrong_claim_is_refused(string claim, string? value)
    {
        var claims = Honest();
        ExternalHost.With(
            claims,
            claim,
            value switch
            {
                null => null,
                ['+' or '-', ..] => Now + long.Parse(value, System.Globalization.CultureInfo.InvariantCulture),
                _ => JsonNode.Parse(value),
            }
        );
        await RefusedAsync(external.Google.Sign(claims));
    }

    [Theory]
    [InlineData("\"sub\":\"\\ud800\"")]
    [InlineData("\"sub\":\"a\",\"nonce\":\"\\udfff\"")]
    [InlineData("\"sub\":\"a\",\"email\":\"\\ud800@example.org\"")]
    public async Task Half_a_character_is_no_text(string members)
    {
        var claims = Honest();
        claims.Remove("sub");
        claims.Remove("email");
        var text = claims.ToJsonString().Insert(1, members + ",");
        await RefusedAsync(external.Google.Key.Sign(external.Google.Key.Header().ToJsonString(), text));
    }

    [Fact]
    public async Task A_subject_may_have_255_characters()
    {
        await RefusedAsync(external.Google.Sign(ExternalHost.With(Honest(), "sub", new string('s', 256))));
        var claims = ExternalHost.With(Honest(), "sub", new string('s', 255));
        (await external.OutcomeAsync("google", external.Google.Sign(claims))).ShouldBe((200, null));
    }

    [Fact]
    public async Task Clocks_may_differ_by_five_seconds()
    {
        var claims = Honest();
        (claims["exp"], claims["nbf"], claims["iat"]) = (Now - 2, Now + 3, Now + 3);
        (await external.OutcomeAsync("google", external.Google.Sign(claims))).ShouldBe((200, null));
    }

    [Fact]
    public async Task A_token_for_several_audiences_must_have_been_given_to_us()
    {
        var claims = Honest();
        claims["aud"] = new JsonArray("somebody.else", ExternalHost.GoogleClient);
        claims["azp"] = "somebody.else";
        await RefusedAsync(external.Google.Sign(claims));
        claims["azp"] = ExternalHost.GoogleClient;
        (await external.OutcomeAsync("google", external.Google.Sign(claims))).ShouldBe((200, null));
    }

    [Theory]
    [InlineData("https://evil.example")]
    [InlineData("")]
    [InlineData(null)]
    public async Task A_token_of_another_issuer_is_refused(string? issuer) =>
        (
            await external.OutcomeAsync("google", external.Google.Sign(ExternalHost.With(Honest(), "iss", issuer)))
        ).ShouldBe((400, "invalid_token_issuer"));

    [Fact]
    public async Task An_honest_token_of_one_issuer_is_none_of_another()
    {
        var email = AccountsHost.NewEmail();
        (await external.OutcomeAsync("apple", external.GoogleToken(ExternalHost.NewSubject(), email))).ShouldBe(
            (400, "invalid_token_issuer")
        );
        // The same keys at two addresses make no difference: what is signed names the issuer.
        var claims = ExternalHost.With(Honest(), "iss", external.Apple.Url);
        (await external.OutcomeAsync("apple", external.Google.Sign(claims))).Status.ShouldBe(401);
    }

    [Theory]
    [InlineData("""{"alg":"none","typ":"JWT"}""")]
    [InlineData("""{"alg":"None","kid":"key-1"}""")]
    [InlineData("""{"alg":"HS256","kid":"key-1"}""")]
    [InlineData("""{"alg":"RS512","kid":"key-1"}""")]
    [InlineData("""{"alg":"PS256","kid":"key-1"}""")]
    [InlineData("""{"alg":"ES256","kid":"key-1"}""")]
    [InlineData("""{"alg":"rs256","kid":"key-1"}""")]
    [InlineData("""{"alg":["RS256"],"kid":"key-1"}""")]
    [InlineData("""{"alg":17,"kid":"key-1"}""")]
    [InlineData("""{"kid":"key-1"}""")]
    [InlineData("""{"alg":"RS256","kid":17}""")]
    [InlineData("""{"alg":"RS256","alg":"none","kid":"key-1"}""")]
    [InlineData("""{"alg":"RS256","kid":"key-1","crit":["exp"],"exp":1}""")]
    [InlineData("""{"alg":"RS256","kid":"key-1","typ":"logout+jwt"}""")]
    [InlineData("""{"alg":"RS256","kid":"key-1","typ":"at+jwt"}""")]
    [InlineData("""["RS256"]""")]
    [InlineData("RS256")]
    public async Task A_token_with_a_wrong_header_is_refused(string header) =>
        await RefusedAsync(external.Google.Key.Sign(header, Honest().ToJsonString()));

    [Fact]
    public async Task A_token_without_a_signature_is_refused()
    {
        var honest = external.Google.Sign(Honest());
        var unsigned = honest[..(honest.LastIndexOf('.') + 1)];
        await RefusedAsync(unsigned);
        await RefusedAsync($"{StubKey.Encode("""{"alg":"none"}""")}.{StubKey.Encode(Honest().ToJsonString())}.");
    }

    [Fact]
    public async Task A_public_key_is_no_secret_to_sign_by()
    {
        // The oldest trick: HMAC with the public key, which everybody knows, as its secret.
        var key = external.Google.Key.Public();
        var input =
            $"{StubKey.Encode($$"""{"alg":"HS256","kid":"{{external.Google.Key.Id}}"}""")}.{StubKey.Encode(Honest().ToJsonString())}";
        foreach (var secret in (string[])[(string)key["n"]!, key.ToJsonString()])
        {
            var mac = HMACSHA256.HashData(Encoding.UTF8.GetBytes(secret), Encoding.ASCII.GetBytes(input));
            await RefusedAsync($"{input}.{Base64Url.EncodeToString(mac)}");
        }
    }

    [Fact]
    public async Task A_key_that_a_token_brings_along_is_not_used_nor_fetched()
    {
        var own = StubKey.New("RS256", external.Google.Key.Id);
        var header = own.Header();
        header["jwk"] = own.Public();
        header["jku"] = $"{external.Google.Url}/own-keys";
        header["x5u"] = $"{external.Google.Url}/own-certificate";
        await RefusedAsync(own.Sign(Honest(), header));
        external.Google.Elsewhere.ShouldBe(0);
    }

    [Fact]
    public async Task A_token_that_was_altered_is_refused()
    {
        var honest = external.Google.Sign(Honest()).Split('.');
        var other = external.Google.Sign(Honest()).Split('.');
        await RefusedAsync($"{honest[0]}.{other[1]}.{honest[2]}");
        await RefusedAsync($"{honest[0]}.{honest[1]}.{other[2]}");
        var longer = Honest();
        longer["admin"] = true;
        await RefusedAsync($"{honest[0]}.{StubKey.Encode(longer.ToJsonString())}.{honest[2]}");
    }

    [Fact]
    public async Task A_token_has_one_spelling()
    {
        var claims = Honest();
        var honest = external.Google.Sign(claims);
        var parts = honest.Split('.');
        foreach (
            var spelling in (string[])
                [
                    honest + "=",
                    " " + honest,
                    honest + "\n",
                    honest + ".",
                    "." + honest,
                    $"{parts[0]}.{parts[1]}",
                    $"{parts[0]}..{parts[2]}",
                    $"{parts[0]}.{parts[1]}.{parts[2]}.{parts[2]}",
                    $"{parts[0]}.{parts[1]}.{parts[2]}==",
                    $"{parts[0]}. {parts[1]}.{parts[2]}",
                    $"{parts[0]}.{parts[1]}.{parts[2][..^1]}{(parts[2][^1] == 'A' ? 'B' : (char)(parts[2][^1] + 1))}",
                    parts[0] + "." + parts[1] + "." + parts[2].Replace('-', '+').Replace('_', '/') + "+",
                    "ä" + honest,
                ]
        )
            await RefusedAsync(spelling);
        (await external.OutcomeAsync("google", honest)).ShouldBe((200, null));
    }

    [Fact]
    public async Task A_claim_that_is_there_twice_is_refused()
    {
        var claims = Honest().ToJsonString();
        var twice = claims.Insert(1, "\"sub\":\"somebody-else\",");
        await RefusedAsync(external.Google.Key.Sign(external.Google.Key.Header().ToJsonString(), twice));
        var nested = claims.Insert(1, "\"x\":{\"a\":1,\"a\":2},");
        await RefusedAsync(external.Google.Key.Sign(external.Google.Key.Header().ToJsonString(), nested));
    }

    [Fact]
    public async Task A_token_that_is_too_long_is_not_read()
    {
        var claims = ExternalHost.With(Honest(), "padding", new string('x', 16 * 1024));
        await RefusedAsync(external.Google.Sign(claims));
    }

    [Fact]
    public async Task An_elliptic_signature_that_was_turned_around_is_the_same_token()
    {
        // (r, s) and (r, n - s) are both good signatures; a token that is shown with the other one was used all the same.
        var visitor = external.Host.Visitor();
        var subject = ExternalHost.NewSubject();
        await external.ExecuteAsync(
            $"""
            insert into accounts.users (id, email, status, created_at, updated_at)
            values ('{Guid.NewGuid()}', '{subject}@example.org', 'active', now(), now());
            insert into accounts.external_identities (id, user_id, issuer, subject, email_verified, created_at, last_used_at)
            select gen_random_uuid(), id, '{external.House.Url}', '{subject}', false, now(), now()
            from accounts.users where email = '{subject}@example.org'
            """
        );
        var nonce = await NonceTests.NonceAsync(visitor);
        var token = external.HouseToken(subject, nonce: nonce);
        using (var answer = await ExternalHost.SignInAsync(visitor, "house", token))
            ((int)answer.StatusCode).ShouldBe(200, await answer.Content.ReadAsStringAsync(Stop));
        var parts = token.Split('.');
        var signature = Base64Url.DecodeFromChars(parts[2]);
        var order = new System.Numerics.BigInteger(
            Convert.FromHexString("FFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551"),
            isUnsigned: true,
            isBigEndian: true
        );
        var s = order - new System.Numerics.BigInteger(signature.AsSpan(32), isUnsigned: true, isBigEndian: true);
        var turned = s.ToByteArray(isUnsigned: true, isBigEndian: true);
        signature.AsSpan(32).Clear();
        turned.CopyTo(signature, 64 - turned.Length);
        var again = $"{parts[0]}.{parts[1]}.{Base64Url.EncodeToString(signature)}";
        again.ShouldNotBe(token);
        using var second = await ExternalHost.SignInAsync(visitor, "house", again);
        (await AccountsHost.ErrorOf(second)).ShouldBe("token_used");
    }

    private JsonObject Honest() =>
        external.Google.Claims(
            external.Time.GetUtcNow(),
            ExternalHost.NewSubject(),
            ExternalHost.GoogleClient,
            AccountsHost.NewEmail()
        );

    private async Task RefusedAsync(string token)
    {
        var before = await external.CountAsync("accounts.sessions");
        using var visitor = external.Host.Visitor();
        using var answer = await ExternalHost.SignInAsync(visitor, "google", token);
        ((int)answer.StatusCode).ShouldBe(401, token);
        (await AccountsHost.ErrorOf(answer)).ShouldBe("invalid_token");
        visitor.Cookie("heretix_session").ShouldBeNull();
        (await external.CountAsync("accounts.sessions")).ShouldBe(before);
    }
}
