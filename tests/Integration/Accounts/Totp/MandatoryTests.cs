using System.Net;
using System.Text.Json;
using Heretix.Tests.Integration.Servers;

namespace Heretix.Tests.Integration.Accounts.Totp;

/// <summary>A server on which everybody must have a second factor.</summary>
public sealed class MandatoryTests(AccountsHost accounts) : IClassFixture<AccountsHost>
{
    private static readonly Dictionary<string, string?> Required = new() { ["Heretix:Accounts:TotpRequired"] = "true" };

    private static readonly Uri Checks = new("/api/checks", UriKind.Relative);

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Who_has_none_can_set_one_up_look_around_take_data_along_and_leave_but_nothing_else()
    {
        await using var host = await accounts.AnotherAsync(options: Required);
        var email = AccountsHost.NewEmail();
        using var visitor = await host.SignedInVisitorAsync(email);
        foreach (
            var path in (string[])["/api/auth/sessions", "/api/auth/totp", "/api/auth/csrf", "/api/account/export"]
        )
            (await visitor.StatusAsync(path)).ShouldBe(200, path);
        (await MustEnrolAsync(visitor)).ShouldBeTrue();
        (await visitor.Client.GetAsync(Checks, Stop).OutcomeAsync()).ShouldBe(
            (403, "second_factor_enrolment_required")
        );
        (
            await visitor
                .PostAsync("/api/checks/run", new { claim = "Nothing before the code", mock = true })
                .OutcomeAsync()
        ).ShouldBe((403, "second_factor_enrolment_required"));
        (await visitor.StatusAsync("/api/nothing/of/the/kind")).ShouldBe(404);
        using (var stranger = host.Visitor())
            (await stranger.StatusAsync("/api/me")).ShouldBe(200, "who is not signed in is not asked");

        var app = await Authenticator.SetUpAsync(visitor, accounts.Time);
        (await MustEnrolAsync(visitor)).ShouldBeFalse();
        (await visitor.StatusAsync("/api/checks")).ShouldBe(200);
        (await visitor.PostAsync("/api/auth/totp/disable", new { code = app.Next() }).OutcomeAsync()).ShouldBe(
            (409, "second_factor_mandatory")
        );
        using var left = await visitor.Client.DeleteAsync("/api/account", Stop);
        left.StatusCode.ShouldBe(HttpStatusCode.NoContent);
    }

    [Fact]
    public async Task Sessions_from_before_are_held_to_it_at_once_and_tokens_can_still_be_refreshed()
    {
        var email = AccountsHost.NewEmail();
        using var browser = await accounts.Host.SignedInVisitorAsync(email);
        var tokens = await ApiTokens.OfAsync(accounts.Host, email);
        (await browser.StatusAsync("/api/checks")).ShouldBe(200);
        await using var host = await accounts.AnotherAsync(options: Required);
        using var there = host.Visitor();
        there.Plant("heretix_session", browser.Cookie("heretix_session"));
        there.Plant("heretix_csrf", browser.Cookie("heretix_csrf"));
        (await there.StatusAsync("/api/checks")).ShouldBe(403);
        using (var refused = await tokens.SendAsync(host, HttpMethod.Get, Checks))
            (await AccountsHost.ErrorOf(refused)).ShouldBe("second_factor_enrolment_required");
        var next = await tokens.NextAsync(host);
        (await next.StatusAsync(host)).ShouldBe(HttpStatusCode.OK, "the list of sessions is open");
        using (var refused = await next.SendAsync(host, HttpMethod.Get, Checks))
            refused.StatusCode.ShouldBe(HttpStatusCode.Forbidden);
        using var ended = await there.PostAsync("/api/auth/logout", new { });
        ended.StatusCode.ShouldBe(HttpStatusCode.NoContent);
    }

    private static async Task<bool> MustEnrolAsync(Visitor visitor) =>
        JsonElement
            .Parse(await visitor.Client.GetStringAsync("/api/me", Stop))
            .GetProperty("second_factor_enrolment_required")
            .GetBoolean();
}
