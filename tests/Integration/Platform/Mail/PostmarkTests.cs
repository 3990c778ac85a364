using System.Text.Json;
using Heretix.Platform.Mail;
using Heretix.Tests.Integration.Servers;

namespace Heretix.Tests.Integration.Platform.Mail;

/// <summary>Mail by Postmark, against a stub of its interface.</summary>
public sealed class PostmarkTests
{
    private static readonly MailMessage Letter = new(
        "ada@example.org",
        "Sign in",
        "https://example.org/x",
        "magic_link"
    );
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_message_is_posted_as_postmark_wants_it()
    {
        await using var postmark = await RecordingServer.StartAsync();
        postmark.Next(200, """{"To":"ada@example.org","MessageID":"b7bc2f4a","ErrorCode":0,"Message":"OK"}""");
        await using var host = await StartAsync(postmark.Address);
        await host.Services.GetRequiredService<IMailer>().SendAsync(Letter, Stop);

        var received = await postmark.ReceiveAsync(Stop);
        received.Method.ShouldBe("POST");
        received.Path.ShouldBe("/email");
        received.Headers["X-Postmark-Server-Token"].ToString().ShouldBe("server-token-1");
        received.Headers.Accept.ToString().ShouldBe("application/json");
        received.Headers.ContentType.ToString().ShouldBe("application/json");
        var body = JsonElement.Parse(received.Body);
        body.GetProperty("From").GetString().ShouldBe("no-reply@example.org");
        body.GetProperty("To").GetString().ShouldBe("ada@example.org");
        body.GetProperty("Subject").GetString().ShouldBe("Sign in");
        body.GetProperty("TextBody").GetString().ShouldBe("https://example.org/x");
        body.GetProperty("MessageStream").GetString().ShouldBe("outbound");
        body.GetProperty("Tag").GetString().ShouldBe("magic_link");
        body.GetProperty("TrackLinks").GetString().ShouldBe("None");
        body.GetProperty("TrackOpens").GetBoolean().ShouldBeFalse();
    }

    [Theory]
    [InlineData(503)]
    [InlineData(429)]
    public async Task A_busy_postmark_is_asked_again(int status)
    {
        await using var postmark = await RecordingServer.StartAsync();
        postmark.Next(status, "", ("Retry-After", "0"));
        postmark.Next(status);
        postmark.Next(200, """{"ErrorCode":0}""");
        await using var host = await StartAsync(postmark.Address);
        await host.Services.GetRequiredService<IMailer>().SendAsync(Letter, Stop);
        postmark.Count.ShouldBe(3);
    }

    [Fact]
    public async Task A_postmark_that_stays_broken_is_asked_three_times()
    {
        await using var postmark = await RecordingServer.StartAsync();
        postmark.Usual = context => RecordingServer.WriteAsync(context, 500, "<html>oops</html>");
        await using var host = await StartAsync(postmark.Address);
        var failure = await Should.ThrowAsync<MailException>(() =>
            host.Services.GetRequiredService<IMailer>().SendAsync(Letter, Stop)
        );
        failure.Message.ShouldBe("Postmark answered HTTP 500.");
        failure.Permanent.ShouldBeFalse();
        postmark.Count.ShouldBe(3);
    }

    [Theory]
    [InlineData(422, 406, true, "after a bounce")]
    [InlineData(422, 300, true, "no address")]
    [InlineData(422, 400, false, "SMTP_FROM")]
    [InlineData(401, 10, false, "POSTMARK_TOKEN")]
    [InlineData(422, 9999, false, "error 9999")]
    public async Task A_refusal_says_what_to_do_and_is_not_repeated(int status, int code, bool permanent, string words)
    {
        await using var postmark = await RecordingServer.StartAsync();
        postmark.Next(status, $$"""{"ErrorCode":{{code}},"Message":"about ada@example.org"}""");
        await using var host = await StartAsync(postmark.Address);
        var failure = await Should.ThrowAsync<MailException>(() =>
            host.Services.GetRequiredService<IMailer>().SendAsync(Letter, Stop)
        );
        failure.Message.ShouldContain(words);
        failure.Permanent.ShouldBe(permanent);
        failure.ToString().ShouldNotContain("ada@");
        failure.ToString().ShouldNotContain("server-token-1");
        postmark.Count.ShouldBe(1);
    }

    [Fact]
    public async Task An_answer_that_does_not_come_is_a_failure_and_no_reason_to_send_twice()
    {
        await using var postmark = await RecordingServer.StartAsync();
        postmark.Usual = context =>
            Task.Delay(-1, context.RequestAborted).ContinueWith(_ => { }, TaskScheduler.Default);
        await using var host = await StartAsync(postmark.Address, timeout: "00:00:00.500");
        var failure = await Should.ThrowAsync<MailException>(() =>
            host.Services.GetRequiredService<IMailer>().SendAsync(Letter, Stop)
        );
        failure.Message.ShouldContain("0.5 s");
        postmark.Count.ShouldBe(1);
    }

    [Fact]
    public async Task Nobody_at_the_address_is_a_failure()
    {
        await using var host = await StartAsync(new Uri($"http://127.0.0.1:{FreePort.Next()}"));
        var failure = await Should.ThrowAsync<MailException>(() =>
            host.Services.GetRequiredService<IMailer>().SendAsync(Letter, Stop)
        );
        failure.Message.ShouldContain("cannot be reached");
    }

    private static Task<PlatformHost> StartAsync(Uri postmark, string timeout = "00:00:10") =>
        PlatformHost.StartAsync(
            new Dictionary<string, string?>
            {
                ["POSTMARK_TOKEN"] = "server-token-1",
                ["SMTP_HOST"] = "mail.invalid",
                ["SMTP_FROM"] = "no-reply@example.org",
                ["Heretix:Platform:PostmarkAddress"] = postmark.AbsoluteUri,
                ["Heretix:Platform:MailTimeout"] = timeout,
                ["Heretix:Platform:MailRetryDelay"] = "00:00:00.010",
            }
        );
}
