using System.Net;
using Heretix.Tests.Integration.Accounts;
using Heretix.Tests.Integration.Servers;

namespace Heretix.Tests.Integration.Server;

/// <summary><c>heretix sessions</c> as operators type it, beside a server that runs.</summary>
public sealed class SessionsVerbTests(AccountsHost accounts, PostgresCluster postgres) : IClassFixture<AccountsHost>
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_sessions_of_one_user_end_and_then_those_of_everybody()
    {
        var (email, other) = (AccountsHost.NewEmail(), AccountsHost.NewEmail());
        using var browser = await accounts.Host.SignedInVisitorAsync(email);
        using var somebody = await accounts.Host.SignedInVisitorAsync(other);
        (await SayAsync(0, email)).ShouldContain("1 sessions");
        (await SayAsync(0, email, "--end")).ShouldContain("1 sessions ended");
        (await StatusAsync(browser)).ShouldBe(HttpStatusCode.Unauthorized);
        (await StatusAsync(somebody)).ShouldBe(HttpStatusCode.OK);
        (await SayAsync(0, "--everybody", "--end")).ShouldContain("1 sessions ended");
        (await StatusAsync(somebody)).ShouldBe(HttpStatusCode.Unauthorized);
    }

    [Fact]
    public async Task Everybody_is_never_meant_by_leaving_the_name_out()
    {
        (await SayAsync(1, "--end")).ShouldContain("name a user by address, or say --everybody");
        (await SayAsync(1, "someone@example.org", "--everybody")).ShouldContain("--everybody");
        (await SayAsync(1, "nobody@example.org", "--end")).ShouldContain("no user has the address");
    }

    private async Task<string> SayAsync(int code, params string[] arguments)
    {
        var data = OpenFolder.Create("heretix-sessions-");
        await using var verb = ServerProcess.Launch(
            Path.Combine(AppContext.BaseDirectory, "heretix.dll"),
            data,
            new Dictionary<string, string> { ["DATABASE_URL"] = postgres.Url(accounts.Database) },
            ["sessions", .. arguments]
        );
        (await verb.EndAsync(Stop)).ShouldBe(code, verb.Log);
        Directory.Delete(data, recursive: true);
        return verb.Log;
    }

    private static async Task<HttpStatusCode> StatusAsync(Visitor visitor)
    {
        using var answer = await visitor.Client.GetAsync("/api/auth/sessions", Stop);
        return answer.StatusCode;
    }
}
