using Heretix.Platform.Mail;
using Heretix.Tests.Integration.Servers;

namespace Heretix.Tests.Integration.Platform.Mail;

/// <summary>Mail by SMTP, against a stub.</summary>
public sealed class SmtpTests
{
    private static readonly MailMessage Letter = new(
        "ada@example.org",
        "Anmeldung für Sie",
        "Hello,\n\nhttps://example.org/api/auth/callback?token=ab:cd-ef_1\n.\nBye — Heretix\n",
        "magic_link"
    );

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_message_arrives_whole_with_its_sender_recipient_and_subject()
    {
        await using var server = new SmtpStub();
        await using var host = await StartAsync(server.Port, tls: "none");
        await host.Services.GetRequiredService<IMailer>().SendAsync(Letter, Stop);

        var (envelope, message) = await server.ReceiveAsync(Stop);
        envelope.ShouldContain("MAIL FROM:<no-reply@example.org>");
        envelope.ShouldContain("RCPT TO:<ada@example.org>");
        var (headers, body) = (message.Split("\n\n", 2)[0], message.Split("\n\n", 2)[1]);
        headers.ShouldContain("Message-ID: <");
        headers.ShouldContain("Auto-Submitted: auto-generated");
        headers.ShouldContain("no-reply@example.org");
        Decoded(headers, body).ShouldContain("https://example.org/api/auth/callback?token=ab:cd-ef_1");
        Decoded(headers, body).ShouldContain("Bye — Heretix");
    }

    [Fact]
    public async Task A_server_that_offers_no_starttls_gets_nothing_unless_that_was_asked_for()
    {
        await using var server = new SmtpStub();
        await using var host = await StartAsync(server.Port, tls: null);
        var failure = await Should.ThrowAsync<MailException>(() =>
            host.Services.GetRequiredService<IMailer>().SendAsync(Letter, Stop)
        );
        failure.Message.ShouldContain("SMTP_TLS");
        failure.Permanent.ShouldBeFalse();
        server.Commands.ShouldNotContain(command => command.StartsWith("MAIL", StringComparison.OrdinalIgnoreCase));
    }

    [Fact]
    public async Task A_server_whose_certificate_nobody_trusts_gets_nothing()
    {
        await using var server = new SmtpStub { Offers = ["STARTTLS"] };
        await using var host = await StartAsync(server.Port, tls: "starttls");
        var failure = await Should.ThrowAsync<MailException>(() =>
            host.Services.GetRequiredService<IMailer>().SendAsync(Letter, Stop)
        );
        failure.Permanent.ShouldBeFalse();
        server.Commands.ShouldNotContain(command => command.StartsWith("MAIL", StringComparison.OrdinalIgnoreCase));
    }

    [Theory]
    [InlineData("550 no such user", true)]
    [InlineData("450 come back later", false)]
    public async Task A_refused_recipient_is_permanent_or_not_as_the_server_says(string answer, bool permanent)
    {
        await using var server = new SmtpStub { Recipient = answer };
        await using var host = await StartAsync(server.Port, tls: "none");
        var failure = await Should.ThrowAsync<MailException>(() =>
            host.Services.GetRequiredService<IMailer>().SendAsync(Letter, Stop)
        );
        failure.Permanent.ShouldBe(permanent);
        failure.ToString().ShouldNotContain("ada@");
    }

    [Fact]
    public async Task A_server_that_says_nothing_is_given_up_on()
    {
        await using var server = new SmtpStub { Silent = true };
        await using var host = await StartAsync(server.Port, tls: "none", timeout: "00:00:00.300");
        var failure = await Should.ThrowAsync<MailException>(() =>
            host.Services.GetRequiredService<IMailer>().SendAsync(Letter, Stop)
        );
        failure.Message.ShouldContain("0.3 s");
    }

    [Fact]
    public async Task Nobody_at_the_address_is_a_failure_and_counted()
    {
        await using var host = await StartAsync(FreePort.Next(), tls: "none");
        await Should.ThrowAsync<MailException>(() =>
            host.Services.GetRequiredService<IMailer>().SendAsync(Letter, Stop)
        );
        using var client = host.Client();
        (await client.GetStringAsync(new Uri("/metrics", UriKind.Relative), Stop)).ShouldContain(
            "heretix_mail_messages_total{kind=\"magic_link\",provider=\"smtp\",result=\"failed\"} 1\n"
        );
    }

    [Fact]
    public async Task Who_sends_may_call_it_off()
    {
        await using var server = new SmtpStub { Silent = true };
        await using var host = await StartAsync(server.Port, tls: "none");
        using var off = CancellationTokenSource.CreateLinkedTokenSource(Stop);
        var sending = host.Services.GetRequiredService<IMailer>().SendAsync(Letter, off.Token);
        await off.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(() => sending);
    }

    private static Task<PlatformHost> StartAsync(int port, string? tls, string timeout = "00:00:10") =>
        PlatformHost.StartAsync(
            new Dictionary<string, string?>
            {
                ["SMTP_HOST"] = "127.0.0.1",
                ["SMTP_PORT"] = $"{port}",
                ["SMTP_TLS"] = tls,
                ["SMTP_FROM"] = "Heretix <no-reply@example.org>",
                ["Heretix:Platform:MailTimeout"] = timeout,
            }
        );

    private static string Decoded(string headers, string body)
    {
        if (headers.Contains("base64", StringComparison.OrdinalIgnoreCase))
            return System.Text.Encoding.UTF8.GetString(
                Convert.FromBase64String(body.Replace("\n", "", StringComparison.Ordinal))
            );
        if (!headers.Contains("quoted-printable", StringComparison.OrdinalIgnoreCase))
            return body;
        var bytes = new List<byte>();
        var text = body.Replace("=\n", "", StringComparison.Ordinal);
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] == '=')
            {
                bytes.Add(Convert.ToByte(text.Substring(i + 1, 2), 16));
                i += 2;
            }
            else
            {
                bytes.Add((byte)text[i]);
            }
        }
        return System.Text.Encoding.UTF8.GetString([.. bytes]);
    }
}
