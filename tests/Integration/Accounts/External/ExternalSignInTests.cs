using System.Net;
using System.Text.Json;
using Heretix.Tests.Integration.Accounts.Leaving;
using Heretix.Tests.Integration.Servers;

namespace Heretix.Tests.Integration.Accounts.External;

/// <summary>Signing in by an ID token of an issuer, and to whose account it leads.</summary>
public sealed class ExternalSignInTests(ExternalHost external) : IClassFixture<ExternalHost>
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    private HeretixHost Host => external.Host;

    [Fact]
    public async Task A_token_of_google_makes_an_account_and_the_next_one_leads_to_it()
    {
        var (email, subject) = (AccountsHost.NewEmail(), ExternalHost.NewSubject());
        using var heard = new Heard(Host);
        using var visitor = Host.Visitor();
        using (var answer = await ExternalHost.SignInAsync(visitor, "google", external.GoogleToken(subject, email)))
        {
            answer.StatusCode.ShouldBe(HttpStatusCode.OK, await answer.Content.ReadAsStringAsync(Stop));
            answer.Headers.CacheControl!.NoStore.ShouldBeTrue();
            var body = await answer.Content.ReadFromJsonAsync<JsonElement>(Stop);
            body.GetProperty("email").GetString().ShouldBe(email);
            body.GetProperty("id").GetGuid().ShouldBe(await external.UserOfAsync(subject));
        }
        (await StatusAsync(visitor)).ShouldBe(HttpStatusCode.OK, "it is a session as by any other way");
        visitor.Cookie("heretix_csrf").ShouldNotBeNull();
        var mine = await ApiTokens.ReadAsync(
            await ExternalHost.SignInAsync(Host.Visitor(), "google", external.GoogleToken(subject, email), tokens: true)
        );
        (await mine.StatusAsync(Host)).ShouldBe(HttpStatusCode.OK);
        (await external.CountAsync($"accounts.users where email = '{email}'")).ShouldBe(1);
        (await external.CountAsync($"accounts.external_identities where subject = '{subject}'")).ShouldBe(1);
        heard.Counts["heretix.sign_ins.completed method=google new_user=True"].ShouldBe(1);
        heard.Counts["heretix.sign_ins.completed method=google new_user=False"].ShouldBe(1);
    }

    [Fact]
    public async Task Google_may_spell_itself_without_https()
    {
        var claims = external.Google.Claims(
            external.Time.GetUtcNow(),
            ExternalHost.NewSubject(),
            ExternalHost.GoogleClient,
            AccountsHost.NewEmail()
        );
        claims["iss"] = external.Google.Url["http://".Length..];
        (await external.OutcomeAsync("google", external.Google.Sign(claims))).ShouldBe((200, null));
    }

    [Fact]
    public async Task A_verified_address_leads_to_the_account_that_has_it_and_its_owner_is_told()
    {
        var (email, subject) = (AccountsHost.NewEmail(), ExternalHost.NewSubject());
        using var owner = await Host.SignedInVisitorAsync(email);
        var user = await external.ScalarAsync<Guid>($"select id from accounts.users where email = '{email}'");
        (await external.OutcomeAsync("google", external.GoogleToken(subject, email.ToUpperInvariant()))).ShouldBe(
            (200, null)
        );
        (await external.UserOfAsync(subject)).ShouldBe(user);
        (await external.CountAsync($"accounts.users where lower(email) = '{email}'")).ShouldBe(1);
        var mail = await Host.MailAsync(email);
        mail.Kind.ShouldBe("identity_linked");
        mail.Text.ShouldContain("Google");
    }

    [Theory]
    [InlineData("false")]
    [InlineData("\"false\"")]
    [InlineData("null")]
    [InlineData("1")]
    [InlineData("\"True\"")]
    [InlineData(null)]
    public async Task An_unverified_address_leads_to_no_account_whether_there_is_one_or_not(string? verified)
    {
        var email = AccountsHost.NewEmail();
        using var owner = await Host.SignedInVisitorAsync(email);
        foreach (var address in (string[])[email, AccountsHost.NewEmail()])
        {
            var subject = ExternalHost.NewSubject();
            var claims = external.Google.Claims(external.Time.GetUtcNow(), subject, ExternalHost.GoogleClient, address);
            ExternalHost.With(
                claims,
                "email_verified",
                verified is null ? null : System.Text.Json.Nodes.JsonNode.Parse(verified)
            );
            if (verified == "null")
                claims["email_verified"] = null;
            (await external.OutcomeAsync("google", external.Google.Sign(claims))).ShouldBe((400, "email_not_verified"));
            (await external.CountAsync($"accounts.external_identities where subject = '{subject}'")).ShouldBe(0);
        }
    }

    [Fact]
    public async Task An_issuer_that_is_not_trusted_with_addresses_leads_to_no_account()
    {
        using var visitor = Host.Visitor();
        var nonce = await NonceTests.NonceAsync(visitor);
        var token = external.HouseToken(ExternalHost.NewSubject(), AccountsHost.NewEmail(), nonce);
        using var answer = await ExternalHost.SignInAsync(visitor, "house", token);
        (await AccountsHost.ErrorOf(answer)).ShouldBe("email_not_verified");
    }

    [Fact]
    public async Task Only_addresses_of_the_domains_that_an_issuer_answers_for_are_proven_by_it()
    {
        await using var host = await external.AnotherAsync(
            options: new Dictionary<string, string?>
            {
                ["Heretix:Accounts:Issuers:google:EmailDomains"] = "house.example",
            }
        );
        foreach (
            var (email, status) in new[] { ($"{Guid.NewGuid():N}@house.example", 200), (AccountsHost.NewEmail(), 400) }
        )
        {
            using var visitor = host.Visitor();
            var token = external.GoogleToken(ExternalHost.NewSubject(), email);
            using var answer = await ExternalHost.SignInAsync(visitor, "google", token);
            ((int)answer.StatusCode).ShouldBe(status, email);
        }
    }

    [Fact]
    public async Task Apple_tells_the_address_once_and_the_subject_is_enough_afterwards()
    {
        var (email, subject) = (AccountsHost.NewEmail(), ExternalHost.NewSubject());
        var claims = external.Apple.Claims(external.Time.GetUtcNow(), subject, ExternalHost.AppleClient, email);
        claims["email_verified"] = "true";
        (await external.OutcomeAsync("apple", external.Apple.Sign(claims))).ShouldBe((200, null));
        var user = await external.UserOfAsync(subject);
        (await external.OutcomeAsync("apple", external.AppleToken(subject))).ShouldBe((200, null));
        (await external.UserOfAsync(subject)).ShouldBe(user);
        (await external.OutcomeAsync("apple", external.AppleToken(ExternalHost.NewSubject()))).ShouldBe(
            (400, "oauth_account_not_linked")
        );
    }

    [Fact]
    public async Task One_subject_at_two_issuers_is_two_people()
    {
        var subject = ExternalHost.NewSubject();
        (await external.OutcomeAsync("google", external.GoogleToken(subject, AccountsHost.NewEmail()))).ShouldBe(
            (200, null)
        );
        (await external.OutcomeAsync("apple", external.AppleToken(subject, AccountsHost.NewEmail()))).ShouldBe(
            (200, null)
        );
        (
            await external.CountAsync(
                $"(select distinct user_id from accounts.external_identities where subject = '{subject}') people"
            )
        ).ShouldBe(2);
    }

    [Fact]
    public async Task A_known_identity_signs_in_whatever_has_become_of_its_address()
    {
        var (subject, other) = (ExternalHost.NewSubject(), AccountsHost.NewEmail());
        (await external.OutcomeAsync("google", external.GoogleToken(subject, AccountsHost.NewEmail()))).ShouldBe(
            (200, null)
        );
        var user = await external.UserOfAsync(subject);
        using var stranger = await Host.SignedInVisitorAsync(other);
        (await external.OutcomeAsync("google", external.GoogleToken(subject, other))).ShouldBe((200, null));
        (await external.UserOfAsync(subject)).ShouldBe(user);
        (await external.CountAsync($"accounts.users where id = '{user}' and email <> '{other}'")).ShouldBe(1);
    }

    [Fact]
    public async Task A_token_works_once_however_many_show_it_at_once()
    {
        var subject = ExternalHost.NewSubject();
        var token = external.GoogleToken(subject, AccountsHost.NewEmail());
        var outcomes = await Task.WhenAll(Enumerable.Range(0, 12).Select(_ => external.OutcomeAsync("google", token)));
        outcomes.Count(outcome => outcome.Status == 200).ShouldBe(1);
        outcomes.Where(outcome => outcome.Status != 200).ShouldAllBe(outcome => outcome.Error == "token_used");
        (
            await external.CountAsync(
                $"accounts.sessions s join accounts.external_identities i on i.user_id = s.user_id where i.subject = '{subject}'"
            )
        ).ShouldBe(1);
        external.Time.Pass(TimeSpan.FromSeconds(590));
        (await external.OutcomeAsync("google", token)).ShouldBe((401, "token_used"));
    }

    [Fact]
    public async Task A_token_that_was_refused_is_not_used_up()
    {
        var (email, subject) = (AccountsHost.NewEmail(), ExternalHost.NewSubject());
        var claims = external.Google.Claims(external.Time.GetUtcNow(), subject, ExternalHost.GoogleClient, email);
        claims["email_verified"] = false;
        var token = external.Google.Sign(claims);
        (await external.OutcomeAsync("google", token)).ShouldBe((400, "email_not_verified"));
        using var visitor = await Host.SignedInVisitorAsync(email);
        using var answer = await visitor.Client.PostAsJsonAsync(
            "/api/auth/identities",
            new { issuer = "google", id_token = token },
            Stop
        );
        answer.StatusCode.ShouldBe(HttpStatusCode.Created);
    }

    [Fact]
    public async Task An_account_that_was_left_signs_nobody_in_and_the_mail_that_restores_comes_again()
    {
        var (email, subject) = (AccountsHost.NewEmail(), ExternalHost.NewSubject());
        using var visitor = Host.Visitor();
        using (await ExternalHost.SignInAsync(visitor, "google", external.GoogleToken(subject, email))) { }
        await visitor.LeaveForTokenAsync(Host, email);
        using var answer = await ExternalHost.SignInAsync(visitor, "google", external.GoogleToken(subject, email));
        answer.StatusCode.ShouldBe(HttpStatusCode.Forbidden);
        var body = await answer.Content.ReadFromJsonAsync<JsonElement>(Stop);
        body.GetProperty("error").GetString().ShouldBe("account_closed");
        body.GetProperty("restorable_until").GetDateTimeOffset().ShouldBeGreaterThan(external.Time.GetUtcNow());
        (await external.OutcomeAsync("google", external.GoogleToken(ExternalHost.NewSubject(), email))).ShouldBe(
            (403, "account_closed"),
            "nor does another identity with its address"
        );
        (await Host.RestoreAsync(Leaver.TokenIn(await Host.MailAsync(email)))).ShouldBeNull();
        (await external.OutcomeAsync("google", external.GoogleToken(subject, email))).ShouldBe((200, null));
    }

    [Theory]
    [InlineData("/api/auth/external/nobody")]
    [InlineData("/api/auth/external/clerk")]
    [InlineData("/api/auth/external/Google")]
    public async Task An_issuer_that_does_not_sign_in_here_is_not_found(string path)
    {
        using var visitor = Host.Visitor();
        using var answer = await visitor.Client.PostAsJsonAsync(path, new { id_token = "a.b.c" }, Stop);
        answer.StatusCode.ShouldBe(HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task Neither_token_nor_subject_nor_address_is_in_the_log()
    {
        var (email, subject) = (AccountsHost.NewEmail(), $"subject-of-{Guid.NewGuid():N}");
        using var visitor = Host.Visitor();
        var nonce = await NonceTests.NonceAsync(visitor);
        var tokens = new[] { external.GoogleToken(subject, email), external.AppleToken(subject, email, nonce) };
        using (var answer = await ExternalHost.SignInAsync(visitor, "google", tokens[0]))
            answer.StatusCode.ShouldBe(HttpStatusCode.OK);
        using (var answer = await ExternalHost.SignInAsync(visitor, "apple", tokens[1], nonce))
            answer.StatusCode.ShouldBe(HttpStatusCode.OK, await answer.Content.ReadAsStringAsync(Stop));
        (await external.OutcomeAsync("google", tokens[0])).ShouldBe((401, "token_used"));
        using (await ExternalHost.SendAsync(Host, external.ClerkToken(subject))) { }
        var log = string.Join('\n', external.Logs.Lines);
        log.ShouldContain("signed in by google");
        foreach (var secret in (string[])[email, subject, nonce, .. tokens])
            log.Contains(secret, StringComparison.OrdinalIgnoreCase)
                .ShouldBeFalse(
                    external.Logs.Lines.FirstOrDefault(line =>
                        line.Contains(secret, StringComparison.OrdinalIgnoreCase)
                    )
                );
    }

    [Fact]
    public async Task Without_a_token_there_is_nothing_to_look_at()
    {
        (await external.OutcomeAsync("google", null)).ShouldBe((422, "validation_failed"));
        (await external.OutcomeAsync("google", "")).ShouldBe((422, "validation_failed"));
    }

    private static async Task<HttpStatusCode> StatusAsync(Visitor visitor)
    {
        using var answer = await visitor.Client.GetAsync("/api/auth/sessions", Stop);
        return answer.StatusCode;
    }
}
