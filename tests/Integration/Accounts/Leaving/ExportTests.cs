using System.Text.Json;
using Heretix.Accounts.Leaving.Export;
using Heretix.Accounts.Retention;
using Heretix.Platform.Database;
using Heretix.Platform.Jobs;
using Heretix.Platform.Modules;
using Heretix.Platform.Settings;
using Heretix.Server;
using Heretix.Tests.Integration.Checks;
using Heretix.Tests.Integration.Servers;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Heretix.Tests.Integration.Accounts.Leaving;

/// <summary>Taking everything along.</summary>
public sealed class ExportTests(AccountsHost accounts) : IClassFixture<AccountsHost>
{
    private static readonly Uri File = new("/api/account/export", UriKind.Relative);

    private static readonly Dictionary<string, string?> Always = new() { ["Heretix:Accounts:ExportRows"] = "0" };

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Everything_that_every_room_holds_comes_in_one_file_without_any_secret()
    {
        var email = AccountsHost.NewEmail();
        using var visitor = await accounts.Host.SignedInVisitorAsync(email);
        using (
            var run = new HttpRequestMessage(HttpMethod.Post, "/api/checks/run")
            {
                Content = JsonContent.Create(
                    new
                    {
                        claim = "To be taken along",
                        mock = true,
                        K = 4,
                        R = 1,
                        B = 200,
                    },
                    options: JsonSerializerOptions.Default
                ),
                Headers = { { "Idempotency-Key", "taken" } },
            }
        )
        using (var ran = await visitor.Client.SendAsync(run, Stop))
            ((int)ran.StatusCode).ShouldBe(200);
        using var answer = await visitor.Client.GetAsync(File, Stop);
        ((int)answer.StatusCode).ShouldBe(200, await answer.Content.ReadAsStringAsync(Stop));
        answer.Content.Headers.ContentType!.MediaType.ShouldBe("application/json");
        answer.Headers.CacheControl!.NoStore.ShouldBeTrue();
        var attached = answer.Content.Headers.ContentDisposition!;
        attached.DispositionType.ShouldBe("attachment");
        attached.FileName.ShouldBe($"heretix-account-{accounts.Time.GetUtcNow():yyyyMMdd}.json");
        var text = await answer.Content.ReadAsStringAsync(Stop);
        var file = JsonElement.Parse(text);
        file.EnumerateObject()
            .Select(member => member.Name)
            .ShouldBe(["exported_at", "jobs", "accounts", "billing", "checks"]);
        file.GetProperty("exported_at").GetString()!.ShouldEndWith("Z");
        file.GetProperty("accounts").GetProperty("email").GetString().ShouldBe(email);
        file.GetProperty("accounts").GetProperty("sessions").GetArrayLength().ShouldBe(1);
        file.GetProperty("accounts").GetProperty("links").GetArrayLength().ShouldBe(1);
        file.GetProperty("billing").GetProperty("usage")[0].GetProperty("used").GetInt32().ShouldBe(1);
        var coins = file.GetProperty("billing").GetProperty("coins");
        coins.GetProperty("balance").GetInt64().ShouldBe(50);
        coins.GetProperty("transactions")[0].Text("type").ShouldBe("signup_bonus");
        var check = file.GetProperty("checks").GetProperty("checks")[0];
        check.Text("claim").ShouldBe("To be taken along");
        check.GetProperty("result").GetProperty("sampling").GetProperty("K").GetInt32().ShouldBe(4);
        file.GetProperty("jobs")[0].Text("idempotency_key").ShouldBe("taken");
        foreach (var secret in (string[])["token_hash", "verifier", "binding", "selector", "password_hash", "refresh"])
            text.ShouldNotContain(secret);
        foreach (var cookie in (string[])["heretix_session", "heretix_csrf", "heretix_anon"])
            text.ShouldNotContain(visitor.Cookie(cookie) ?? "nothing of the kind");
    }

    [Fact]
    public async Task Nobody_without_a_session_gets_a_file()
    {
        using var nobody = accounts.Host.Visitor();
        using var answer = await nobody.Client.GetAsync(File, Stop);
        ((int)answer.StatusCode).ShouldBe(401);
    }

    [Fact]
    public async Task A_large_one_is_built_by_a_job_once_and_lies_encrypted_until_its_day_is_over()
    {
        await using var host = await accounts.AnotherAsync(options: Always);
        var email = AccountsHost.NewEmail();
        using var visitor = await host.SignedInVisitorAsync(email);
        var begun = await Task.WhenAll(Enumerable.Range(0, 10).Select(_ => visitor.Client.GetAsync(File, Stop)));
        begun.Count(answer => (int)answer.StatusCode == 202).ShouldBeGreaterThan(0);
        var waiting = begun.First(answer => (int)answer.StatusCode == 202);
        waiting.Headers.Location!.OriginalString.ShouldBe("/api/account/export");
        (await waiting.ReadAsync(202)).Text("status").ShouldBe("preparing");
        var file = await UntilThereAsync(visitor);
        file.GetProperty("accounts").GetProperty("email").GetString().ShouldBe(email);
        (await CountAsync($"accounts.exports where {Of(email)}")).ShouldBe(1);
        (
            await CountAsync(
                $"accounts.exports where {Of(email)} and (position('{email}'::bytea in content) > 0 or get_byte(content, 0) = 31)"
            )
        ).ShouldBe(0, "it is neither in clear nor merely compressed");

        // Another person gets another file.
        var stranger = AccountsHost.NewEmail();
        using var other = await host.SignedInVisitorAsync(stranger);
        (await UntilThereAsync(other)).GetProperty("accounts").Text("email").ShouldBe(stranger);

        accounts.Time.Pass(TimeSpan.FromHours(25));
        await PurgeAsync();
        (await CountAsync("accounts.exports")).ShouldBe(0);
        foreach (var answer in begun)
            answer.Dispose();
    }

    [Fact]
    public async Task Only_so_many_are_built_within_a_day_and_leaving_takes_them_away()
    {
        await using var host = await accounts.AnotherAsync(options: Always);
        var email = AccountsHost.NewEmail();
        using var visitor = await host.SignedInVisitorAsync(email);
        await UntilThereAsync(visitor);
        for (var build = 2; build <= 3; build++)
        {
            using (var asked = await visitor.Client.PostAsync(File, null, Stop))
                ((int)asked.StatusCode).ShouldBe(202);
            await UntilThereAsync(visitor);
        }
        using (var fourth = await visitor.Client.PostAsync(File, null, Stop))
        {
            ((int)fourth.StatusCode).ShouldBe(429);
            (await AccountsHost.ErrorOf(fourth)).ShouldBe("rate_limited");
            fourth.Headers.RetryAfter!.Delta!.Value.TotalHours.ShouldBeInRange(23, 24);
        }
        // What is there is still given.
        await UntilThereAsync(visitor);
        await visitor.LeaveForTokenAsync(host, email);
        (await CountAsync($"accounts.exports where {Of(email)}")).ShouldBe(0);
    }

    [Fact]
    public async Task A_build_that_everybody_has_given_up_does_not_stand_in_the_way()
    {
        await using var host = await accounts.AnotherAsync(options: Always);
        var email = AccountsHost.NewEmail();
        using var visitor = await host.SignedInVisitorAsync(email);
        await accounts.ExecuteAsync(
            $"""
            insert into accounts.exports (id, user_id, status, requested_at, expires_at)
            select gen_random_uuid(), id, 'preparing', '{accounts.Time.GetUtcNow().AddMinutes(-61):O}',
                '{accounts.Time.GetUtcNow().AddHours(23):O}' from accounts.users where email = '{email}'
            """
        );
        await UntilThereAsync(visitor);
        (await CountAsync($"accounts.exports where {Of(email)} and status = 'failed'")).ShouldBe(1);
    }

    [Fact]
    public async Task A_build_that_fails_for_good_is_given_up_and_one_that_is_delivered_twice_is_built_once()
    {
        var unreadable = new UnreadableModule();
        await using var host = await accounts.AnotherAsync(
            settings => settings with { Role = ServerRole.Api },
            services =>
                services.Replace(ServiceDescriptor.Singleton(new ModelParts([.. HeretixServer.Modules, unreadable])))
        );
        var email = AccountsHost.NewEmail();
        using var visitor = await accounts.Host.SignedInVisitorAsync(email);
        var export = await accounts.ScalarAsync<Guid>(
            $"""
            insert into accounts.exports (id, user_id, status, requested_at, expires_at)
            select gen_random_uuid(), id, 'preparing', now(), now() + interval '1 day'
            from accounts.users where email = '{email}' returning id
            """
        );
        await Should.ThrowAsync<InvalidOperationException>(BuildAsync(host, export, last: false));
        (await StatusAsync(export)).ShouldBe("preparing");
        await Should.ThrowAsync<InvalidOperationException>(BuildAsync(host, export, last: true));
        (await StatusAsync(export)).ShouldBe("failed");
        unreadable.Fails = false;
        await BuildAsync(host, export, last: true);
        (await StatusAsync(export)).ShouldBe("failed", "what was given up is not built any more");

        await accounts.ExecuteAsync($"update accounts.exports set status = 'preparing' where id = '{export}'");
        await Task.WhenAll(BuildAsync(host, export, last: false), BuildAsync(host, export, last: false));
        var first = await accounts.ScalarAsync<byte[]>($"select content from accounts.exports where id = '{export}'");
        await BuildAsync(host, export, last: false);
        (await accounts.ScalarAsync<byte[]>($"select content from accounts.exports where id = '{export}'")).ShouldBe(
            first
        );
    }

    private static async Task BuildAsync(HeretixHost host, Guid export, bool last)
    {
        await using var scope = host.Services.CreateAsyncScope();
        await scope
            .ServiceProvider.GetRequiredService<ExportJob>()
            .RunAsync(
                new ExportOrder(export),
                new JobRun(ExportJob.Kind, "now", 1, host.OpenDb) { IsLastAttempt = last },
                Stop
            );
    }

    private Task<string> StatusAsync(Guid export) =>
        accounts.ScalarAsync<string>($"select status from accounts.exports where id = '{export}'");

    private static async Task<JsonElement> UntilThereAsync(Visitor visitor)
    {
        while (true)
        {
            using var answer = await visitor.Client.GetAsync(File, Stop);
            if ((int)answer.StatusCode != 202)
                return await answer.ReadAsync(200);
            await Task.Delay(20, Stop);
        }
    }

    private async Task PurgeAsync()
    {
        await using var scope = accounts.Host.Services.CreateAsyncScope();
        await scope
            .ServiceProvider.GetRequiredService<ExpiredRows>()
            .RunAsync(new JobRun(ExpiredRows.Kind, "now", 1, accounts.Host.OpenDb), Stop);
    }

    private static string Of(string email) => $"user_id = (select id from accounts.users where email = '{email}')";

    private Task<long> CountAsync(string from) => accounts.ScalarAsync<long>($"select count(*) from {from}");

    /// <summary>A room that cannot say what it holds.</summary>
    private sealed class UnreadableModule : IModule
    {
        public string Name => "unreadable";

        public bool Fails { get; set; } = true;

        public void AddServices(IServiceCollection services, ServerSettings settings) { }

        public Task<object?> ExportAccountAsync(AccountEvent export, CancellationToken cancellationToken) =>
            Fails ? throw new InvalidOperationException("not today") : Task.FromResult<object?>(null);
    }
}
