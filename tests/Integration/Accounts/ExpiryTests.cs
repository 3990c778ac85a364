using System.Net;
using Heretix.Tests.Integration.Servers;

namespace Heretix.Tests.Integration.Accounts;

/// <summary>What ends by the passing of time.</summary>
public sealed class ExpiryTests(AccountsHost accounts) : IClassFixture<AccountsHost>
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_link_ends_after_ten_minutes()
    {
        using var visitor = accounts.Host.Visitor();
        var link = await visitor.AskForLinkAsync(accounts.Host, AccountsHost.NewEmail());
        accounts.Time.Pass(TimeSpan.FromMinutes(10));
        using var answer = await visitor.Client.GetAsync(link, Stop);
        answer.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        (await AccountsHost.ErrorOf(answer)).ShouldBe("token_expired");
    }

    [Fact]
    public async Task A_session_that_is_used_every_day_ends_after_thirty_days()
    {
        using var visitor = await accounts.Host.SignedInVisitorAsync(AccountsHost.NewEmail());
        for (var day = 1; day < 30; day++)
        {
            accounts.Time.Pass(TimeSpan.FromDays(1));
            (await StatusAsync(visitor)).ShouldBe(HttpStatusCode.OK, $"on day {day}");
        }
        accounts.Time.Pass(TimeSpan.FromDays(1));
        (await StatusAsync(visitor)).ShouldBe(HttpStatusCode.Unauthorized);
        visitor.Cookie("heretix_session").ShouldBeNull("the cookie is taken back");
        visitor.Cookie("heretix_csrf").ShouldBeNull();
    }

    [Fact]
    public async Task A_session_that_is_not_used_ends_after_seven_days()
    {
        using var visitor = await accounts.Host.SignedInVisitorAsync(AccountsHost.NewEmail());
        accounts.Time.Pass(TimeSpan.FromDays(7) - TimeSpan.FromMinutes(1));
        (await StatusAsync(visitor)).ShouldBe(HttpStatusCode.OK);
        accounts.Time.Pass(TimeSpan.FromDays(7));
        (await StatusAsync(visitor)).ShouldBe(HttpStatusCode.Unauthorized);
    }

    [Fact]
    public async Task The_last_use_of_a_session_is_written_every_five_minutes_at_most()
    {
        var email = AccountsHost.NewEmail();
        using var visitor = await accounts.Host.SignedInVisitorAsync(email);
        var first = await LastSeenAsync(email);
        accounts.Time.Pass(TimeSpan.FromMinutes(4));
        await StatusAsync(visitor);
        (await LastSeenAsync(email)).ShouldBe(first);
        accounts.Time.Pass(TimeSpan.FromMinutes(2));
        await StatusAsync(visitor);
        (await LastSeenAsync(email) - first).ShouldBeGreaterThanOrEqualTo(TimeSpan.FromMinutes(6));
    }

    private static async Task<HttpStatusCode> StatusAsync(Visitor visitor)
    {
        using var answer = await visitor.Client.GetAsync("/api/auth/sessions", Stop);
        return answer.StatusCode;
    }

    private Task<DateTime> LastSeenAsync(string email) =>
        accounts.ScalarAsync<DateTime>(
            $"""
            select s.last_seen_at from accounts.sessions s join accounts.users u on u.id = s.user_id
            where u.email = '{email}'
            """
        );
}
