using System.Net;
using Heretix.Accounts.MagicLink;
using Heretix.Platform.Database;
using Heretix.Platform.Jobs;
using Heretix.Platform.Mail;
using Heretix.Tests.Integration.Servers;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Heretix.Tests.Integration.Accounts;

/// <summary>The job that mails a link: repeated, late, and with a mail server that fails.</summary>
public sealed class LinkMailTests(AccountsHost accounts) : IClassFixture<AccountsHost>
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_mail_says_what_it_is_and_leads_to_the_server()
    {
        var email = AccountsHost.NewEmail();
        using var visitor = accounts.Host.Visitor();
        await visitor.Client.PostAsJsonAsync("/api/auth/magic-links", new { email }, Stop);
        var mail = await accounts.Host.Services.GetRequiredService<CapturedMail>().NextAsync(email);
        mail.Kind.ShouldBe("magic_link");
        mail.Text.ShouldContain("http://127.0.0.1:8000/api/auth/callback?token=");
        mail.Text.ShouldContain("10 minutes");
        mail.Text.ShouldContain("ignore this mail");
        mail.Subject.ShouldNotContain("\n");
    }

    [Fact]
    public async Task After_a_failure_the_next_attempt_mails_a_link_that_works()
    {
        var mailer = new FailingMailer { Failures = 1 };
        await using var host = await HostAsync(mailer);
        var (visitor, id, email) = await AskAsync(host);
        using var _ = visitor;
        await Should.ThrowAsync<MailException>(() => RunAsync(host, id));
        (
            await accounts.ScalarAsync<bool>($"select sent_at is null from accounts.email_tokens where id = '{id}'")
        ).ShouldBeTrue();
        await RunAsync(host, id);
        mailer.Sent.Count.ShouldBe(2, "the first may have arrived although it failed");
        Link(mailer.Sent[0]).ShouldNotBe(Link(mailer.Sent[1]));
        using var lost = await visitor.Client.GetAsync(Link(mailer.Sent[0]), Stop);
        lost.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        using var answer = await visitor.Client.GetAsync(Link(mailer.Sent[1]), Stop);
        answer.StatusCode.ShouldBe(HttpStatusCode.SeeOther);
        (await accounts.ScalarAsync<long>($"select count(*) from accounts.users where email = '{email}'")).ShouldBe(1);
    }

    [Fact]
    public async Task A_refusal_for_good_is_not_tried_again_and_is_logged()
    {
        var mailer = new FailingMailer { Failures = 1, Permanent = true };
        await using var host = await HostAsync(mailer);
        var (visitor, id, _) = await AskAsync(host);
        visitor.Dispose();
        await RunAsync(host, id);
        mailer.Sent.Count.ShouldBe(1);
        (
            await accounts.ScalarAsync<bool>($"select sent_at is null from accounts.email_tokens where id = '{id}'")
        ).ShouldBeTrue();
        accounts.Logs.Lines.ShouldContain(line =>
            line.Contains($"{id} was refused for good", StringComparison.Ordinal)
        );
    }

    [Fact]
    public async Task A_job_that_is_delivered_again_does_not_send_again()
    {
        var mailer = new FailingMailer();
        await using var host = await HostAsync(mailer);
        var (visitor, id, _) = await AskAsync(host);
        await RunAsync(host, id);
        await RunAsync(host, id);
        mailer.Sent.Count.ShouldBe(1);
        using var answer = await visitor.Client.GetAsync(Link(mailer.Sent[0]), Stop);
        answer.StatusCode.ShouldBe(HttpStatusCode.SeeOther);
        visitor.Dispose();
    }

    [Fact]
    public async Task A_link_that_expired_in_the_queue_is_not_mailed_and_that_is_logged()
    {
        var mailer = new FailingMailer();
        await using var host = await HostAsync(mailer);
        var (visitor, id, _) = await AskAsync(host);
        visitor.Dispose();
        accounts.Time.Pass(TimeSpan.FromMinutes(11));
        await RunAsync(host, id);
        mailer.Sent.ShouldBeEmpty();
        accounts.Logs.Lines.ShouldContain(line =>
            line.Contains($"{id} expired before its mail", StringComparison.Ordinal)
        );
    }

    [Fact]
    public async Task No_connection_is_held_while_the_mail_server_is_talked_to()
    {
        var mailer = new FailingMailer();
        await using var host = await HostAsync(mailer);
        var (visitor, id, _) = await AskAsync(host);
        visitor.Dispose();
        var open = new List<HeretixDb>();
        mailer.Sending = () =>
        {
            open.Count.ShouldBe(1);
            open.ShouldAllBe(db => IsDisposed(db));
        };
        await RunAsync(host, id, open);
        mailer.Sent.Count.ShouldBe(1);
    }

    private static bool IsDisposed(HeretixDb db)
    {
        try
        {
            return db.Database.GetDbConnection() is null;
        }
        catch (ObjectDisposedException)
        {
            return true;
        }
    }

    private Task<HeretixHost> HostAsync(FailingMailer mailer) =>
        accounts.AnotherAsync(services: services =>
        {
            services.Replace(ServiceDescriptor.Singleton<IMailer>(mailer));
            services.Replace(ServiceDescriptor.Singleton<IJobQueue, ForgottenJobs>());
        });

    private async Task<(Visitor Visitor, Guid Id, string Email)> AskAsync(HeretixHost host)
    {
        var email = AccountsHost.NewEmail();
        var visitor = host.Visitor();
        using var answer = await visitor.Client.PostAsJsonAsync("/api/auth/magic-links", new { email }, Stop);
        answer.StatusCode.ShouldBe(HttpStatusCode.NoContent);
        return (
            visitor,
            await accounts.ScalarAsync<Guid>($"select id from accounts.email_tokens where email = '{email}'"),
            email
        );
    }

    private static Task RunAsync(HeretixHost host, Guid id, List<HeretixDb>? opened = null) =>
        ActivatorUtilities
            .CreateInstance<LinkMailJob>(host.Services)
            .RunAsync(
                new LinkMail(id),
                new JobRun(
                    LinkMailJob.Kind,
                    id.ToString("N"),
                    1,
                    () =>
                    {
                        // Not out of a pool, as a worker's are not.
                        var db = ActivatorUtilities.CreateInstance<HeretixDb>(
                            host.Services,
                            host.Services.GetRequiredService<DbContextOptions<HeretixDb>>()
                        );
                        opened?.Add(db);
                        return db;
                    }
                ),
                Stop
            );

    private static string Link(MailMessage mail) =>
        mail.Text.Split('\n').Single(line => line.StartsWith("http", StringComparison.Ordinal))[
            "http://127.0.0.1:8000".Length..
        ];

    private sealed class FailingMailer : IMailer
    {
        public List<MailMessage> Sent { get; } = [];

        public int Failures { get; set; }

        public bool Permanent { get; init; }

        public Action? Sending { get; set; }

        public Task SendAsync(MailMessage message, CancellationToken cancellationToken)
        {
            Sending?.Invoke();
            Sent.Add(message);
            return Failures-- > 0
                ? throw new MailException("the provider does not answer") { Permanent = Permanent }
                : Task.CompletedTask;
        }
    }

    /// <summary>Accepts jobs and leaves running them to the test.</summary>
    private sealed class ForgottenJobs : IJobQueue
    {
        public Task EnqueueAsync<TArguments>(
            HeretixDb db,
            string kind,
            string name,
            TArguments arguments,
            TimeSpan? delay = null,
            CancellationToken cancellationToken = default
        ) => Task.CompletedTask;
    }
}
