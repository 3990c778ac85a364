using System.Security.Cryptography;
using Heretix.Tests.Integration.Servers;

namespace Heretix.Tests.Integration.Accounts.Totp;

/// <summary>Secrets of apps when the key of the server changes.</summary>
public sealed class SecretRotationTests(PostgresCluster postgres)
{
    private static readonly string Old = "old:" + Convert.ToBase64String(SHA256.HashData("the old key"u8));
    private static readonly string New = "new:" + Convert.ToBase64String(SHA256.HashData("the new key"u8));

    [Fact]
    public async Task Codes_work_after_a_rotation_and_without_the_old_key()
    {
        var database = await postgres.CreateDatabaseAsync();
        var email = AccountsHost.NewEmail();
        Authenticator app;
        await using (var host = await StartAsync(database, Old))
        {
            using var browser = await host.SignedInVisitorAsync(email);
            app = await Authenticator.BeginAsync(browser.Client, () => TimeProvider.System.GetUtcNow());
            await app.ConfirmAsync(browser.Client, away: -1);
            (await host.NoticeAsync(email)).ShouldBe("totp_enabled");
        }
        var (code, said) = await ServerVerb.RunAsync(
            postgres.Url(database),
            new Dictionary<string, string> { ["ENCRYPTION_KEY"] = $"{New},{Old}" },
            "rotate-keys"
        );
        code.ShouldBe(0, said);
        said.ShouldContain("accounts.totp.secret: 1 encrypted again");
        await using (var host = await StartAsync(database, New))
        {
            using var visitor = await host.FirstStepAsync(email);
            (await visitor.VerifyAsync(app.Code(1)).OutcomeAsync()).ShouldBe((200, null));
        }
    }

    private Task<HeretixHost> StartAsync(string database, string key) =>
        HeretixHost.StartAsync(
            postgres.Url(database),
            options: new Dictionary<string, string?>
            {
                ["ENCRYPTION_KEY"] = key,
                ["Heretix:Billing:Plans:trial:Devices"] = "100",
            }
        );
}
