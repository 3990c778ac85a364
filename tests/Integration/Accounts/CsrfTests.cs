using System.Net;
using System.Text.Json;
using Heretix.Tests.Integration.Servers;

namespace Heretix.Tests.Integration.Accounts;

/// <summary>A token and an origin are asked for exactly where a session cookie authenticates an unsafe request.</summary>
public sealed class CsrfTests(AccountsHost accounts) : IClassFixture<AccountsHost>
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    private const string Good = "(the session's)";
    private const string OtherSession = "(another session's)";

    [Theory]
    // header, cookie, Origin, Referer, Sec-Fetch-Site, answer
    [InlineData(Good, Good, "http://127.0.0.1:3000", null, null, null)]
    [InlineData(Good, Good, "http://127.0.0.1:8000", null, null, null)]
    [InlineData(Good, Good, "http://127.0.0.1:3000", null, "same-site", null)]
    [InlineData(Good, Good, "http://127.0.0.1:8000", null, "same-origin", null)]
    [InlineData(Good, Good, null, "http://127.0.0.1:3000/page?x=1", null, null)]
    [InlineData(null, Good, "http://127.0.0.1:3000", null, null, "csrf_token_missing")]
    [InlineData(Good, null, "http://127.0.0.1:3000", null, null, "csrf_token_missing")]
    [InlineData(null, null, "http://127.0.0.1:3000", null, null, "csrf_token_missing")]
    [InlineData("x", Good, "http://127.0.0.1:3000", null, null, "csrf_token_invalid")]
    [InlineData(Good, "x", "http://127.0.0.1:3000", null, null, "csrf_token_invalid")]
    [InlineData("x", "x", "http://127.0.0.1:3000", null, null, "csrf_token_invalid")]
    [InlineData("a.b", "a.b", "http://127.0.0.1:3000", null, null, "csrf_token_invalid")]
    [InlineData(OtherSession, OtherSession, "http://127.0.0.1:3000", null, null, "csrf_token_invalid")]
    [InlineData(Good, Good, null, null, null, "origin_not_allowed")]
    [InlineData(Good, Good, "null", null, null, "origin_not_allowed")]
    [InlineData(Good, Good, "https://evil.example", null, null, "origin_not_allowed")]
    [InlineData(Good, Good, "http://127.0.0.1:3000.evil.example", null, null, "origin_not_allowed")]
    [InlineData(Good, Good, "https://127.0.0.1:3000", null, null, "origin_not_allowed")]
    [InlineData(Good, Good, "http://127.0.0.1:3001", null, null, "origin_not_allowed")]
    [InlineData(Good, Good, null, "http://127.0.0.1:3000@evil.example/", null, "origin_not_allowed")]
    [InlineData(Good, Good, "https://evil.example", "http://127.0.0.1:3000/", null, "origin_not_allowed")]
    [InlineData(Good, Good, "http://127.0.0.1:3000", null, "cross-site", "origin_not_allowed")]
    public async Task An_unsafe_request_of_a_session_proves_where_it_comes_from(
        string? header,
        string? cookie,
        string? origin,
        string? referer,
        string? site,
        string? error
    )
    {
        using var other = await accounts.Host.SignedInVisitorAsync(AccountsHost.NewEmail());
        using var visitor = await accounts.Host.SignedInVisitorAsync(AccountsHost.NewEmail());
        string? Value(string? what) =>
            what switch
            {
                Good => visitor.Cookie("heretix_csrf"),
                OtherSession => other.Cookie("heretix_csrf"),
                _ => what,
            };
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/auth/signout");
        if (header is not null)
            request.Headers.Add("X-CSRF-Token", Value(header));
        if (referer is not null)
            request.Headers.Add("Referer", referer);
        if (site is not null)
            request.Headers.Add("Sec-Fetch-Site", site);
        visitor.SendsCsrf = false;
        visitor.Origin = origin;
        visitor.Plant("heretix_csrf", Value(cookie));

        using var answer = await visitor.Client.SendAsync(request, Stop);

        using var state = await visitor.Client.GetAsync("/api/auth/sessions", Stop);
        if (error is null)
        {
            answer.StatusCode.ShouldBe(HttpStatusCode.NoContent, await answer.Content.ReadAsStringAsync(Stop));
            state.StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
            return;
        }
        answer.StatusCode.ShouldBe(HttpStatusCode.Forbidden);
        (await AccountsHost.ErrorOf(answer)).ShouldBe(error);
        state.StatusCode.ShouldBe(HttpStatusCode.OK, "nothing has happened");
    }

    [Theory]
    [InlineData(null)]
    [InlineData("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")]
    public async Task An_anonymous_request_needs_neither(string? unknownSession)
    {
        using var visitor = accounts.Host.Visitor();
        visitor.Origin = null;
        visitor.Plant("heretix_session", unknownSession);
        using var answer = await visitor.Client.PostAsync("/api/auth/signout", null, Stop);
        answer.StatusCode.ShouldBe(HttpStatusCode.NoContent);
    }

    [Fact]
    public async Task Asking_for_a_link_needs_neither_even_with_a_session()
    {
        using var visitor = await accounts.Host.SignedInVisitorAsync(AccountsHost.NewEmail());
        visitor.Origin = null;
        visitor.SendsCsrf = false;
        await visitor.AskForLinkAsync(accounts.Host, AccountsHost.NewEmail());
    }

    [Fact]
    public async Task Reading_needs_neither()
    {
        using var visitor = await accounts.Host.SignedInVisitorAsync(AccountsHost.NewEmail());
        using var answer = await visitor.Client.GetAsync("/api/auth/sessions", Stop);
        answer.StatusCode.ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task A_page_that_lost_its_token_gets_another_and_a_good_one_stays()
    {
        using var visitor = await accounts.Host.SignedInVisitorAsync(AccountsHost.NewEmail());
        var first = visitor.Cookie("heretix_csrf");
        (await TokenAsync(visitor)).ShouldBe(first);
        visitor.Plant("heretix_csrf", null);
        var second = await TokenAsync(visitor);
        second.ShouldNotBe(first);
        visitor.Cookie("heretix_csrf").ShouldBe(second);
        using var answer = await visitor.Client.PostAsync("/api/auth/signout", null, Stop);
        answer.StatusCode.ShouldBe(HttpStatusCode.NoContent);
    }

    [Fact]
    public async Task A_token_given_to_nobody_is_no_good_after_sign_in()
    {
        using var visitor = accounts.Host.Visitor();
        var before = await TokenAsync(visitor);
        var link = await visitor.AskForLinkAsync(accounts.Host, AccountsHost.NewEmail());
        using (await visitor.Client.GetAsync(link, Stop)) { }
        visitor.Cookie("heretix_csrf").ShouldNotBe(before);
        visitor.Plant("heretix_csrf", before);
        using var answer = await visitor.Client.PostAsync("/api/auth/signout", null, Stop);
        (await AccountsHost.ErrorOf(answer)).ShouldBe("csrf_token_invalid");
    }

    private static async Task<string?> TokenAsync(Visitor visitor) =>
        (await visitor.Client.GetFromJsonAsync<JsonElement>("/api/auth/csrf", Stop))
            .GetProperty("csrf_token")
            .GetString();
}
