using System.Net;
using System.Net.Http.Headers;
using Heretix.Platform.Limits;
using Heretix.Tests.Integration.Accounts.Leaving;
using Heretix.Tests.Integration.Servers;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Heretix.Tests.Integration.Accounts;

/// <summary>Changing a password that is known, by whoever is signed in.</summary>
public sealed class PasswordChangeTests(AccountsHost accounts) : IClassFixture<AccountsHost>
{
    private const string Before = "correct horse battery";
    private const string After = "staple, said the horse";

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    private HeretixHost Host => accounts.Host;

    [Fact]
    public async Task The_session_goes_on_under_a_new_token_and_all_others_end()
    {
        var email = AccountsHost.NewEmail();
        using var browser = await SignedUpAsync(email);
        using var other = await Host.SignedInVisitorAsync(email);
        var api = await ApiTokens.OfAsync(Host, email);
        var old = browser.Cookie("heretix_session")!;

        (await ChangeAsync(browser, Before, After)).ShouldBe((HttpStatusCode.NoContent, null));
        browser.Cookie("heretix_session").ShouldNotBe(old);
        (await StatusAsync(browser)).ShouldBe(HttpStatusCode.OK);
        (await StatusAsync(other)).ShouldBe(HttpStatusCode.Unauthorized);
        (await api.StatusAsync(Host)).ShouldBe(HttpStatusCode.Unauthorized);
        using var thief = Host.Visitor();
        thief.Plant("heretix_session", old);
        (await StatusAsync(thief)).ShouldBe(HttpStatusCode.Unauthorized);

        (await LoginAsync(email, Before)).ShouldBe(HttpStatusCode.Unauthorized);
        (await LoginAsync(email, After)).ShouldBe(HttpStatusCode.OK);
        (await Host.MailAsync(email)).Kind.ShouldBe("password_changed");
        // The form that the new cookies allow still works.
        (await ChangeAsync(browser, After, Before)).ShouldBe((HttpStatusCode.NoContent, null));
    }

    [Fact]
    public async Task An_api_client_is_answered_with_its_next_tokens()
    {
        var email = AccountsHost.NewEmail();
        using var browser = await SignedUpAsync(email);
        var tokens = await ApiTokens.OfAsync(Host, email);
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/auth/change-password");
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", tokens.Access);
        request.Content = JsonContent.Create(new { current_password = Before, password = After });
        using var client = Host.Visitor();
        using var answer = await client.Client.SendAsync(request, Stop);
        var next = await ApiTokens.ReadAsync(answer);
        (await tokens.StatusAsync(Host)).ShouldBe(HttpStatusCode.Unauthorized);
        (await next.StatusAsync(Host)).ShouldBe(HttpStatusCode.OK);
        (await next.NextAsync(Host)).Access.ShouldNotBe(next.Access);
        (await StatusAsync(browser)).ShouldBe(HttpStatusCode.Unauthorized);
    }

    [Theory]
    [InlineData("wrong", After, HttpStatusCode.Forbidden, "wrong_password")]
    [InlineData("", After, HttpStatusCode.UnprocessableEntity, "validation_failed")]
    [InlineData(Before, "short", HttpStatusCode.UnprocessableEntity, "validation_failed")]
    [InlineData(Before, null, HttpStatusCode.UnprocessableEntity, "validation_failed")]
    public async Task What_cannot_be_changed_stays_as_it_is(
        string current,
        string? next,
        HttpStatusCode status,
        string error
    )
    {
        var email = AccountsHost.NewEmail();
        using var browser = await SignedUpAsync(email);
        var session = browser.Cookie("heretix_session");
        (await ChangeAsync(browser, current, next)).ShouldBe((status, error));
        browser.Cookie("heretix_session").ShouldBe(session);
        (await LoginAsync(email, Before)).ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task Who_has_no_password_is_told_how_to_get_one()
    {
        using var browser = await Host.SignedInVisitorAsync(AccountsHost.NewEmail());
        (await ChangeAsync(browser, Before, After)).ShouldBe((HttpStatusCode.Conflict, "no_password"));
    }

    [Fact]
    public async Task A_stolen_session_is_no_way_around_the_limit_on_guesses()
    {
        await using var host = await accounts.AnotherAsync(
            services: services =>
                services.Replace(
                    ServiceDescriptor.Singleton<IRateLimits>(provider => provider.GetRequiredService<RateLimits>())
                ),
            options: new Dictionary<string, string?> { ["Heretix:Limits:failed_sign_ins:Permits"] = "3" }
        );
        var email = AccountsHost.NewEmail();
        using var browser = await SignedUpAsync(email, host);
        (await LoginAsync(email, "a guess", host)).ShouldBe(HttpStatusCode.Unauthorized);
        for (var guess = 0; guess < 2; guess++)
            (await ChangeAsync(browser, $"guess {guess}", After)).ShouldBe(
                (HttpStatusCode.Forbidden, "wrong_password")
            );
        (await ChangeAsync(browser, "one guess more", After)).ShouldBe(
            (HttpStatusCode.TooManyRequests, "rate_limited")
        );
        (await ChangeAsync(browser, Before, After)).ShouldBe((HttpStatusCode.TooManyRequests, "rate_limited"));
        (await LoginAsync(email, Before, host)).ShouldBe(HttpStatusCode.TooManyRequests);
    }

    [Fact]
    public async Task Of_many_changes_at_once_on_two_servers_one_comes_about()
    {
        await using var second = await accounts.AnotherAsync();
        var email = AccountsHost.NewEmail();
        using var first = await SignedUpAsync(email);
        using var browser = await second.SignedInVisitorAsync(email);
        var answers = await Task.WhenAll(
            Enumerable
                .Range(0, 8)
                .Select(number => ChangeAsync(number % 2 == 0 ? first : browser, Before, $"{After} {number}"))
        );
        answers.Count(answer => answer.Status == HttpStatusCode.NoContent).ShouldBe(1);
        answers
            .Where(answer => answer.Status != HttpStatusCode.NoContent)
            .ShouldAllBe(answer =>
                answer.Status == HttpStatusCode.Unauthorized
                || answer.Error == "wrong_password"
                || answer.Error == "csrf_token_invalid"
            );
        var winner = Array.FindIndex(answers, answer => answer.Status == HttpStatusCode.NoContent);
        (await LoginAsync(email, $"{After} {winner}")).ShouldBe(HttpStatusCode.OK);
        (await LoginAsync(email, Before)).ShouldBe(HttpStatusCode.Unauthorized);
    }

    /// <summary>A browser of somebody who registered with the password.</summary>
    private async Task<Visitor> SignedUpAsync(string email, HeretixHost? host = null)
    {
        var browser = (host ?? Host).Visitor();
        using (
            var asked = await browser.Client.PostAsJsonAsync(
                "/api/auth/register",
                new { email, password = Before },
                Stop
            )
        )
            asked.StatusCode.ShouldBe(HttpStatusCode.Created);
        using var opened = await browser.Client.GetAsync(await (host ?? Host).NextLinkAsync(email), Stop);
        opened.StatusCode.ShouldBe(HttpStatusCode.SeeOther);
        return browser;
    }

    private static async Task<(HttpStatusCode Status, string? Error)> ChangeAsync(
        Visitor browser,
        string current,
        string? password
    )
    {
        using var answer = await browser.Client.PostAsJsonAsync(
            "/api/auth/change-password",
            new { current_password = current, password },
            Stop
        );
        return (answer.StatusCode, answer.IsSuccessStatusCode ? null : await AccountsHost.ErrorOf(answer));
    }

    private async Task<HttpStatusCode> LoginAsync(string email, string password, HeretixHost? host = null)
    {
        using var visitor = (host ?? Host).Visitor();
        using var answer = await visitor.Client.PostAsJsonAsync("/api/auth/login", new { email, password }, Stop);
        return answer.StatusCode;
    }

    private static async Task<HttpStatusCode> StatusAsync(Visitor browser)
    {
        using var answer = await browser.Client.GetAsync("/api/auth/sessions", Stop);
        return answer.StatusCode;
    }
}
