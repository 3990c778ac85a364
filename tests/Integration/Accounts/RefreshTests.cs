using System.Net;
using System.Text.Json;
using Heretix.Accounts.Retention;
using Heretix.Platform.Jobs;
using Heretix.Tests.Integration.Servers;

namespace Heretix.Tests.Integration.Accounts;

/// <summary>Refresh tokens: each works once, a copy ends the session, and a lost answer does not.</summary>
public sealed class RefreshTests(AccountsHost accounts) : IClassFixture<AccountsHost>
{
    private static readonly TimeSpan PastGrace = TimeSpan.FromSeconds(11);

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    private HeretixHost Host => accounts.Host;

    [Fact]
    public async Task A_refresh_token_gives_the_next_pair_and_ends_the_one_before()
    {
        var email = AccountsHost.NewEmail();
        var first = await ApiTokens.OfAsync(Host, email);
        using var answer = await ApiTokens.ShowAsync(Host, first.Refresh);
        var second = await ApiTokens.ReadAsync(answer);
        second.Access.ShouldNotBe(first.Access);
        second.Refresh.ShouldNotBe(first.Refresh);
        (await first.StatusAsync(Host)).ShouldBe(HttpStatusCode.Unauthorized);
        (await second.StatusAsync(Host)).ShouldBe(HttpStatusCode.OK);
        var body = await answer.Content.ReadFromJsonAsync<JsonElement>(Stop);
        body.GetProperty("user").GetProperty("email").GetString().ShouldBe(email);
        (await SessionsAsync(email)).ShouldBe(1);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(5)]
    public async Task Any_earlier_token_that_is_shown_again_ends_the_session(int refreshes)
    {
        var email = AccountsHost.NewEmail();
        var stolen = await ApiTokens.OfAsync(Host, email);
        var newest = stolen;
        for (var times = 0; times < refreshes; times++)
            newest = await newest.NextAsync(Host);
        accounts.Time.Pass(PastGrace);
        (await newest.StatusAsync(Host)).ShouldBe(HttpStatusCode.OK);

        (await stolen.RefusalAsync(Host)).ShouldBe((HttpStatusCode.Unauthorized, "token_reused"));
        (await newest.StatusAsync(Host)).ShouldBe(HttpStatusCode.Unauthorized);
        (await newest.RefusalAsync(Host)).ShouldBe((HttpStatusCode.Unauthorized, "invalid_token"));
        (await stolen.RefusalAsync(Host)).ShouldBe((HttpStatusCode.Unauthorized, "invalid_token"));
        (await SessionsAsync(email)).ShouldBe(0);
        accounts.Logs.Lines.ShouldContain(line => line.Contains("was shown again: the session was ended"));
    }

    [Fact]
    public async Task Reuse_ends_one_session_and_no_other_of_the_user()
    {
        var email = AccountsHost.NewEmail();
        var stolen = await ApiTokens.OfAsync(Host, email);
        var phone = await ApiTokens.OfAsync(Host, email);
        using var browser = await Host.SignedInVisitorAsync(email);
        await stolen.NextAsync(Host);
        accounts.Time.Pass(PastGrace);
        (await stolen.RefusalAsync(Host)).Error.ShouldBe("token_reused");
        (await phone.StatusAsync(Host)).ShouldBe(HttpStatusCode.OK);
        (await SessionsAsync(email)).ShouldBe(2);
    }

    [Fact]
    public async Task After_a_lost_answer_the_token_works_again_for_a_moment_and_what_was_lost_ends()
    {
        var email = AccountsHost.NewEmail();
        var first = await ApiTokens.OfAsync(Host, email);
        var lost = await first.NextAsync(Host);
        accounts.Time.Pass(TimeSpan.FromSeconds(8));
        var second = await first.NextAsync(Host);
        (await lost.StatusAsync(Host)).ShouldBe(HttpStatusCode.Unauthorized);
        (await second.StatusAsync(Host)).ShouldBe(HttpStatusCode.OK);
        (await UnusedAsync(email)).ShouldBe(1);

        accounts.Time.Pass(PastGrace);
        (await lost.RefusalAsync(Host)).ShouldBe(
            (HttpStatusCode.Unauthorized, "token_reused"),
            "somebody did have what was lost"
        );
        (await second.StatusAsync(Host)).ShouldBe(HttpStatusCode.Unauthorized);
    }

    [Fact]
    public async Task A_client_whose_pair_was_ended_by_its_own_second_request_may_go_on_within_the_grace()
    {
        var first = await ApiTokens.OfAsync(Host, AccountsHost.NewEmail());
        var kept = await first.NextAsync(Host);
        var dropped = await first.NextAsync(Host);
        var next = await kept.NextAsync(Host);
        (await next.StatusAsync(Host)).ShouldBe(HttpStatusCode.OK);
        (await dropped.StatusAsync(Host)).ShouldBe(HttpStatusCode.Unauthorized);
        var later = await next.NextAsync(Host);
        (await later.StatusAsync(Host)).ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task The_grace_is_not_prolonged_by_showing_tokens_again_and_again()
    {
        var first = await ApiTokens.OfAsync(Host, AccountsHost.NewEmail());
        var one = await first.NextAsync(Host);
        accounts.Time.Pass(TimeSpan.FromSeconds(4));
        var other = await first.NextAsync(Host);
        accounts.Time.Pass(TimeSpan.FromSeconds(4));
        one = await one.NextAsync(Host);
        accounts.Time.Pass(TimeSpan.FromSeconds(4));
        (await other.RefusalAsync(Host)).Error.ShouldBe("token_reused");
        (await one.StatusAsync(Host)).ShouldBe(HttpStatusCode.Unauthorized);
    }

    [Fact]
    public async Task There_is_no_grace_once_what_was_given_has_been_used()
    {
        var email = AccountsHost.NewEmail();
        var first = await ApiTokens.OfAsync(Host, email);
        var second = await first.NextAsync(Host);
        await second.NextAsync(Host);
        (await first.RefusalAsync(Host)).Error.ShouldBe("token_reused");
        (await SessionsAsync(email)).ShouldBe(0);
    }

    [Fact]
    public async Task A_pair_that_ended_unused_has_no_grace_once_its_successor_was_used()
    {
        var first = await ApiTokens.OfAsync(Host, AccountsHost.NewEmail());
        var lost = await first.NextAsync(Host);
        var second = await first.NextAsync(Host);
        await second.NextAsync(Host);
        (await lost.RefusalAsync(Host)).Error.ShouldBe("token_reused");
    }

    [Fact]
    public async Task Without_grace_the_second_request_ends_the_session()
    {
        await using var strict = await accounts.AnotherAsync(
            options: new Dictionary<string, string?> { ["Heretix:Accounts:RefreshGraceSeconds"] = "0" }
        );
        var first = await ApiTokens.OfAsync(Host, AccountsHost.NewEmail());
        await first.NextAsync(strict);
        (await first.RefusalAsync(strict)).Error.ShouldBe("token_reused");
    }

    [Fact]
    public async Task Of_many_refreshes_at_once_on_two_servers_exactly_one_line_lives()
    {
        await using var elsewhere = await accounts.AnotherAsync();
        for (var round = 0; round < 5; round++)
        {
            var email = AccountsHost.NewEmail();
            var shared = await ApiTokens.OfAsync(Host, email);
            var pairs = await Task.WhenAll(
                Enumerable.Range(0, 16).Select(number => shared.NextAsync(number % 2 == 0 ? Host : elsewhere))
            );
            (await UnusedAsync(email)).ShouldBe(1);
            (await SessionsAsync(email)).ShouldBe(1);
            var alive = await Task.WhenAll(pairs.Select(pair => pair.StatusAsync(elsewhere)));
            alive.Count(status => status == HttpStatusCode.OK).ShouldBe(1);
            var living = pairs[Array.IndexOf(alive, HttpStatusCode.OK)];

            accounts.Time.Pass(PastGrace);
            var next = await living.NextAsync(Host);
            (await next.StatusAsync(elsewhere)).ShouldBe(HttpStatusCode.OK);
        }
    }

    [Fact]
    public async Task Of_many_thieves_and_owners_at_once_none_is_left_after_the_grace()
    {
        await using var elsewhere = await accounts.AnotherAsync();
        var email = AccountsHost.NewEmail();
        var stolen = await ApiTokens.OfAsync(Host, email);
        var own = await stolen.NextAsync(Host);
        accounts.Time.Pass(PastGrace);
        var answers = await Task.WhenAll(
            Enumerable
                .Range(0, 16)
                .Select(async number =>
                {
                    using var answer = await ApiTokens.ShowAsync(
                        number % 2 == 0 ? Host : elsewhere,
                        number % 4 == 0 ? own.Refresh : stolen.Refresh
                    );
                    return await answer.Content.ReadFromJsonAsync<JsonElement>(Stop);
                })
        );
        answers
            .Count(body => body.TryGetProperty("error", out var error) && error.GetString() == "token_reused")
            .ShouldBe(1);
        (await SessionsAsync(email)).ShouldBe(0);
        foreach (var body in answers.Where(body => body.TryGetProperty("access_token", out _)))
            (await new ApiTokens(body.GetProperty("access_token").GetString()!, "").StatusAsync(Host)).ShouldBe(
                HttpStatusCode.Unauthorized
            );
    }

    [Fact]
    public async Task A_session_that_ends_while_it_is_refreshed_stays_ended()
    {
        var email = AccountsHost.NewEmail();
        for (var round = 0; round < 10; round++)
        {
            var tokens = await ApiTokens.OfAsync(Host, email);
            var refresh = ApiTokens.ShowAsync(Host, tokens.Refresh);
            var ended = accounts.ExecuteAsync(
                $"delete from accounts.sessions using accounts.users u where u.id = user_id and u.email = '{email}'"
            );
            await Task.WhenAll(refresh, ended);
            using var answer = await refresh;
            ((int)answer.StatusCode).ShouldBeOneOf(200, 401);
            (await SessionsAsync(email)).ShouldBe(0);
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData(null)]
    public async Task A_request_without_a_token_is_not_understood(string? refresh)
    {
        using var answer = await ApiTokens.ShowAsync(Host, refresh);
        ((int)answer.StatusCode).ShouldBe(422);
        (await AccountsHost.ErrorOf(answer)).ShouldBe("validation_failed");
    }

    [Theory]
    [InlineData("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")]
    [InlineData("' or 1=1 --")]
    [InlineData("\0")]
    public async Task A_token_that_never_was_is_refused(string refresh)
    {
        using var answer = await ApiTokens.ShowAsync(Host, refresh);
        answer.StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
        (await AccountsHost.ErrorOf(answer)).ShouldBe("invalid_token");
    }

    [Fact]
    public async Task An_expired_access_token_does_not_stand_in_the_way_of_the_next()
    {
        var tokens = await ApiTokens.OfAsync(Host, AccountsHost.NewEmail());
        accounts.Time.Pass(TimeSpan.FromMinutes(60));
        (await tokens.StatusAsync(Host)).ShouldBe(HttpStatusCode.Unauthorized);
        using var client = Host.Visitor();
        client.Client.DefaultRequestHeaders.TryAddWithoutValidation("Authorization", $"Bearer {tokens.Access}");
        using var answer = await client.Client.PostAsJsonAsync(
            "/api/auth/refresh",
            new { refresh_token = tokens.Refresh },
            Stop
        );
        (await (await ApiTokens.ReadAsync(answer)).StatusAsync(Host)).ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task Refreshing_every_day_a_session_ends_after_thirty_days()
    {
        var tokens = await ApiTokens.OfAsync(Host, AccountsHost.NewEmail());
        for (var day = 1; day < 30; day++)
        {
            accounts.Time.Pass(TimeSpan.FromDays(1));
            tokens = await tokens.NextAsync(Host);
        }
        using (var answer = await ApiTokens.ShowAsync(Host, tokens.Refresh))
        {
            var body = await answer.Content.ReadFromJsonAsync<JsonElement>(Stop);
            body.GetProperty("refresh_expires_in").GetInt32().ShouldBeInRange(1, 86400, "what is left of the session");
            tokens = await ApiTokens.ReadAsync(answer);
        }
        accounts.Time.Pass(TimeSpan.FromDays(1));
        (await tokens.RefusalAsync(Host)).ShouldBe((HttpStatusCode.Unauthorized, "invalid_token"));
    }

    [Fact]
    public async Task A_session_that_is_not_used_ends_after_seven_days()
    {
        var tokens = await ApiTokens.OfAsync(Host, AccountsHost.NewEmail());
        accounts.Time.Pass(TimeSpan.FromDays(7) - TimeSpan.FromMinutes(1));
        tokens = await tokens.NextAsync(Host);
        accounts.Time.Pass(TimeSpan.FromDays(7));
        (await tokens.RefusalAsync(Host)).ShouldBe((HttpStatusCode.Unauthorized, "invalid_token"));
    }

    [Fact]
    public async Task Removing_ended_sessions_removes_their_tokens()
    {
        var email = AccountsHost.NewEmail();
        var tokens = await ApiTokens.OfAsync(Host, email);
        await tokens.NextAsync(Host);
        accounts.Time.Pass(TimeSpan.FromDays(8));
        await Host
            .Services.GetRequiredService<ExpiredRows>()
            .RunAsync(new JobRun(ExpiredRows.Kind, "now", 1, Host.OpenDb), Stop);
        (await SessionsAsync(email)).ShouldBe(0);
        (
            await accounts.ScalarAsync<long>(
                """
                select count(*) from accounts.refresh_tokens t
                where not exists (select from accounts.sessions s where s.id = t.session_id)
                """
            )
        ).ShouldBe(0);
    }

    private Task<long> SessionsAsync(string email) =>
        accounts.ScalarAsync<long>(
            $"""
            select count(*) from accounts.sessions s join accounts.users u on u.id = s.user_id where u.email = '{email}'
            """
        );

    private Task<long> UnusedAsync(string email) =>
        accounts.ScalarAsync<long>(
            $"""
            select count(*) from accounts.refresh_tokens t join accounts.sessions s on s.id = t.session_id
            join accounts.users u on u.id = s.user_id where u.email = '{email}' and t.used_at is null
            """
        );
}
