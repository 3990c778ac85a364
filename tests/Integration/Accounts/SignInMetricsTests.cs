using Heretix.Tests.Integration.Servers;

namespace Heretix.Tests.Integration.Accounts;

/// <summary>What the metrics say about sign-in.</summary>
public sealed class SignInMetricsTests(AccountsHost accounts) : IClassFixture<AccountsHost>
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Sign_ins_are_counted_as_started_completed_and_failed_by_reason()
    {
        using var heard = new Heard(accounts.Host);
        using var visitor = await accounts.Host.SignedInVisitorAsync(AccountsHost.NewEmail());
        using (await visitor.Client.GetAsync("/api/auth/callback?token=x", Stop)) { }
        visitor.Origin = "https://evil.example";
        using (await visitor.Client.PostAsync("/api/auth/signout", null, Stop)) { }
        heard.Counts["heretix.sign_ins.started method=link"].ShouldBe(1);
        heard.Counts["heretix.sign_ins.completed method=link new_user=True"].ShouldBe(1);
        heard.Counts["heretix.sign_ins.failed method=link reason=invalid_token"].ShouldBe(1);
        heard.Counts["heretix.csrf.refused reason=origin_not_allowed"].ShouldBe(1);
    }

    [Fact]
    public async Task Refreshes_are_counted_by_what_came_of_them()
    {
        using var heard = new Heard(accounts.Host);
        var first = await ApiTokens.OfAsync(accounts.Host, AccountsHost.NewEmail());
        await first.NextAsync(accounts.Host);
        await (await first.NextAsync(accounts.Host)).NextAsync(accounts.Host);
        foreach (var error in (string[])["token_reused", "invalid_token"])
            (await first.RefusalAsync(accounts.Host)).Error.ShouldBe(error);
        heard.Counts["heretix.tokens.refreshed outcome=refreshed"].ShouldBe(2);
        heard.Counts["heretix.tokens.refreshed outcome=repeated"].ShouldBe(1);
        heard.Counts["heretix.tokens.refreshed outcome=reused"].ShouldBe(1);
        heard.Counts["heretix.tokens.refreshed outcome=invalid"].ShouldBe(1);
    }

    [Fact]
    public async Task Active_sessions_and_users_are_known_without_a_query_for_each_reading()
    {
        var email = AccountsHost.NewEmail();
        using var one = await accounts.Host.SignedInVisitorAsync(email);
        using var two = await accounts.Host.SignedInVisitorAsync(email);
        await using var another = await accounts.AnotherAsync();
        using var heard = new Heard(another);
        var users = await accounts.ScalarAsync<long>("select count(distinct user_id) from accounts.sessions");
        for (var tries = 0; !heard.Gauges.ContainsKey("heretix.sessions.active") && tries < 1000; tries++)
        {
            await Task.Delay(5, Stop);
            heard.Listen();
        }
        heard.Gauges["heretix.users.active"].ShouldBe(users);
        heard.Gauges["heretix.sessions.active"].ShouldBe(users + 1);
    }
}
