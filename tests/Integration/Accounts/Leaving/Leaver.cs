using System.Text.RegularExpressions;
using Heretix.Accounts.Leaving.Erasing;
using Heretix.Platform.Jobs;
using Heretix.Platform.Mail;
using Heretix.Tests.Integration.Servers;

namespace Heretix.Tests.Integration.Accounts.Leaving;

/// <summary>Leaves and comes back as people do.</summary>
internal static partial class Leaver
{
    private static readonly Uri Account = new("/api/account", UriKind.Relative);

    public static Task<HttpResponseMessage> LeaveAsync(this Visitor visitor) =>
        visitor.Client.DeleteAsync(Account, TestContext.Current.CancellationToken);

    /// <summary>Leaves, and gives the token of the mail that follows.</summary>
    public static async Task<string> LeaveForTokenAsync(this Visitor visitor, HeretixHost host, string email)
    {
        using var answer = await visitor.LeaveAsync();
        ((int)answer.StatusCode).ShouldBe(204);
        return TokenIn(await host.MailAsync(email));
    }

    /// <summary>The next mail to an address.</summary>
    public static Task<MailMessage> MailAsync(this HeretixHost host, string email) =>
        host.Services.GetRequiredService<CapturedMail>().NextAsync(email);

    public static string TokenIn(MailMessage mail)
    {
        mail.Kind.ShouldBe("account_leaving");
        return Token().Match(mail.Text).Groups[1].Value;
    }

    /// <summary>Restores with a token; null when it worked, otherwise the code of the error.</summary>
    public static async Task<string?> RestoreAsync(this HeretixHost host, string token)
    {
        using var client = host.Client();
        using var answer = await client.PostAsJsonAsync(
            "/api/account/restore",
            new { token },
            TestContext.Current.CancellationToken
        );
        if ((int)answer.StatusCode == 204)
            return null;
        ((int)answer.StatusCode).ShouldBe(400);
        return await AccountsHost.ErrorOf(answer);
    }

    /// <summary>Runs the job that erases, now.</summary>
    public static async Task EraseAsync(this HeretixHost host)
    {
        await using var scope = host.Services.CreateAsyncScope();
        await scope
            .ServiceProvider.GetRequiredService<Erasure>()
            .RunAsync(new JobRun(Erasure.Kind, "now", 1, host.OpenDb), TestContext.Current.CancellationToken);
    }

    [GeneratedRegex(@"/api/account/restore\?token=(\S+)")]
    private static partial Regex Token();
}
