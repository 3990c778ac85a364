using Heretix.Tests.Integration.Servers;

namespace Heretix.Tests.Integration.Chaos.Money;

/// <summary>What is asked after the storm sees what is wrong. Each case breaks one thing by hand, past all that guards it.</summary>
public sealed class MoneyInvariantsTests(PostgresCluster postgres)
{
    private const string User = "00000000-0000-4000-8000-000000000001";
    private const string Account = "00000000-0000-4000-8000-000000000002";
    private const string Bonus = "00000000-0000-4000-8000-000000000003";
    private const string Other = "00000000-0000-4000-8000-000000000004";
    private const string Ledger = "00000000-0000-4000-8000-000000000005";
    private const string Order = "00000000-0000-4000-8000-000000000006";
    private const string Purchase = "00000000-0000-4000-8000-000000000007";
    private const string Clawback = "00000000-0000-4000-8000-000000000008";

    /// <summary>A user with a bonus, a subscription and an event, all as they were told.</summary>
    private const string World = $"""
        insert into accounts.users (id, email, status, created_at, updated_at) values ('{User}', 'a@example.org', 'active', now(), now());
        insert into billing.coin_accounts (id, user_id, balance, receivable, created_at) values ('{Account}', '{User}', 350, 0, now());
        insert into billing.transfers (id, key, type, coin_account_id, coins, balance_after, receivable_after, flagged, created_at, description)
            values ('{Bonus}', 'signup:{Account}', 'signup_bonus', '{Account}', 50, 50, 0, false, now(), 'Welcome');
        insert into billing.postings (transfer_id, account, coin_account_id, amount)
            values ('{Bonus}', 'user', '{Account}', 50), ('{Bonus}', 'bonuses', null, -50),
                ('{Purchase}', 'user', '{Account}', 400), ('{Purchase}', 'purchases', null, -400),
                ('{Clawback}', 'user', '{Account}', -100), ('{Clawback}', 'purchases', null, 100);
        insert into billing.payment_orders (id, user_id, package_id, provider, provider_order_id, provider_payment_id, amount, amount_paid, currency,
                coins, status, flagged, created_at, updated_at, completed_at, checks)
            values ('{Order}', '{User}', gen_random_uuid(), 'stripe', 'pi_1', 'pi_1', 499, 499, 'USD', 400, 'completed', false, now(), now(), now(), 0);
        insert into billing.transfers (id, key, type, coin_account_id, coins, balance_after, receivable_after, flagged, created_at,
                description, payment_order_id)
            values ('{Purchase}', 'purchase:{Order}', 'purchase', '{Account}', 400, 450, 0, false, now(), 'x', '{Order}');
        insert into billing.transfers (id, key, type, coin_account_id, coins, balance_after, receivable_after, flagged, created_at,
                description, reverses)
            values ('{Clawback}', 'clawback:re_1', 'clawback', '{Account}', -100, 350, 0, false, now(), 'x', '{Purchase}');
        insert into billing.payment_refunds (id, payment_order_id, kind, provider, provider_refund_id, amount, currency, state,
                taken, returned, coins, created_at, updated_at, processed_at)
            values (gen_random_uuid(), '{Order}', 'refund', 'stripe', 're_1', 125, 'USD', 'succeeded', true, false, 100, now(), now(), now());
        insert into told.orders values ('{Order}', '{User}', 'stripe', 'pi_1', 400);
        insert into told.payments values ('stripe', 'pi_1', 499, true);
        insert into told.reversals values ('stripe', 're_1', 'pi_1', 125, true, 'w');
        insert into billing.subscriptions (id, user_id, source, plan, status, billing_anchor, cancel_at_period_end,
                external_subscription_id, as_of, created_at, updated_at)
            values (gen_random_uuid(), '{User}', 'stripe', 'core', 'active', now(), false, 'sub_1', now(), now(), now());
        insert into billing.processed_webhook_events (id, source, event_id, type, object_hash, received_at, deliveries, outcome, flagged, replays)
            values (gen_random_uuid(), 'stripe', 'evt_1', 'invoice.paid', 'x', now(), 2, 'applied', false, 0);
        insert into billing.usage_ledger (id, user_id, meter, plan, period_start, allowed, used, reserved, carried, created_at, updated_at)
            values ('{Ledger}', '{User}', 'checks', 'trial', '-infinity', 3, 1, 0, 1, now(), now());
        insert into told.addresses values ('a@example.org');
        insert into told.people values ('a@example.org', '{User}');
        insert into told.subscriptions values ('stripe', 'sub_1', '{User}', 'core', 'active', false);
        insert into told.events values ('stripe', 'evt_1', 3, 1);
        """;

    /// <summary>What is done, and the sentence that must tell of it.</summary>
    public static TheoryData<string, string> Wrongs { get; } =
        new()
        {
            { "update billing.postings set amount = 51 where account = 'user'", "coins that came from nowhere" },
            { "update billing.postings set amount = 51 where account = 'user'", "transfers whose postings" },
            { "update billing.coin_accounts set balance = 49", "balances that are not the sum" },
            { "update billing.coin_accounts set receivable = 1", "receivables that are not the sum" },
            {
                "alter table billing.coin_accounts drop constraint ck_coin_accounts_balance; update billing.coin_accounts set balance = -1",
                "accounts with less than nothing"
            },
            {
                "drop index billing.ux_transfers_reverses_refund; "
                    + Transfer("r1", "refund", 5)
                    + Transfer("r2", "refund", 5),
                "unlocks that were refunded twice"
            },
            {
                $"""
                    drop index billing.ux_transfers_payment_order_id_purchase;
                    insert into billing.transfers (id, key, type, coin_account_id, coins, balance_after, receivable_after, flagged,
                        created_at, description, payment_order_id)
                    select gen_random_uuid(), 'o' || n, 'purchase', '{Account}', 5, 50, 0, false, now(), 'x', '{Other}'
                    from generate_series(1, 2) n
                    """,
                "orders that were credited twice"
            },
            { "update told.orders set coins = 401", "orders that people were told of" },
            { $"update told.orders set user_id = '{Other}'", "orders that people were told of" },
            {
                "update billing.payment_orders set status = 'pending', completed_at = null",
                "payments that were not credited exactly once"
            },
            { "delete from billing.transfers where type = 'purchase'", "payments that were not credited exactly once" },
            { "update told.payments set paid = false", "coins that were credited although nobody paid" },
            { "update told.reversals set away = false", "coins that did not go back with their money" },
            { "update billing.transfers set coins = -101 where type = 'clawback'", "coins that did not go back" },
            { "update billing.payment_refunds set state = 'failed'", "refunds and disputes that are not stored" },
            { "delete from told.reversals", "refunds and disputes that are not stored" },
            { "update billing.payment_refunds set state = 'requested'", "refunds that nobody finished" },
            {
                "insert into told.reversals values ('stripe', 're_2', 'pi_1', 1, true, 'w')",
                "refunds that a provider made twice"
            },
            {
                "update billing.payment_orders set flagged = true, flag_reason = 'paid_twice', flag_detail = 'x'",
                "orders that somebody has to look at"
            },
            { $"update told.people set user_id = '{Other}'", "people who were told that they have an account" },
            { "delete from told.addresses", "addresses with several accounts" },
            { "delete from billing.transfers", "users without exactly one welcome bonus" },
            {
                $"insert into told.transfers values ('{Other}', 'refund', '{User}', 5)",
                "transfers that somebody was told were made"
            },
            {
                $"insert into told.transfers values ('{Bonus}', 'signup_bonus', '{User}', 51)",
                "transfers that somebody was told were made"
            },
            { Transfer("r1", "refund", 5), "transfers that nobody was told about" },
            { "delete from billing.processed_webhook_events", "events that a provider was told are taken" },
            { "update told.events set acknowledged = 0", "events that never got through" },
            { "delete from told.events", "events that no provider sent" },
            { "update told.events set attempts = 1", "events that were counted more often" },
            { "update told.events set acknowledged = 3", "events that were counted more often" },
            { "update billing.processed_webhook_events set flagged = true", "events without an outcome" },
            {
                $"insert into told.subscriptions values ('stripe', 'sub_2', '{User}', 'pro', 'past_due', false)",
                "users who pay for two subscriptions"
            },
            { "update billing.subscriptions set plan = 'pro'", "subscriptions that are not stored" },
            { "delete from billing.subscriptions", "subscriptions that are not stored" },
            { "update told.subscriptions set status = 'canceled'", "plans that are open although" },
            {
                "alter table billing.usage_ledger drop constraint ck_usage_ledger_allowed; update billing.usage_ledger set used = 4, carried = 4",
                "counts beyond their allowance"
            },
            { "update billing.usage_ledger set allowed = 9, used = 4, carried = 4", "counts beyond what any plan" },
            { "update billing.usage_ledger set used = 2", "counts that are not what was settled" },
            { "update billing.usage_ledger set reserved = 1", "places that are not what is open" },
            { $"insert into told.checks values ('{Other}', '{User}')", "checks that were answered" },
            {
                $"""
                    insert into billing.usage_reservations (id, ledger_id, meter, state, created_at, renewed_at, expires_at, settled_at)
                    values ('{Other}', '{Ledger}', 'checks', 'settled', now(), now(), now(), now())
                    """,
                "settled uses without exactly one completed check"
            },
        };

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_world_in_order_breaks_nothing() => (await AfterAsync("select 1")).ShouldBeEmpty();

    [Theory]
    [MemberData(nameof(Wrongs))]
    public async Task What_is_wrong_is_told(string wrong, string sentence) =>
        (await AfterAsync(wrong)).ShouldContain(broken => broken.StartsWith(sentence, StringComparison.Ordinal));

    private async Task<IReadOnlyList<string>> AfterAsync(string wrong)
    {
        var database = await postgres.CreateDatabaseAsync();
        await postgres.ExecuteAsync(database, $"set session_replication_role = replica; {Told.Tables} {World}");
        await postgres.ExecuteAsync(database, $"set session_replication_role = replica; {wrong}");
        return await MoneyInvariants.BrokenAsync(postgres, database, Stop);
    }

    /// <summary>A transfer that reverses the bonus, without postings.</summary>
    private static string Transfer(string key, string type, long coins) =>
        $"""
            insert into billing.transfers (id, key, type, coin_account_id, coins, balance_after, receivable_after, flagged, created_at, description, reverses)
            values (gen_random_uuid(), '{key}', '{type}', '{Account}', {coins}, 50, 0, false, now(), 'x', '{Bonus}');
            """;
}
