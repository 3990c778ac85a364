using System.Text.Json;
using Heretix.Accounts;
using Heretix.Accounts.Retention;
using Heretix.Platform.Http.Json;
using Heretix.Platform.Jobs;
using Heretix.Platform.Modules;
using Heretix.Tests.Integration.Servers;

namespace Heretix.Tests.Integration.Accounts;

/// <summary>What is kept for how long, taken along, and erased.</summary>
public sealed class KeepingTests(AccountsHost accounts) : IClassFixture<AccountsHost>
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Ended_sessions_and_old_links_are_removed_and_nothing_else()
    {
        var (idle, fresh) = (AccountsHost.NewEmail(), AccountsHost.NewEmail());
        using var gone = await accounts.Host.SignedInVisitorAsync(idle);
        // A departure that was taken back, and one that was not.
        await accounts.ExecuteAsync(
            $"""
            insert into accounts.departures (id, user_id, left_at, erase_at, selector, restored_at)
            select gen_random_uuid(), id, now(), now() + interval '30 days', gen_random_uuid()::text, restored
            from accounts.users, unnest(array[now(), null]) restored where email = '{idle}'
            """
        );
        accounts.Time.Pass(TimeSpan.FromDays(8));
        using var stays = await accounts.Host.SignedInVisitorAsync(fresh);
        using var waiting = accounts.Host.Visitor();
        await waiting.AskForLinkAsync(accounts.Host, fresh);

        await accounts
            .Host.Services.GetRequiredService<ExpiredRows>()
            .RunAsync(new JobRun(ExpiredRows.Kind, "now", 1, accounts.Host.OpenDb), Stop);

        (await CountAsync($"accounts.email_tokens where email = '{idle}'")).ShouldBe(0);
        (await CountAsync($"accounts.email_tokens where email = '{fresh}'")).ShouldBe(2);
        (await CountAsync("accounts.departures")).ShouldBe(1);
        (await SessionsAsync(idle)).ShouldBe(0);
        (await SessionsAsync(fresh)).ShouldBe(1);
        (await CountAsync($"accounts.users where email in ('{idle}', '{fresh}')")).ShouldBe(2);
    }

    [Fact]
    public async Task A_person_can_take_the_account_along_without_any_hash()
    {
        var email = AccountsHost.NewEmail();
        using var visitor = await accounts.Host.SignedInVisitorAsync(email);
        await using var db = accounts.Host.OpenDb();
        var record = await new AccountsModule().ExportAccountAsync(
            new AccountEvent(db, await IdAsync(email), accounts.Host.Services),
            Stop
        );
        var wire = new JsonSerializerOptions();
        WireJson.Configure(wire);
        var json = JsonSerializer.SerializeToElement(record, wire);
        json.GetProperty("email").GetString().ShouldBe(email);
        json.GetProperty("sessions").GetArrayLength().ShouldBe(1);
        json.GetRawText().ShouldNotContain("hash");
        (
            await new AccountsModule().ExportAccountAsync(
                new AccountEvent(db, Guid.Empty, accounts.Host.Services),
                Stop
            )
        ).ShouldBeNull();
    }

    [Fact]
    public async Task An_erased_account_leaves_nothing_behind_and_others_alone()
    {
        var (leaver, stayer) = (AccountsHost.NewEmail(), AccountsHost.NewEmail());
        using var visitor = await accounts.Host.SignedInVisitorAsync(leaver);
        await visitor.AskForLinkAsync(accounts.Host, leaver);
        using var other = await accounts.Host.SignedInVisitorAsync(stayer);
        await using (var db = accounts.Host.OpenDb())
        {
            await using var transaction = await db.Database.BeginTransactionAsync(Stop);
            await new AccountsModule().EraseAccountAsync(
                new AccountEvent(db, await IdAsync(leaver), accounts.Host.Services),
                Stop
            );
            await transaction.CommitAsync(Stop);
        }
        (await CountAsync($"accounts.users where email = '{leaver}'")).ShouldBe(0);
        (await CountAsync($"accounts.email_tokens where email = '{leaver}'")).ShouldBe(0);
        using var answer = await visitor.Client.GetAsync("/api/auth/sessions", Stop);
        ((int)answer.StatusCode).ShouldBe(401);
        (await SessionsAsync(stayer)).ShouldBe(1);
    }

    private Task<long> SessionsAsync(string email) =>
        CountAsync($"accounts.sessions s join accounts.users u on u.id = s.user_id where u.email = '{email}'");

    private Task<Guid> IdAsync(string email) =>
        accounts.ScalarAsync<Guid>($"select id from accounts.users where email = '{email}'");

    private Task<long> CountAsync(string from) => accounts.ScalarAsync<long>($"select count(*) from {from}");
}
