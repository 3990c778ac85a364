using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Heretix.Tests.Integration.Servers;

namespace Heretix.Tests.Integration.Accounts.External;

/// <summary>Nonces bind a token to the client whose flow it was made for.</summary>
public sealed class NonceTests(ExternalHost external) : IClassFixture<ExternalHost>
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    /// <summary>A nonce for a browser, or for a client that keeps it itself.</summary>
    internal static async Task<string> NonceAsync(Visitor visitor, bool keepsItself = false)
    {
        using var answer = await visitor.Client.PostAsync(
            $"/api/auth/nonce{(keepsItself ? "?tokens=true" : "")}",
            null,
            Stop
        );
        answer.StatusCode.ShouldBe(HttpStatusCode.OK, await answer.Content.ReadAsStringAsync(Stop));
        var body = await answer.Content.ReadFromJsonAsync<JsonElement>(Stop);
        body.GetProperty("expires_in").GetInt32().ShouldBe(600);
        return body.GetProperty("nonce").GetString()!;
    }

    [Fact]
    public async Task A_browser_is_bound_by_its_cookie()
    {
        using var visitor = external.Host.Visitor();
        using var stranger = external.Host.Visitor();
        var nonce = await NonceAsync(visitor);
        await NonceAsync(stranger);
        var subject = ExternalHost.NewSubject();
        string Token() => external.AppleToken(subject, AccountsHost.NewEmail(), nonce);
        (await ErrorAsync(stranger, "apple", Token())).ShouldBe("invalid_nonce", "it has the cookie of its own nonce");
        (await ErrorAsync(external.Host.Visitor(), "apple", Token(), nonce)).ShouldBe(
            "invalid_nonce",
            "it has no cookie"
        );
        (await ErrorAsync(visitor, "apple", Token())).ShouldBeNull();
        // Another page of the same browser may be in the middle of its own flow.
        var (one, two) = (await NonceAsync(visitor), await NonceAsync(visitor));
        foreach (var other in (string[])[two, one])
            (await ErrorAsync(visitor, "apple", external.AppleToken(subject, nonce: other))).ShouldBeNull();
        (
            await ErrorAsync(
                visitor,
                "google",
                external.GoogleToken(ExternalHost.NewSubject(), AccountsHost.NewEmail())
            )
        ).ShouldBeNull();
    }

    [Fact]
    public async Task A_client_without_cookies_sends_it_along()
    {
        using var client = external.Host.Visitor();
        var nonce = await NonceAsync(client, keepsItself: true);
        client.Cookie("heretix_nonce").ShouldBeNull();
        var subject = ExternalHost.NewSubject();
        var email = AccountsHost.NewEmail();
        (await ErrorAsync(client, "apple", external.AppleToken(subject, email, nonce))).ShouldBe("invalid_nonce");
        (await ErrorAsync(client, "apple", external.AppleToken(subject, email, nonce), nonce)).ShouldBeNull();
    }

    [Fact]
    public async Task Apps_hand_apple_the_hash_of_it_and_nobody_else()
    {
        using var client = external.Host.Visitor();
        foreach (var (issuer, error) in new[] { ("apple", null), ("house", "invalid_nonce") })
        {
            var nonce = await NonceAsync(client, keepsItself: true);
            var hash = Convert.ToHexStringLower(SHA256.HashData(Encoding.ASCII.GetBytes(nonce)));
            var token =
                issuer == "apple"
                    ? external.AppleToken(ExternalHost.NewSubject(), AccountsHost.NewEmail(), hash)
                    : external.HouseToken(ExternalHost.NewSubject(), AccountsHost.NewEmail(), hash);
            (await ErrorAsync(client, issuer, token, nonce)).ShouldBe(error);
        }
        var other = await NonceAsync(client, keepsItself: true);
        var shown = Convert.ToHexStringLower(SHA256.HashData(Encoding.ASCII.GetBytes(other)));
        (
            await ErrorAsync(
                client,
                "apple",
                external.AppleToken(ExternalHost.NewSubject(), AccountsHost.NewEmail(), shown)
            )
        ).ShouldBe("invalid_nonce", "who knows only the hash has not begun the flow");
    }

    [Fact]
    public async Task It_works_once_and_for_ten_minutes()
    {
        using var client = external.Host.Visitor();
        var nonce = await NonceAsync(client, keepsItself: true);
        string Token() => external.AppleToken(ExternalHost.NewSubject(), AccountsHost.NewEmail(), nonce);
        (await ErrorAsync(client, "apple", Token(), nonce)).ShouldBeNull();
        (await ErrorAsync(client, "apple", Token(), nonce)).ShouldBe("invalid_nonce");
        nonce = await NonceAsync(client, keepsItself: true);
        external.Time.Pass(TimeSpan.FromMinutes(10) + TimeSpan.FromSeconds(1));
        (await ErrorAsync(client, "apple", Token(), nonce)).ShouldBe("invalid_nonce");
    }

    [Fact]
    public async Task Of_many_tokens_with_one_nonce_one_signs_in()
    {
        using var client = external.Host.Visitor();
        var nonce = await NonceAsync(client, keepsItself: true);
        var errors = await Task.WhenAll(
            Enumerable
                .Range(0, 8)
                .Select(async _ =>
                {
                    using var visitor = external.Host.Visitor();
                    var token = external.AppleToken(ExternalHost.NewSubject(), AccountsHost.NewEmail(), nonce);
                    return await ErrorAsync(visitor, "apple", token, nonce);
                })
        );
        errors.Count(error => error is null).ShouldBe(1, string.Join(", ", errors));
        errors.Where(error => error is not null).ShouldAllBe(error => error == "invalid_nonce");
    }

    [Fact]
    public async Task One_that_was_never_given_out_is_refused()
    {
        using var client = external.Host.Visitor();
        foreach (var nonce in (string[])["n-0S6_WzA2Mj", new string('A', 43), ""])
        {
            var token = external.AppleToken(ExternalHost.NewSubject(), AccountsHost.NewEmail(), nonce);
            (await ErrorAsync(client, "apple", token)).ShouldBe("invalid_nonce", nonce);
            (await ErrorAsync(client, "apple", token, nonce)).ShouldBe("invalid_nonce", nonce);
        }
    }

    [Fact]
    public async Task A_token_without_one_is_refused_where_it_is_required_and_where_one_was_sent_along()
    {
        using var client = external.Host.Visitor();
        var email = AccountsHost.NewEmail();
        (await ErrorAsync(client, "house", external.HouseToken(ExternalHost.NewSubject(), email))).ShouldBe(
            "invalid_nonce"
        );
        var nonce = await NonceAsync(client, keepsItself: true);
        var token = external.AppleToken(ExternalHost.NewSubject(), email);
        (await ErrorAsync(client, "apple", token, nonce)).ShouldBe("invalid_nonce");
        (await ErrorAsync(client, "apple", token)).ShouldBeNull();
    }

    private static async Task<string?> ErrorAsync(Visitor visitor, string issuer, string token, string? nonce = null)
    {
        using var answer = await ExternalHost.SignInAsync(visitor, issuer, token, nonce);
        return answer.IsSuccessStatusCode ? null : await AccountsHost.ErrorOf(answer);
    }
}
