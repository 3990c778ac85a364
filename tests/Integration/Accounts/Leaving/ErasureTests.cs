using System.Text.Json;
using Heretix.Platform.Database;
using Heretix.Platform.Modules;
using Heretix.Platform.Settings;
using Heretix.Server;
using Heretix.Tests.Integration.Servers;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Heretix.Tests.Integration.Accounts.Leaving;

/// <summary>What is left of an account when the time to come back is over: nothing.</summary>
public sealed class ErasureTests(AccountsHost accounts, PostgresCluster postgres) : IClassFixture<AccountsHost>
{
    private static readonly TimeSpan Month = TimeSpan.FromDays(30);

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    private HeretixHost Host => accounts.Host;

    [Fact]
    public async Task After_thirty_days_no_column_of_any_table_names_the_person()
    {
        var (email, other) = (AccountsHost.NewEmail(), AccountsHost.NewEmail());
        var own = $"The landlord of {email.Split('@')[0]} owes money";
        const string common = "The moon is made of rock, and many ask about it";
        using var stays = await Host.SignedInVisitorAsync(other);
        await CheckAsync(stays, common);

        using var heard = new Heard(Host);
        using var first = await Host.SignedInVisitorAsync(email);
        var token = await first.LeaveForTokenAsync(Host, email);
        (await Host.RestoreAsync(token)).ShouldBeNull();
        using var visitor = await Host.SignedInVisitorAsync(email);
        using var phone = await Host.SignedInVisitorAsync(email);
        await visitor.AskForLinkAsync(Host, email);
        await CheckAsync(visitor, own, key: "mine");
        await CheckAsync(visitor, own, k: 8, key: "mine again");
        await CheckAsync(visitor, common);
        var user = await IdAsync(email);
        await accounts.ExecuteAsync(
            $"""
            insert into billing.subscriptions (id, user_id, source, plan, status, billing_anchor, cancel_at_period_end,
                external_customer_id, external_subscription_id, as_of, created_at, updated_at)
            values (gen_random_uuid(), '{user}', 'stripe', 'core', 'active', now(), false, 'cus_x', 'sub_x', now(), now(), now());
            insert into billing.payment_orders (id, user_id, package_id, provider, provider_order_id, amount, currency,
                coins, status, idempotency_key, flagged, created_at, updated_at, checks)
            values (gen_random_uuid(), '{user}', gen_random_uuid(), 'stripe', 'pi_erased', 499, 'USD',
                400, 'pending', 'for {email}', false, now(), now(), 0)
            """
        );
        var coins = await accounts.ScalarAsync<Guid>($"select id from billing.coin_accounts where user_id = '{user}'");
        var person = new Person(user, email, [own]);
        var before = await person.FindAsync(postgres, accounts.Database);
        // The search finds what there is to be found.
        string[] known =
        [
            "accounts.users.id",
            "accounts.users.email",
            "accounts.sessions.user_id",
            "accounts.email_tokens.email",
            "accounts.departures.user_id",
            "billing.usage_ledger.user_id",
            "billing.coin_accounts.user_id",
            "billing.payment_orders.user_id",
            "billing.payment_orders.idempotency_key",
            "billing.subscriptions.user_id",
            "checks.checks.user_id",
            "checks.checks.claim",
            "checks.checks.result",
            "checks.requests.user_id",
            "checks.result_cache.payload",
            "jobs.idempotency_keys.caller",
        ];
        known.ShouldBeSubsetOf(before);
        Letters(email).ShouldBeGreaterThan(0);

        await visitor.LeaveForTokenAsync(Host, email);
        accounts.Time.Pass(Month - TimeSpan.FromMinutes(1));
        await Host.EraseAsync();
        (await CountAsync($"accounts.users where id = '{user}'")).ShouldBe(1, "there is a minute left");
        accounts.Time.Pass(TimeSpan.FromMinutes(2));
        await Host.EraseAsync();
        await Host.EraseAsync();

        (await person.FindAsync(postgres, accounts.Database)).ShouldBeEmpty();
        Letters(email).ShouldBe(0);
        (await CountAsync($"accounts.users where email = '{other}'")).ShouldBe(1);
        (await CountAsync($"checks.checks where claim = '{common}'")).ShouldBe(1, "the other's check stays");
        (
            await CountAsync(
                $"checks.check_samples s join checks.checks c on s.id = any(c.sample_ids) where c.claim = '{common}'"
            )
        ).ShouldBe(4, "and what it was answered from");

        (await CountAsync($"billing.transfers where coin_account_id = '{coins}' and type = 'signup_bonus'")).ShouldBe(
            1,
            "the books stay, and are nobody's"
        );
        (
            await CountAsync("billing.payment_orders where provider_order_id = 'pi_erased' and amount = 499")
        ).ShouldBe(1, "what was ordered stays, and is nobody's");
        heard.Counts["heretix.accounts.leaving"].ShouldBe(2);
        heard.Counts["heretix.accounts.restored"].ShouldBe(1);
        heard.Counts["heretix.accounts.erased"].ShouldBeGreaterThanOrEqualTo(1);

        // The address is free, and whoever has it begins anew.
        using var stranger = await Host.SignedInVisitorAsync(email);
        (await IdAsync(email)).ShouldNotBe(user);
        var history = JsonElement.Parse(await stranger.Client.GetStringAsync("/api/checks", Stop));
        history.GetProperty("items").GetArrayLength().ShouldBe(0);
    }

    [Fact]
    public async Task A_token_that_comes_too_late_restores_nothing()
    {
        var email = AccountsHost.NewEmail();
        using var visitor = await Host.SignedInVisitorAsync(email);
        var token = await visitor.LeaveForTokenAsync(Host, email);
        await accounts.ExecuteAsync(
            $"update accounts.departures set erase_at = now() - interval '1 day' where user_id = '{await IdAsync(email)}'"
        );
        (await Host.RestoreAsync(token)).ShouldBeOneOf("token_expired", "invalid_token");
        await Host.EraseAsync();
        (await Host.RestoreAsync(token)).ShouldBe("invalid_token");
        (await CountAsync($"accounts.users where email = '{email}'")).ShouldBe(0);
    }

    [Fact]
    public async Task Erasing_and_restoring_at_the_same_moment_leaves_either_everything_or_nothing()
    {
        await using var second = await accounts.AnotherAsync();
        var outcomes = new List<string?>();
        for (var round = 0; round < 8; round++)
        {
            var email = AccountsHost.NewEmail();
            using var visitor = await Host.SignedInVisitorAsync(email);
            await CheckAsync(visitor, $"Round {round} of the race");
            var token = await visitor.LeaveForTokenAsync(Host, email);
            var user = await IdAsync(email);
            // Due within the next moments, so that the two of them disagree about the time as clocks would.
            await accounts.ExecuteAsync(
                $"""
                update accounts.departures
                set erase_at = '{accounts.Time.GetUtcNow().AddMilliseconds(20 * round):O}' where user_id = '{user}'
                """
            );
            var restored = Task.Run(() => second.RestoreAsync(token), Stop);
            for (var tries = 0; tries < 5 || !restored.IsCompleted; tries++)
                await Task.WhenAll(Host.EraseAsync(), second.EraseAsync());
            var error = await restored;
            if (error is not null)
            {
                accounts.Time.Pass(TimeSpan.FromSeconds(1));
                await Host.EraseAsync();
            }
            var expected = error is null ? 1 : 0;
            (await CountAsync($"accounts.users where id = '{user}' and status = 'active'")).ShouldBe(expected, error);
            (await CountAsync($"accounts.users where id = '{user}'")).ShouldBe(expected);
            (await CountAsync($"checks.checks where user_id = '{user}'")).ShouldBe(expected);
            (await CountAsync($"billing.usage_ledger where user_id = '{user}'")).ShouldBe(expected);
            outcomes.Add(error);
        }
        TestContext.Current.SendDiagnosticMessage(string.Join(", ", outcomes.Select(error => error ?? "restored")));
    }

    [Fact]
    public async Task An_account_that_cannot_be_erased_stops_no_other_and_is_tried_again()
    {
        var stubborn = new StubbornModule();
        await using var host = await accounts.AnotherAsync(
            settings => settings with { Role = ServerRole.Api },
            services =>
                services.Replace(ServiceDescriptor.Singleton(new ModelParts([.. HeretixServer.Modules, stubborn])))
        );
        var (bad, good) = (AccountsHost.NewEmail(), AccountsHost.NewEmail());
        foreach (var email in (string[])[bad, good])
        {
            using var visitor = await Host.SignedInVisitorAsync(email);
            await CheckAsync(visitor, "Some claim of " + email);
            await visitor.LeaveForTokenAsync(Host, email);
        }
        stubborn.Refuses = await IdAsync(bad);
        // Due by the hand of the database, so that the servers' own hourly run does not come in between.
        await accounts.ExecuteAsync(
            $"""
            update accounts.departures set erase_at = '{accounts.Time.GetUtcNow().AddHours(-1):O}'
            where user_id in (select id from accounts.users where email in ('{bad}', '{good}'))
            """
        );
        var failure = await Should.ThrowAsync<InvalidOperationException>(host.EraseAsync());
        failure.Message.ShouldContain("1 accounts could not be erased");
        (await CountAsync($"accounts.users where email = '{good}'")).ShouldBe(0);
        // Half an erasure is none.
        (await CountAsync($"accounts.users where email = '{bad}'")).ShouldBe(1);
        (await CountAsync($"checks.checks where user_id = '{stubborn.Refuses}'")).ShouldBe(1);
        stubborn.Refuses = Guid.Empty;
        await host.EraseAsync();
        (await CountAsync($"accounts.users where email = '{bad}'")).ShouldBe(0);
    }

    private static async Task CheckAsync(Visitor visitor, string claim, int k = 4, string? key = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/checks/run")
        {
            Content = JsonContent.Create(
                new
                {
                    claim,
                    mock = true,
                    K = k,
                    R = 1,
                    B = 200,
                },
                options: JsonSerializerOptions.Default
            ),
        };
        if (key is not null)
            request.Headers.Add("Idempotency-Key", key);
        using var answer = await visitor.Client.SendAsync(request, Stop);
        ((int)answer.StatusCode).ShouldBe(200, await answer.Content.ReadAsStringAsync(Stop));
    }

    /// <summary>Messages to an address in the outbox of the server.</summary>
    private int Letters(string email)
    {
        var outbox = Path.Combine(Host.Services.GetRequiredService<ServerSettings>().DataFolder, "outbox");
        return Directory
            .GetFiles(outbox, "*.json")
            .Count(file => File.ReadAllText(file).Contains($"\"{email}\"", StringComparison.Ordinal));
    }

    private Task<Guid> IdAsync(string email) =>
        accounts.ScalarAsync<Guid>($"select id from accounts.users where email = '{email}'");

    private Task<long> CountAsync(string from) => accounts.ScalarAsync<long>($"select count(*) from {from}");

    /// <summary>A room that cannot let go of one user.</summary>
    private sealed class StubbornModule : IModule
    {
        public string Name => "stubborn";

        public Guid Refuses { get; set; }

        public void AddServices(IServiceCollection services, ServerSettings settings) { }

        // It is the first to be asked, being the last to register: make it fail at the end, when all else is gone.
        public async Task EraseAccountAsync(AccountEvent erase, CancellationToken cancellationToken)
        {
            if (erase.UserId != Refuses)
                return;
            foreach (var module in HeretixServer.Modules.Reverse())
                await module.EraseAccountAsync(erase, cancellationToken);
            throw new InvalidOperationException("not this one");
        }
    }
}
