using System.Text.Json;
using Heretix.Tests.Integration.Load;
using Heretix.Tests.Integration.Servers;

namespace Heretix.Tests.Integration.Accounts.Totp;

/// <summary>One account with a second factor on two real server processes.</summary>
public sealed class TwoProcessesTests(PostgresCluster postgres)
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task One_code_at_two_processes_at_once_opens_one_session_and_an_operator_can_take_the_factor_away()
    {
        await using var servers = await ServerPair.StartAsync(
            postgres,
            new Dictionary<string, string> { ["Heretix__Billing__Plans__trial__Devices"] = "100" }
        );
        using var owner = new VirtualUser(servers.First.Address);
        await owner.SignInAsync("owner@example.org", servers.Data, Stop);
        var secret = (await JsonAsync(owner, "/api/auth/totp", null, 200)).GetProperty("secret").GetString()!;
        var app = Authenticator.Of(secret, () => TimeProvider.System.GetUtcNow());
        // The code of the step before, so that the present one is still unused.
        await JsonAsync(owner, "/api/auth/totp/confirm", new { code = app.Code(-1) }, 200);

        var challenges = new List<(VirtualUser Client, string Challenge)>();
        for (var number = 0; number < 6; number++)
        {
            var client = new VirtualUser(servers.First.Address);
            var answer = await client.FirstStepAsync("owner@example.org", servers.Data, Stop);
            challenges.Add((client, answer.GetProperty("challenge").GetString()!));
        }
        var code = app.Code();
        var statuses = await Task.WhenAll(
            challenges.Select(
                async (pair, number) =>
                {
                    using var answer = await pair.Client.SendAsync(
                        HttpMethod.Post,
                        "/api/auth/totp/verify",
                        new { challenge = pair.Challenge, code },
                        number % 2 == 0 ? servers.First.Address : servers.Second.Address,
                        cancellationToken: Stop
                    );
                    return (int)answer.StatusCode;
                }
            )
        );
        statuses.Count(status => status == 200).ShouldBe(1);
        statuses.Count(status => status == 401).ShouldBe(5);
        (await servers.ScalarAsync<long>("select count(*) from accounts.sessions where kind = 'api'")).ShouldBe(1);

        var (shown, says) = await VerbAsync(servers, "totp", "owner@example.org");
        shown.ShouldBe(0, says);
        says.ShouldContain("10 recovery codes left");
        var (reset, said) = await VerbAsync(servers, "totp", "owner@example.org", "--reset");
        reset.ShouldBe(0, said);
        said.ShouldContain("removed");
        (await servers.ScalarAsync<long>("select count(*) from accounts.sessions")).ShouldBe(0);
        (await VerbAsync(servers, "totp", "owner@example.org", "--reset")).Code.ShouldBe(1);
        (await VerbAsync(servers, "totp", "nobody@example.org")).Said.ShouldContain("no user has the address");
        await owner.SignInAsync("owner@example.org", servers.Data, Stop);
        await MailedAsync(servers.Data, "removed the second factor");
        foreach (var (client, _) in challenges)
            client.Dispose();
    }

    private static Task<(int Code, string Said)> VerbAsync(ServerPair servers, params string[] arguments) =>
        ServerVerb.RunAsync(
            servers.Url,
            new Dictionary<string, string> { ["ENCRYPTION_KEY"] = servers.EncryptionKey },
            arguments
        );

    private static async Task MailedAsync(string data, string text)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(Stop);
        patience.CancelAfter(TimeSpan.FromMinutes(1));
        while (
            !Directory
                .GetFiles(Path.Combine(data, "outbox"), "*.json")
                .Any(file => File.ReadAllText(file).Contains(text, StringComparison.Ordinal))
        )
            await Task.Delay(50, patience.Token);
    }

    private static async Task<JsonElement> JsonAsync(VirtualUser client, string path, object? body, int status)
    {
        using var answer = await client.SendAsync(HttpMethod.Post, path, body, cancellationToken: Stop);
        var text = await answer.Content.ReadAsStringAsync(Stop);
        ((int)answer.StatusCode).ShouldBe(status, text);
        return JsonElement.Parse(text);
    }
}
