using System.Net;
using System.Text.Json;
using Heretix.Tests.Integration.Servers;

namespace Heretix.Tests.Integration.Accounts;

/// <summary>Sessions: opened afresh, seen and ended by their user alone, and ended everywhere at once.</summary>
public sealed class SessionTests(AccountsHost accounts) : IClassFixture<AccountsHost>
{
    private static readonly Uri Sessions = new("/api/auth/sessions", UriKind.Relative);

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    private HeretixHost Host => accounts.Host;

    [Fact]
    public async Task A_token_that_a_client_brings_along_is_never_adopted()
    {
        using var visitor = Host.Visitor();
        const string planted = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";
        visitor.Plant("heretix_session", planted);
        var link = await visitor.AskForLinkAsync(Host, AccountsHost.NewEmail());
        using var answer = await visitor.Client.GetAsync(link, Stop);
        answer.StatusCode.ShouldBe(HttpStatusCode.SeeOther);
        visitor.Cookie("heretix_session").ShouldNotBe(planted);
        using var attacker = Host.Visitor();
        attacker.Plant("heretix_session", planted);
        (await StatusAsync(attacker)).ShouldBe(HttpStatusCode.Unauthorized);
    }

    [Fact]
    public async Task Signing_in_again_gives_a_new_token_and_ends_the_old_one()
    {
        var email = AccountsHost.NewEmail();
        using var visitor = await Host.SignedInVisitorAsync(email);
        var old = visitor.Cookie("heretix_session");
        var link = await visitor.AskForLinkAsync(Host, email);
        using var answer = await visitor.Client.GetAsync(link, Stop);
        answer
            .Headers.GetValues("Set-Cookie")
            .Count(cookie => cookie.StartsWith("heretix_session=", StringComparison.Ordinal))
            .ShouldBe(1);
        visitor.Cookie("heretix_session").ShouldNotBe(old);
        (await StatusAsync(visitor)).ShouldBe(HttpStatusCode.OK);
        using var thief = Host.Visitor();
        thief.Plant("heretix_session", old);
        (await StatusAsync(thief)).ShouldBe(HttpStatusCode.Unauthorized);
    }

    [Fact]
    public async Task Cookies_that_were_tampered_with_are_taken_back()
    {
        using var visitor = await Host.SignedInVisitorAsync(AccountsHost.NewEmail());
        var good = visitor.Cookie("heretix_session")!;
        string[] tampered =
        [
            good[..^1],
            good + "A",
            good.ToLowerInvariant(),
            (good[0] == 'A' ? 'B' : 'A') + good[1..],
            "%27%20or%201%3D1",
            new string('x', 4000),
            "%00",
            good + "%20",
        ];
        foreach (var value in tampered)
        {
            using var forger = Host.Visitor();
            forger.Plant("heretix_session", value);
            using var answer = await forger.Client.GetAsync(Sessions, Stop);
            answer.StatusCode.ShouldBe(HttpStatusCode.Unauthorized, value);
            (await AccountsHost.ErrorOf(answer)).ShouldBe("unauthenticated");
            forger.Cookie("heretix_session").ShouldBeNull(value);
        }
        (await StatusAsync(visitor)).ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task Signing_out_ends_the_session_and_can_be_repeated()
    {
        using var visitor = await Host.SignedInVisitorAsync(AccountsHost.NewEmail());
        var token = visitor.Cookie("heretix_session");
        for (var times = 0; times < 2; times++)
        {
            using var answer = await visitor.Client.PostAsync("/api/auth/signout", null, Stop);
            answer.StatusCode.ShouldBe(HttpStatusCode.NoContent);
        }
        visitor.Cookie("heretix_session").ShouldBeNull();
        visitor.Cookie("heretix_csrf").ShouldBeNull();
        visitor.Plant("heretix_session", token);
        (await StatusAsync(visitor)).ShouldBe(HttpStatusCode.Unauthorized);
    }

    [Fact]
    public async Task The_list_shows_one_s_own_sessions_page_by_page_and_which_one_this_is()
    {
        var email = AccountsHost.NewEmail();
        using var first = await Host.SignedInVisitorAsync(email);
        using var second = await Host.SignedInVisitorAsync(email);
        second.Client.DefaultRequestHeaders.Add(
            "User-Agent",
            "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
        );
        var link = await second.AskForLinkAsync(Host, email);
        using (await second.Client.GetAsync(link, Stop)) { }
        using var stranger = await Host.SignedInVisitorAsync(AccountsHost.NewEmail());

        var newest = await second.Client.GetFromJsonAsync<JsonElement>("/api/auth/sessions?limit=1", Stop);
        var item = newest.GetProperty("items")[0];
        item.GetProperty("current").GetBoolean().ShouldBeTrue();
        item.GetProperty("label").GetString().ShouldBe("Firefox on Linux");
        item.EnumerateObject()
            .Select(member => member.Name)
            .ShouldBe(["id", "device_id", "kind", "created_at", "last_seen_at", "expires_at", "label", "current"]);
        var cursor = newest.GetProperty("next_cursor").GetString();
        var rest = await second.Client.GetFromJsonAsync<JsonElement>(
            $"/api/auth/sessions?limit=1&cursor={cursor}",
            Stop
        );
        rest.GetProperty("items").GetArrayLength().ShouldBe(1);
        rest.GetProperty("items")[0].GetProperty("current").GetBoolean().ShouldBeFalse();
        rest.GetProperty("next_cursor").ValueKind.ShouldBe(JsonValueKind.Null);
    }

    [Theory]
    [InlineData("limit=0", 422, "validation_failed")]
    [InlineData("limit=101", 422, "validation_failed")]
    [InlineData("cursor=abc", 400, "invalid_cursor")]
    public async Task A_page_that_cannot_be_is_refused(string query, int status, string error)
    {
        using var visitor = await Host.SignedInVisitorAsync(AccountsHost.NewEmail());
        using var answer = await visitor.Client.GetAsync($"/api/auth/sessions?{query}", Stop);
        ((int)answer.StatusCode).ShouldBe(status);
        (await AccountsHost.ErrorOf(answer)).ShouldBe(error);
    }

    [Fact]
    public async Task Nobody_sees_or_ends_the_session_of_somebody_else()
    {
        using var victim = await Host.SignedInVisitorAsync(AccountsHost.NewEmail());
        var id = (await victim.Client.GetFromJsonAsync<JsonElement>(Sessions, Stop))
            .GetProperty("items")[0]
            .GetProperty("id")
            .GetString();
        using var attacker = await Host.SignedInVisitorAsync(AccountsHost.NewEmail());
        using var answer = await attacker.Client.DeleteAsync($"/api/auth/sessions/{id}", Stop);
        answer.StatusCode.ShouldBe(HttpStatusCode.NotFound);
        (await AccountsHost.ErrorOf(answer)).ShouldBe("not_found");
        using var missing = await attacker.Client.DeleteAsync($"/api/auth/sessions/{Guid.Empty}", Stop);
        (await AccountsHost.BodyOf(missing)).ShouldBe(await AccountsHost.BodyOf(answer));
        using var others = await attacker.Client.DeleteAsync(Sessions, Stop);
        others.StatusCode.ShouldBe(HttpStatusCode.NoContent);
        (await StatusAsync(victim)).ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task A_session_that_is_ended_on_one_server_has_ended_on_all_at_once()
    {
        await using var elsewhere = await accounts.AnotherAsync();
        var email = AccountsHost.NewEmail();
        using var here = await Host.SignedInVisitorAsync(email);
        using var there = await elsewhere.SignedInVisitorAsync(email);
        using var third = await elsewhere.SignedInVisitorAsync(email);
        (await StatusAsync(there)).ShouldBe(HttpStatusCode.OK);
        (await StatusAsync(third)).ShouldBe(HttpStatusCode.OK);

        var items = (await there.Client.GetFromJsonAsync<JsonElement>(Sessions, Stop))
            .GetProperty("items")
            .EnumerateArray();
        var own = items.Single(item => item.GetProperty("current").GetBoolean()).GetProperty("id").GetString();
        using (var ended = await here.Client.DeleteAsync($"/api/auth/sessions/{own}", Stop))
            ended.StatusCode.ShouldBe(HttpStatusCode.NoContent);
        (await StatusAsync(there)).ShouldBe(HttpStatusCode.Unauthorized);
        (await StatusAsync(third)).ShouldBe(HttpStatusCode.OK);

        using (var ended = await here.Client.DeleteAsync(Sessions, Stop))
            ended.StatusCode.ShouldBe(HttpStatusCode.NoContent);
        (await StatusAsync(third)).ShouldBe(HttpStatusCode.Unauthorized);
        (await StatusAsync(here)).ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task Ending_one_s_own_session_by_its_id_signs_out()
    {
        using var visitor = await Host.SignedInVisitorAsync(AccountsHost.NewEmail());
        var id = (await visitor.Client.GetFromJsonAsync<JsonElement>(Sessions, Stop))
            .GetProperty("items")[0]
            .GetProperty("id")
            .GetString();
        using var answer = await visitor.Client.DeleteAsync($"/api/auth/sessions/{id}", Stop);
        answer.StatusCode.ShouldBe(HttpStatusCode.NoContent);
        visitor.Cookie("heretix_session").ShouldBeNull();
    }

    [Fact]
    public async Task What_a_browser_calls_itself_is_kept_short_and_harmless()
    {
        using var visitor = Host.Visitor();
        visitor.Client.DefaultRequestHeaders.TryAddWithoutValidation("User-Agent", new string('x', 1000) + "<script>");
        var email = AccountsHost.NewEmail();
        var link = await visitor.AskForLinkAsync(Host, email);
        using var answer = await visitor.Client.GetAsync(link, Stop);
        answer.StatusCode.ShouldBe(HttpStatusCode.SeeOther);
        var list = await visitor.Client.GetStringAsync(Sessions, Stop);
        list.ShouldContain("Unknown browser");
        list.ShouldNotContain("xxx");
    }

    private static async Task<HttpStatusCode> StatusAsync(Visitor visitor)
    {
        using var answer = await visitor.Client.GetAsync(Sessions, Stop);
        return answer.StatusCode;
    }
}
