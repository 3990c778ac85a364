using System.Net;
using System.Text.Json;
using Heretix.Platform.Mail;

namespace Heretix.Tests.Integration.Platform.Mail;

/// <summary>Mail that stays on this machine.</summary>
public sealed class OutboxTests
{
    private const string Link = "http://127.0.0.1:8000/api/auth/callback?token=ab:cd-ef&next=1";

    private static readonly MailMessage Letter = new(
        "ada@example.org",
        "Sign in <now>",
        $"Open this link:\n{Link}.\n<script>alert(1)</script>",
        "magic_link"
    );

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_message_is_kept_in_a_file_that_only_its_owner_may_read()
    {
        await using var host = await PlatformHost.StartAsync();
        await host.Services.GetRequiredService<IMailer>().SendAsync(Letter, Stop);

        var folder = Path.Combine(host.Folder, "outbox");
        var path = Directory.GetFiles(folder).ShouldHaveSingleItem();
        path.ShouldEndWith(".json");
        if (!OperatingSystem.IsWindows())
        {
            File.GetUnixFileMode(path).ShouldBe(UnixFileMode.UserRead | UnixFileMode.UserWrite);
            File.GetUnixFileMode(folder)
                .ShouldBe(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }
        var kept = JsonElement.Parse(await File.ReadAllTextAsync(path, Stop));
        kept.GetProperty("to").GetString().ShouldBe("ada@example.org");
        kept.GetProperty("subject").GetString().ShouldBe("Sign in <now>");
        kept.GetProperty("text").GetString().ShouldBe(Letter.Text);
        kept.GetProperty("kind").GetString().ShouldBe("magic_link");
    }

    [Fact]
    public async Task The_page_shows_what_waits_newest_first_with_links_that_can_be_clicked()
    {
        await using var host = await PlatformHost.StartAsync(environment: "local");
        var mailer = host.Services.GetRequiredService<IMailer>();
        using var client = host.Client();
        (await PageAsync(client)).ShouldContain("No mail waits here");
        await mailer.SendAsync(Letter with { Subject = "first" }, Stop);
        await Task.Delay(5, Stop); // ids are in the order of milliseconds
        await mailer.SendAsync(Letter, Stop);

        var page = await PageAsync(client);
        page.ShouldContain("Sign in &lt;now&gt;");
        page.ShouldContain("<a href=\"http://127.0.0.1:8000/api/auth/callback?token=ab:cd-ef&amp;next=1\">");
        page.ShouldContain("&lt;script&gt;");
        page.ShouldNotContain("<script>");
        page.IndexOf("Sign in", StringComparison.Ordinal)
            .ShouldBeLessThan(page.IndexOf("first", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("X-Forwarded-For", "127.0.0.1")]
    [InlineData("Host", "attacker.example")]
    public async Task The_page_is_there_for_this_machine_only(string header, string value)
    {
        await using var host = await PlatformHost.StartAsync(environment: "local");
        using var client = host.Client();
        using var request = new HttpRequestMessage(HttpMethod.Get, "/outbox");
        request.Headers.TryAddWithoutValidation(header, value);
        using var answer = await client.SendAsync(request, Stop);
        answer.StatusCode.ShouldBe(HttpStatusCode.NotFound);
    }

    [Theory]
    [InlineData("test")]
    [InlineData("prod")]
    public async Task There_is_no_such_page_outside_local(string environment)
    {
        await using var host = await PlatformHost.StartAsync(environment: environment);
        using var client = host.Client();
        using var answer = await client.GetAsync(new Uri("/outbox", UriKind.Relative), Stop);
        answer.StatusCode.ShouldBe(HttpStatusCode.NotFound);
    }

    [Theory]
    [InlineData("local", true)]
    [InlineData("test", false)]
    public async Task The_link_is_logged_in_local_only_and_the_address_never(string environment, bool expected)
    {
        var logs = new KeptLogs();
        await using var host = await PlatformHost.StartAsync(
            new Dictionary<string, string?> { ["Logging:LogLevel:Heretix"] = "Trace" },
            services => services.AddLogging(logging => logging.AddProvider(logs)),
            environment: environment
        );
        await host.Services.GetRequiredService<IMailer>().SendAsync(Letter, Stop);
        logs.Lines.Any(line => line.Message.EndsWith(Link, StringComparison.Ordinal)).ShouldBe(expected);
        logs.Lines.ShouldAllBe(line => !line.Message.Contains("ada@", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Only_the_newest_messages_are_kept()
    {
        await using var host = await PlatformHost.StartAsync(
            new Dictionary<string, string?> { ["Heretix:Platform:OutboxLength"] = "3" }
        );
        var mailer = host.Services.GetRequiredService<IMailer>();
        for (var i = 0; i < 6; i++)
        {
            await mailer.SendAsync(Letter with { Subject = $"number {i}" }, Stop);
            await Task.Delay(3, Stop);
        }
        var kept = await host.Services.GetRequiredService<Outbox>().ReadAsync(Stop);
        kept.Select(letter => letter.Subject).ShouldBe(["number 5", "number 4", "number 3"]);
    }

    [Fact]
    public async Task Many_at_once_are_all_kept()
    {
        await using var host = await PlatformHost.StartAsync();
        var mailer = host.Services.GetRequiredService<IMailer>();
        await Task.WhenAll(
            Enumerable.Range(0, 50).Select(i => mailer.SendAsync(Letter with { Subject = $"{i}" }, Stop))
        );
        var kept = await host.Services.GetRequiredService<Outbox>().ReadAsync(Stop);
        kept.Select(letter => letter.Subject).ShouldBe(Enumerable.Range(0, 50).Select(i => $"{i}"), ignoreOrder: true);
    }

    private static Task<string> PageAsync(HttpClient client) =>
        client.GetStringAsync(new Uri("/outbox", UriKind.Relative), Stop);
}
