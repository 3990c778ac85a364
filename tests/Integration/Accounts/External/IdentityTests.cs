using System.Net;
using System.Text.Json;
using Heretix.Tests.Integration.Accounts.Leaving;
using Heretix.Tests.Integration.Servers;

namespace Heretix.Tests.Integration.Accounts.External;

/// <summary>Linking identities to an account, and unlinking them.</summary>
public sealed class IdentityTests(ExternalHost external, PostgresCluster postgres) : IClassFixture<ExternalHost>
{
    private static readonly Uri Identities = new("/api/auth/identities", UriKind.Relative);

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    private HeretixHost Host => external.Host;

    [Fact]
    public async Task Somebody_links_several_identities_and_signs_in_by_each()
    {
        var (email, google, apple) = (AccountsHost.NewEmail(), ExternalHost.NewSubject(), ExternalHost.NewSubject());
        using var visitor = await Host.SignedInVisitorAsync(email);
        // Neither has the address of the account, nor a verified one.
        (await LinkAsync(visitor, "google", external.GoogleToken(google, null))).ShouldBe((201, null));
        (await LinkAsync(visitor, "apple", external.AppleToken(apple, AccountsHost.NewEmail()))).ShouldBe((201, null));
        var items = await ListAsync(visitor);
        items.Select(item => item.GetProperty("issuer").GetString()).ShouldBe(["apple", "google"]);
        items.Select(item => item.GetProperty("subject").GetString()).ShouldBe([apple, google]);
        items[0]
            .EnumerateObject()
            .Select(member => member.Name)
            .ShouldBe(["id", "issuer", "subject", "email", "created_at", "last_used_at"]);
        items[1].GetProperty("email").ValueKind.ShouldBe(JsonValueKind.Null);
        (await external.OutcomeAsync("google", external.GoogleToken(google, null))).ShouldBe((200, null));
        (await external.OutcomeAsync("apple", external.AppleToken(apple))).ShouldBe((200, null));
        (await external.UserOfAsync(google)).ShouldBe(await external.UserOfAsync(apple));
        foreach (var _ in items)
            (await Host.MailAsync(email)).Kind.ShouldBe("identity_linked");
    }

    [Fact]
    public async Task Linking_again_is_harmless_with_the_same_token_and_with_another()
    {
        var subject = ExternalHost.NewSubject();
        using var visitor = await Host.SignedInVisitorAsync(AccountsHost.NewEmail());
        var token = external.GoogleToken(subject, null);
        (await LinkAsync(visitor, "google", token)).ShouldBe((201, null));
        (await LinkAsync(visitor, "google", token)).ShouldBe((200, null));
        (await LinkAsync(visitor, "google", external.GoogleToken(subject, null))).ShouldBe((200, null));
        (await ListAsync(visitor)).Count.ShouldBe(1);
        (await external.OutcomeAsync("google", token)).ShouldBe((401, "token_used"), "it has done its work");
    }

    [Fact]
    public async Task An_identity_of_somebody_else_is_not_linked()
    {
        var subject = ExternalHost.NewSubject();
        (await external.OutcomeAsync("google", external.GoogleToken(subject, AccountsHost.NewEmail()))).ShouldBe(
            (200, null)
        );
        var owner = await external.UserOfAsync(subject);
        using var visitor = await Host.SignedInVisitorAsync(AccountsHost.NewEmail());
        (await LinkAsync(visitor, "google", external.GoogleToken(subject, null))).ShouldBe((409, "identity_in_use"));
        (await external.UserOfAsync(subject)).ShouldBe(owner);
        (await ListAsync(visitor)).ShouldBeEmpty();
    }

    [Fact]
    public async Task Of_many_who_link_one_identity_at_once_one_gets_it()
    {
        var subject = ExternalHost.NewSubject();
        var visitors = new List<Visitor>();
        for (var number = 0; number < 6; number++)
            visitors.Add(await Host.SignedInVisitorAsync(AccountsHost.NewEmail()));
        var outcomes = await Task.WhenAll(
            visitors.Select(visitor => LinkAsync(visitor, "google", external.GoogleToken(subject, null)))
        );
        outcomes.Count(outcome => outcome.Status == 201).ShouldBe(1);
        outcomes.Where(outcome => outcome.Status != 201).ShouldAllBe(outcome => outcome.Error == "identity_in_use");
    }

    [Theory]
    [InlineData("google", "x.y.z", 401, "invalid_token")]
    [InlineData("nobody", "x.y.z", 422, "validation_failed")]
    [InlineData(null, "x.y.z", 422, "validation_failed")]
    [InlineData("google", null, 422, "validation_failed")]
    public async Task A_link_needs_a_proof(string? issuer, string? token, int status, string error)
    {
        using var visitor = await Host.SignedInVisitorAsync(AccountsHost.NewEmail());
        (await LinkAsync(visitor, issuer, token)).ShouldBe((status, error));
    }

    [Fact]
    public async Task Linking_is_for_who_is_signed_in_and_not_for_other_pages()
    {
        using var nobody = Host.Visitor();
        (await LinkAsync(nobody, "google", external.GoogleToken(ExternalHost.NewSubject(), null))).Status.ShouldBe(401);
        using var visitor = await Host.SignedInVisitorAsync(AccountsHost.NewEmail());
        visitor.Origin = "https://evil.example";
        (await LinkAsync(visitor, "google", external.GoogleToken(ExternalHost.NewSubject(), null))).ShouldBe(
            (403, "origin_not_allowed")
        );
    }

    [Fact]
    public async Task What_was_unlinked_signs_nobody_in_also_not_by_its_verified_address()
    {
        var (email, subject) = (AccountsHost.NewEmail(), ExternalHost.NewSubject());
        using var visitor = await Host.SignedInVisitorAsync(email);
        using var phone = Host.Visitor();
        using (await ExternalHost.SignInAsync(phone, "google", external.GoogleToken(subject, email))) { }
        (await StatusAsync(phone)).ShouldBe(HttpStatusCode.OK);
        (await UnlinkAsync(visitor, (await ListAsync(visitor)).Single())).ShouldBe((204, null));
        (await StatusAsync(visitor)).ShouldBe(HttpStatusCode.OK, "the session that unlinks stays");
        (await StatusAsync(phone)).ShouldBe(HttpStatusCode.Unauthorized, "the others end");
        (await ListAsync(visitor)).ShouldBeEmpty();
        (await external.OutcomeAsync("google", external.GoogleToken(subject, email))).ShouldBe(
            (400, "oauth_account_not_linked")
        );
        // Two jobs, of which either may be quicker.
        string[] told = [(await Host.MailAsync(email)).Kind, (await Host.MailAsync(email)).Kind];
        told.ShouldBe(["identity_linked", "identity_unlinked"], ignoreOrder: true);
        (await LinkAsync(visitor, "google", external.GoogleToken(subject, email))).ShouldBe((201, null));
        (await external.OutcomeAsync("google", external.GoogleToken(subject, email))).ShouldBe((200, null));
    }

    [Fact]
    public async Task Signing_in_and_unlinking_at_the_same_moment_leaves_no_session_of_what_was_unlinked()
    {
        await using var second = await external.AnotherAsync();
        for (var round = 0; round < 6; round++)
        {
            var subject = ExternalHost.NewSubject();
            using var visitor = await Host.SignedInVisitorAsync(AccountsHost.NewEmail());
            (await LinkAsync(visitor, "google", external.GoogleToken(subject, null))).Status.ShouldBe(201);
            var identity = (await ListAsync(visitor)).Single();
            var comers = Enumerable
                .Range(0, 4)
                .Select(async _ =>
                {
                    using var comer = second.Visitor();
                    using var answer = await ExternalHost.SignInAsync(
                        comer,
                        "google",
                        external.GoogleToken(subject, null)
                    );
                    return (int)answer.StatusCode;
                })
                .ToList();
            (await UnlinkAsync(visitor, identity)).Status.ShouldBe(204);
            (await Task.WhenAll(comers)).ShouldAllBe(status => status == 200 || status == 400);
            (await StatusAsync(visitor)).ShouldBe(HttpStatusCode.OK);
            (
                await external.CountAsync($"accounts.sessions where user_id = '{await external.UserOfAsync(subject)}'")
            ).ShouldBe(1);
        }
    }

    [Fact]
    public async Task What_somebody_unlinked_is_free_for_whoever_proves_it()
    {
        var subject = ExternalHost.NewSubject();
        using var first = await Host.SignedInVisitorAsync(AccountsHost.NewEmail());
        using var second = await Host.SignedInVisitorAsync(AccountsHost.NewEmail());
        (await LinkAsync(first, "google", external.GoogleToken(subject, null))).Status.ShouldBe(201);
        var identity = (await ListAsync(first)).Single();
        (await UnlinkAsync(second, identity)).ShouldBe((404, "not_found"), "it is not theirs");
        (await UnlinkAsync(first, identity)).Status.ShouldBe(204);
        (await UnlinkAsync(first, identity)).ShouldBe((404, "not_found"));
        (await LinkAsync(second, "google", external.GoogleToken(subject, null))).Status.ShouldBe(201);
        (await ListAsync(first)).ShouldBeEmpty();
        (await ListAsync(second)).Count.ShouldBe(1);
    }

    [Fact]
    public async Task The_list_comes_in_pages()
    {
        using var visitor = await Host.SignedInVisitorAsync(AccountsHost.NewEmail());
        for (var number = 0; number < 3; number++)
            await LinkAsync(visitor, "google", external.GoogleToken(ExternalHost.NewSubject(), null));
        var seen = new List<string?>();
        string? cursor = null;
        do
        {
            var page = JsonElement.Parse(
                await visitor.Client.GetStringAsync(
                    $"/api/auth/identities?limit=2{(cursor is null ? "" : "&cursor=" + cursor)}",
                    Stop
                )
            );
            seen.AddRange(
                page.GetProperty("items").EnumerateArray().Select(item => item.GetProperty("id").GetString())
            );
            cursor = page.GetProperty("next_cursor").GetString();
        } while (cursor is not null);
        seen.Distinct().Count().ShouldBe(3);
    }

    [Fact]
    public async Task Identities_are_taken_along_and_erased()
    {
        var (email, subject) = (AccountsHost.NewEmail(), ExternalHost.NewSubject());
        using var visitor = Host.Visitor();
        var token = external.GoogleToken(subject, email);
        using (await ExternalHost.SignInAsync(visitor, "google", token)) { }
        (await LinkAsync(visitor, "apple", external.AppleToken(subject + "-too"))).Status.ShouldBe(201);
        var user = await external.UserOfAsync(subject);
        var person = new Person(user, email, [subject, token]);
        var before = await person.FindAsync(postgres, external.Database);
        before.ShouldContain("accounts.external_identities.subject");
        before.ShouldContain("accounts.external_identities.email");
        before.ShouldNotContain(column => column.StartsWith("accounts.used_tokens", StringComparison.Ordinal));
        var export = JsonElement.Parse(await visitor.Client.GetStringAsync("/api/account/export", Stop));
        var identities = export.GetProperty("accounts").GetProperty("identities");
        identities.GetArrayLength().ShouldBe(2);
        var identity = identities[0];
        identity.GetProperty("subject").GetString().ShouldBe(subject);
        identity.GetProperty("email").GetString().ShouldBe(email);
        (await Host.MailAsync(email)).Kind.ShouldBe("identity_linked");
        await visitor.LeaveForTokenAsync(Host, email);
        external.Time.Pass(TimeSpan.FromDays(31));
        await Host.EraseAsync();
        (await person.FindAsync(postgres, external.Database)).ShouldBeEmpty();
        (await external.CountAsync($"accounts.external_identities where subject = '{subject}'")).ShouldBe(0);
        (await external.OutcomeAsync("google", external.GoogleToken(subject, email))).ShouldBe((200, null), "anew");
        (await external.UserOfAsync(subject)).ShouldNotBe(user);
    }

    internal static async Task<(int Status, string? Error)> LinkAsync(Visitor visitor, string? issuer, string? token)
    {
        using var answer = await visitor.Client.PostAsJsonAsync(Identities, new { issuer, id_token = token }, Stop);
        return ((int)answer.StatusCode, answer.IsSuccessStatusCode ? null : await AccountsHost.ErrorOf(answer));
    }

    private static async Task<IReadOnlyList<JsonElement>> ListAsync(Visitor visitor)
    {
        var page = JsonElement.Parse(await visitor.Client.GetStringAsync(Identities, Stop));
        return [.. page.GetProperty("items").EnumerateArray()];
    }

    private static async Task<(int Status, string? Error)> UnlinkAsync(Visitor visitor, JsonElement identity)
    {
        using var answer = await visitor.Client.DeleteAsync($"{Identities}/{identity.GetProperty("id")}", Stop);
        return ((int)answer.StatusCode, answer.IsSuccessStatusCode ? null : await AccountsHost.ErrorOf(answer));
    }

    private static async Task<HttpStatusCode> StatusAsync(Visitor visitor)
    {
        using var answer = await visitor.Client.GetAsync("/api/auth/sessions", Stop);
        return answer.StatusCode;
    }
}
