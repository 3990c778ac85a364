using System.Net;
using System.Net.Http.Headers;
using System.Text.RegularExpressions;
using Heretix.Accounts;
using Heretix.Accounts.Retention;
using Heretix.Platform.Jobs;
using Heretix.Tests.Integration.Accounts.Leaving;
using Heretix.Tests.Integration.Accounts.Totp;
using Heretix.Tests.Integration.Servers;

namespace Heretix.Tests.Integration.Accounts;

/// <summary>What keeps passwords, refresh tokens and exports within bounds.</summary>
public sealed partial class HardeningTests(AccountsHost accounts, PostgresCluster postgres)
    : IClassFixture<AccountsHost>
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    private HeretixHost Host => accounts.Host;

    [Fact]
    public async Task A_flood_of_passwords_waits_in_a_queue_that_has_an_end()
    {
        const int queue = 2;
        await using var host = await accounts.AnotherAsync(
            options: new Dictionary<string, string?>
            {
                ["Heretix:Accounts:HashingQueue"] = $"{queue}",
                ["Heretix:Accounts:PasswordIterations"] = "3000000",
            }
        );
        var accepted = Math.Max(1, Environment.ProcessorCount - 1) + queue;
        var answers = await Task.WhenAll(
            Enumerable.Range(0, accepted + 6).Select(_ => host.LoginAsync(AccountsHost.NewEmail()))
        );
        var busy = answers.Where(pair => pair.Answer.StatusCode == HttpStatusCode.ServiceUnavailable).ToList();
        busy.Count.ShouldBeGreaterThan(0);
        foreach (var (_, answer) in busy)
        {
            answer.Headers.RetryAfter!.Delta!.Value.ShouldBeGreaterThan(TimeSpan.Zero);
            (await AccountsHost.ErrorOf(answer)).ShouldBe("busy");
        }
        answers
            .Count(pair => pair.Answer.StatusCode == HttpStatusCode.Unauthorized)
            .ShouldBe(answers.Length - busy.Count);
        (answers.Length - busy.Count).ShouldBeGreaterThanOrEqualTo(accepted);
        // Whoever was turned away has left no place taken.
        var (later, free) = await host.LoginAsync(AccountsHost.NewEmail());
        free.StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
        foreach (var (visitor, answer) in answers.Append((later, free)))
        {
            answer.Dispose();
            visitor.Dispose();
        }
    }

    [Fact]
    public async Task A_server_without_a_web_application_has_a_page_for_the_new_password()
    {
        // On a database of its own: any server may send the mail, and this one is to write it.
        await using var host = await HeretixHost.StartAsync(
            postgres.Url(await postgres.CreateDatabaseAsync()),
            settings => settings with { AppUrl = settings.ApiUrl },
            new Dictionary<string, string?> { ["Heretix:Billing:Plans:trial:Devices"] = "100" }
        );
        var email = AccountsHost.NewEmail();
        using (await host.SignedInVisitorAsync(email)) { }
        using var visitor = host.Visitor();
        using (var asked = await visitor.PostAsync("/api/auth/forgot-password", new { email }))
            asked.StatusCode.ShouldBe(HttpStatusCode.NoContent);
        var mail = await host.MailAsync(email);
        var link = Link().Match(mail.Text).Value;
        link.ShouldStartWith("http://127.0.0.1:8000/api/auth/reset-password?token=");
        var path = new Uri(link).PathAndQuery;

        using (var shown = await visitor.NavigateAsync(path))
        {
            shown.StatusCode.ShouldBe(HttpStatusCode.OK);
            (await shown.Content.ReadAsStringAsync(Stop)).ShouldContain(email);
        }
        var fields = await FieldsAsync(visitor, path);
        // The form belongs to this browser, to our own origins, and takes no weak password.
        using (var stranger = host.Visitor())
        using (var forged = await SendAsync(stranger, fields, TwoSteps.Password))
            forged.StatusCode.ShouldBe(HttpStatusCode.Forbidden);
        using (var elsewhere = await SendAsync(visitor, fields, TwoSteps.Password, "https://evil.example"))
            elsewhere.StatusCode.ShouldBe(HttpStatusCode.Forbidden);
        using (var weak = await SendAsync(visitor, fields, "short"))
        {
            weak.StatusCode.ShouldBe(HttpStatusCode.UnprocessableEntity);
            (await weak.Content.ReadAsStringAsync(Stop)).ShouldContain("at least 8 characters");
        }
        using (var set = await SendAsync(visitor, fields, TwoSteps.Password))
            set.StatusCode.ShouldBe(HttpStatusCode.OK, await set.Content.ReadAsStringAsync(Stop));
        foreach (var address in (string[])[path, "/api/auth/reset-password?token=x"])
        {
            using var gone = await visitor.NavigateAsync(address);
            gone.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        }
        var (signed, answer) = await host.LoginAsync(email);
        answer.StatusCode.ShouldBe(HttpStatusCode.OK);
        answer.Dispose();
        signed.Dispose();
    }

    [Fact]
    public async Task Who_knows_the_password_of_an_account_that_was_left_is_told_until_when_it_can_be_restored()
    {
        var email = AccountsHost.NewEmail();
        using (await Host.SignedInVisitorAsync(email))
            await Host.SetPasswordAsync(email);
        using var visitor = await Host.SignedInVisitorAsync(email);
        var token = await visitor.LeaveForTokenAsync(Host, email);
        var (one, right) = await Host.LoginAsync(email);
        right.StatusCode.ShouldBe(HttpStatusCode.Forbidden);
        (await AccountsHost.ErrorOf(right)).ShouldBe("account_closed");
        (await right.Content.ReadAsStringAsync(Stop)).ShouldContain("restorable_until");
        var (two, wrong) = await Host.LoginAsync(email, password: "another staple entirely");
        var (three, unknown) = await Host.LoginAsync(AccountsHost.NewEmail(), password: "another staple entirely");
        wrong.StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
        (await AccountsHost.BodyOf(wrong)).ShouldBe(await AccountsHost.BodyOf(unknown));
        Host.Services.GetRequiredService<CapturedMail>().Waiting(email).ShouldBe(0);
        (await Host.RestoreAsync(token)).ShouldBeNull();
        var (four, back) = await Host.LoginAsync(email);
        back.StatusCode.ShouldBe(HttpStatusCode.OK);
        foreach (
            var (client, answer) in ((Visitor, HttpResponseMessage)[])
                [(one, right), (two, wrong), (three, unknown), (four, back)]
        )
        {
            answer.Dispose();
            client.Dispose();
        }
    }

    [Fact]
    public async Task A_program_with_a_token_does_not_take_the_CSRF_cookie_of_the_browser_it_runs_in()
    {
        var email = AccountsHost.NewEmail();
        using var browser = await Host.SignedInVisitorAsync(email);
        var tokens = await ApiTokens.OfAsync(Host, email);
        var before = browser.Cookie("heretix_csrf");
        using (var request = new HttpRequestMessage(HttpMethod.Get, "/api/auth/csrf"))
        {
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", tokens.Access);
            using var answer = await browser.Client.SendAsync(request, Stop);
            answer.StatusCode.ShouldBe(HttpStatusCode.OK);
            answer.Headers.Contains("Set-Cookie").ShouldBeFalse();
        }
        browser.Cookie("heretix_csrf").ShouldBe(before);
        using var ended = await browser.Client.DeleteAsync("/api/auth/sessions", Stop);
        ended.StatusCode.ShouldBe(HttpStatusCode.NoContent);
    }

    [Fact]
    public async Task As_many_exports_count_for_a_day_however_short_their_files_are_kept()
    {
        await using var brief = new BriefExports(postgres);
        await brief.InitializeAsync();
        using var visitor = await brief.Host.SignedInVisitorAsync(AccountsHost.NewEmail());
        for (var build = 1; build <= 2; build++)
        {
            await BuiltAsync(visitor);
            brief.Time.Pass(TimeSpan.FromHours(2));
            await PurgeAsync(brief.Host);
        }
        (
            await brief.ScalarAsync<long>(
                "select count(*) from accounts.exports where status = 'expired' and content is null"
            )
        ).ShouldBe(2, "the files are gone, and still counted");
        using (var third = await visitor.Client.GetAsync("/api/account/export", Stop))
            ((int)third.StatusCode).ShouldBe(429);
        brief.Time.Pass(TimeSpan.FromHours(21));
        await PurgeAsync(brief.Host);
        await BuiltAsync(visitor);
    }

    [Fact]
    public async Task A_fresh_export_is_no_matter_of_a_GET()
    {
        var email = AccountsHost.NewEmail();
        using var visitor = await Host.SignedInVisitorAsync(email);
        using (var answer = await visitor.Client.PostAsync("/api/account/export", null, Stop))
            answer.StatusCode.ShouldBe(HttpStatusCode.OK);
        visitor.SendsCsrf = false;
        using var forged = await visitor.Client.PostAsync("/api/account/export", null, Stop);
        forged.StatusCode.ShouldBe(HttpStatusCode.Forbidden);
    }

    [Fact]
    public async Task Used_refresh_tokens_are_kept_for_a_day_and_then_only_the_newest_of_them()
    {
        await using var host = await accounts.AnotherAsync(
            options: new Dictionary<string, string?> { ["Heretix:Accounts:RefreshHistory"] = "3" }
        );
        var first = await ApiTokens.OfAsync(host, AccountsHost.NewEmail());
        var last = first;
        for (var number = 0; number < 6; number++)
            last = await last.NextAsync(host);
        var session = await accounts.ScalarAsync<Guid>(
            "select session_id from accounts.refresh_tokens order by issued_at desc limit 1"
        );
        (await CountAsync(session)).ShouldBe(7, "within a day none is forgotten");
        accounts.Time.Pass(TimeSpan.FromHours(25));
        last = await last.NextAsync(host);
        (await CountAsync(session)).ShouldBe(5, "three that were used long ago, the one used now and the new one");
        (await first.RefusalAsync(host)).ShouldBe((HttpStatusCode.Unauthorized, "invalid_token"));
        (await last.StatusAsync(host)).ShouldBe(HttpStatusCode.OK, "what was forgotten ends nothing");
    }

    [Fact]
    public async Task A_thief_who_refreshes_again_and_again_is_stopped_and_then_found_out()
    {
        var owner = await ApiTokens.OfAsync(Host, AccountsHost.NewEmail());
        var thief = await owner.NextAsync(Host);
        // As if the thief had refreshed as often as a session may within a day.
        await accounts.ExecuteAsync(
            $"""
            insert into accounts.refresh_tokens (id, session_id, token_hash, issued_at, expires_at, used_at)
            select gen_random_uuid(), t.session_id, sha256(convert_to(n::text, 'UTF8')), t.issued_at, t.expires_at, t.issued_at
            from accounts.refresh_tokens t, generate_series(1, 500) n
            where t.id = (select id from accounts.refresh_tokens order by issued_at desc limit 1)
            """
        );
        using (var more = await ApiTokens.ShowAsync(Host, thief.Refresh))
        {
            ((int)more.StatusCode).ShouldBe(429);
            more.Headers.RetryAfter!.Delta!.Value.TotalHours.ShouldBeInRange(22, 24);
        }
        accounts.Time.Pass(TimeSpan.FromMinutes(1));
        (await owner.RefusalAsync(Host)).ShouldBe((HttpStatusCode.Unauthorized, "token_reused"));
        (await thief.StatusAsync(Host)).ShouldBe(HttpStatusCode.Unauthorized);
    }

    private Task<long> CountAsync(Guid session) =>
        accounts.ScalarAsync<long>($"select count(*) from accounts.refresh_tokens where session_id = '{session}'");

    private static async Task BuiltAsync(Visitor visitor)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(Stop);
        patience.CancelAfter(TimeSpan.FromMinutes(1));
        while (true)
        {
            using var answer = await visitor.Client.GetAsync("/api/account/export", patience.Token);
            if ((int)answer.StatusCode == 200)
                return;
            ((int)answer.StatusCode).ShouldBe(202);
            await Task.Delay(20, patience.Token);
        }
    }

    private static async Task PurgeAsync(HeretixHost host)
    {
        await using var scope = host.Services.CreateAsyncScope();
        await scope
            .ServiceProvider.GetRequiredService<ExpiredRows>()
            .RunAsync(new JobRun(ExpiredRows.Kind, "now", 1, host.OpenDb), Stop);
    }

    private static async Task<Dictionary<string, string>> FieldsAsync(Visitor visitor, string path)
    {
        var page = await visitor.Client.GetStringAsync(path, Stop);
        return Hidden().Matches(page).ToDictionary(m => m.Groups[1].Value, m => m.Groups[2].Value);
    }

    private static async Task<HttpResponseMessage> SendAsync(
        Visitor visitor,
        Dictionary<string, string> fields,
        string password,
        string origin = "http://127.0.0.1:8000"
    )
    {
        using var form = new FormUrlEncodedContent(new Dictionary<string, string>(fields) { ["password"] = password });
        return await visitor.NavigateAsync("/api/auth/reset-password/confirm", form, origin);
    }

    [GeneratedRegex("name=\"([a-z]+)\" value=\"([^\"]+)\"")]
    private static partial Regex Hidden();

    [GeneratedRegex(@"http\S+/reset-password\?token=\S+")]
    private static partial Regex Link();

    /// <summary>Servers that build every export by a job, two a day, and keep each for an hour.</summary>
    private sealed class BriefExports(PostgresCluster postgres) : AccountsHost(postgres)
    {
        private protected override void Configure(IServiceCollection services) =>
            services.Configure<AccountsOptions>(options =>
                (options.ExportRows, options.ExportHours, options.ExportsPerDay) = (0, 1, 2)
            );
    }
}
