using Heretix.Tests.Integration.Servers;
using Npgsql;

namespace Heretix.Tests.Integration.Chaos.Money;

/// <summary>What must hold after the storm. Each question gives the rows for which it does not, as text.</summary>
internal static class MoneyInvariants
{
    private const int Shown = 5;

    /// <summary>The sentences that do not hold, each with some of its rows.</summary>
    public static async Task<IReadOnlyList<string>> BrokenAsync(
        PostgresCluster postgres,
        string database,
        CancellationToken cancellationToken
    )
    {
        var broken = new List<string>();
        await using var connection = new NpgsqlConnection(postgres.ConnectionString(database) + ";Pooling=false");
        await connection.OpenAsync(cancellationToken);
        foreach (var (says, sql) in All)
        {
            await using var command = new NpgsqlCommand(sql, connection);
            await using var reader = await command.ExecuteReaderAsync(cancellationToken);
            var rows = new List<string>();
            while (await reader.ReadAsync(cancellationToken))
                rows.Add(reader.GetString(0));
            if (rows.Count > 0)
                broken.Add($"{says}: {rows.Count}, such as {string.Join("; ", rows.Take(Shown))}");
        }
        return broken;
    }

    private static IEnumerable<(string Says, string Sql)> All =>
        [.. Books, .. Purchases, .. People, .. Transfers, .. Events, .. Subscriptions, .. Usage];

    private static readonly (string, string)[] Books =
    [
        (
            "coins that came from nowhere or vanished: postings do not sum to zero",
            "select 'all postings: ' || sum(amount) from billing.postings having sum(amount) <> 0"
        ),
        (
            "transfers whose postings do not sum to zero",
            """
            select transfer_id || ': ' || sum(amount) from billing.postings group by transfer_id having sum(amount) <> 0
            """
        ),
        (
            "balances that are not the sum of their postings",
            """
            select a.id || ': ' || a.balance || ', postings ' || coalesce(sum(p.amount), 0) from billing.coin_accounts a
            left join billing.postings p on p.coin_account_id = a.id and p.account = 'user'
            group by a.id having a.balance <> coalesce(sum(p.amount), 0)
            """
        ),
        (
            "receivables that are not the sum of their postings",
            """
            select a.id || ': ' || a.receivable || ', postings ' || coalesce(sum(p.amount), 0) from billing.coin_accounts a
            left join billing.postings p on p.coin_account_id = a.id and p.account = 'receivable'
            group by a.id having a.receivable <> -coalesce(sum(p.amount), 0)
            """
        ),
        (
            "accounts with less than nothing",
            """
            select id || ': ' || balance || ' and ' || receivable || ' owed' from billing.coin_accounts
            where balance < 0 or receivable < 0
            """
        ),
        (
            "unlocks that were refunded twice or not as a whole",
            """
            select o.id || ': ' || count(*) || ' refunds of ' || sum(r.coins) from billing.transfers o
            join billing.transfers r on r.reverses = o.id and r.type = 'refund'
            group by o.id having count(*) > 1 or sum(r.coins) <> -o.coins
            """
        ),
    ];

    private static readonly (string, string)[] Purchases =
    [
        (
            "orders that were credited twice",
            """
            select payment_order_id || ': ' || count(*) from billing.transfers where type = 'purchase'
            group by payment_order_id having count(*) > 1
            """
        ),
        (
            "orders that people were told of and that are not there as they were told",
            """
            select t.id || ' (' || t.provider_order_id || ')' from told.orders t
            left join billing.payment_orders o on o.id = t.id and o.user_id = t.user_id and o.provider = t.provider
                and o.provider_order_id = t.provider_order_id and o.coins = t.coins
            where o.id is null
            """
        ),
        (
            "payments that were not credited exactly once, for their coins and to their buyer",
            """
            select p.provider_order_id || ': ' || count(a.id) from told.payments p
            left join billing.payment_orders o on o.provider = p.provider and o.provider_order_id = p.provider_order_id
                and o.status in ('completed', 'refunded')
            left join billing.transfers t on t.payment_order_id = o.id and t.type = 'purchase' and t.coins = o.coins
            left join billing.coin_accounts a on a.id = t.coin_account_id and a.user_id = o.user_id
            where p.paid group by p.provider, p.provider_order_id having count(a.id) <> 1
            """
        ),
        (
            "coins that were credited although nobody paid",
            """
            select t.id || ': ' || t.coins from billing.transfers t
            left join billing.payment_orders o on o.id = t.payment_order_id
            left join told.payments p on p.provider = o.provider and p.provider_order_id = o.provider_order_id and p.paid
            where t.type = 'purchase' and p.amount is null
            """
        ),
        (
            "coins that did not go back with their money, or without it",
            """
            select p.provider_order_id || ': ' || moved.coins || ' of ' || o.coins || ' coins, ' || money.away || ' of '
                || p.amount || ' of the money'
            from told.payments p
            join billing.payment_orders o on o.provider = p.provider and o.provider_order_id = p.provider_order_id
            cross join lateral (
                select coalesce(sum(r.amount), 0) as away from told.reversals r
                where r.provider = p.provider and r.provider_order_id = p.provider_order_id and r.away
            ) money
            cross join lateral (
                select coalesce(-sum(r.coins), 0) as coins from billing.transfers t
                join billing.transfers r on r.reverses = t.id
                where t.payment_order_id = o.id and t.type = 'purchase'
            ) moved
            where moved.coins <> floor(o.coins * least(money.away, p.amount) / p.amount)
            """
        ),
        (
            "refunds and disputes that are not stored as the provider has them",
            """
            select coalesce(r.id, s.provider_refund_id, s.id::text) || ' ' || coalesce(r.amount::text, 'nothing') || ', stored '
                || coalesce(s.amount || ' ' || s.state, 'nothing')
            from told.reversals r
            full join (select * from billing.payment_refunds where provider_refund_id is not null) s
                on s.provider = r.provider and s.provider_refund_id = r.id
            where (r.amount, r.away) is distinct from (s.amount, s.state in ('pending', 'open', 'succeeded', 'lost'))
            """
        ),
        (
            "refunds that nobody finished",
            "select id || ' ' || amount from billing.payment_refunds where state = 'requested'"
        ),
        (
            "refunds that a provider made twice",
            """
            select wish || ': ' || string_agg(id, ', ') from told.reversals where wish <> ''
            group by provider, wish having count(*) > 1
            """
        ),
        (
            "orders that somebody has to look at",
            "select id || ' ' || flag_reason || ' ' || flag_detail from billing.payment_orders where flagged"
        ),
    ];

    private static readonly (string, string)[] People =
    [
        (
            "people who were told that they have an account and have not exactly that one",
            """
            select t.email || ': ' || count(u.id) from told.people t
            left join accounts.users u on u.email = t.email and u.id = t.user_id
            group by t.email having count(u.id) <> 1
            """
        ),
        (
            "addresses with several accounts, or accounts of nobody who signed up",
            """
            select u.email || ': ' || count(*) from accounts.users u left join told.addresses a on a.email = u.email
            group by u.email having count(*) > 1 or count(a.email) = 0
            """
        ),
        (
            "users without exactly one welcome bonus of 50",
            """
            select u.id || ': ' || count(t.id) || ' of ' || coalesce(sum(t.coins), 0) from accounts.users u
            left join billing.coin_accounts a on a.user_id = u.id
            left join billing.transfers t on t.coin_account_id = a.id and t.type = 'signup_bonus'
            group by u.id having count(t.id) <> 1 or sum(t.coins) <> 50
            """
        ),
    ];

    private static readonly (string, string)[] Transfers =
    [
        (
            "transfers that somebody was told were made and that are not there, once and as told",
            """
            select m.id || ' (' || m.type || ' of ' || m.coins || ')' from told.transfers m
            left join billing.transfers t on t.id = m.id and t.type = m.type and t.coins = m.coins
            left join billing.coin_accounts a on a.id = t.coin_account_id
            where a.user_id is distinct from m.user_id
            """
        ),
        (
            "transfers that nobody was told about",
            """
            select t.id || ' (' || t.type || ' of ' || t.coins || ', ' || coalesce(t.key, '') || ')' from billing.transfers t
            where t.type in ('insight_unlock', 'refund', 'admin_adjustment') and not exists (select from told.transfers m where m.id = t.id)
            """
        ),
    ];

    private static readonly (string, string)[] Events =
    [
        (
            "events that a provider was told are taken and that are not stored",
            """
            select s.source || ' ' || s.event_id from told.events s
            where s.acknowledged > 0 and not exists (
                select from billing.processed_webhook_events e where e.source = s.source and e.event_id = s.event_id)
            """
        ),
        (
            "events that never got through",
            "select source || ' ' || event_id || ': ' || attempts || ' attempts' from told.events where acknowledged = 0"
        ),
        (
            "events that no provider sent",
            """
            select e.source || ' ' || e.event_id from billing.processed_webhook_events e
            where not exists (select from told.events s where s.source = e.source and s.event_id = e.event_id)
            """
        ),
        (
            "events that are stored twice",
            """
            select source || ' ' || event_id from billing.processed_webhook_events
            group by source, event_id having count(*) > 1
            """
        ),
        (
            "events that were counted more often than they were sent, or less often than they were taken",
            """
            select s.source || ' ' || s.event_id || ': ' || e.deliveries || ' counted, ' || s.attempts || ' sent, '
                || s.acknowledged || ' taken'
            from told.events s join billing.processed_webhook_events e on e.source = s.source and e.event_id = s.event_id
            where e.deliveries not between s.acknowledged and s.attempts
            """
        ),
        (
            "events without an outcome, or that somebody has to look at",
            """
            select source || ' ' || event_id || ' ' || type || ': ' || outcome || ' ' || coalesce(detail, '')
            from billing.processed_webhook_events where flagged or outcome = ''
            """
        ),
    ];

    private static readonly (string, string)[] Subscriptions =
    [
        (
            "users who pay for two subscriptions at one provider",
            """
            select user_id || ' at ' || source || ': ' || string_agg(id, ', ') from told.subscriptions
            where status in ('active', 'past_due') group by source, user_id having count(*) > 1
            """
        ),
        (
            "subscriptions that are not stored as the provider has them",
            """
            select p.source || ' ' || p.id || ' ' || p.plan || ' ' || p.status || ' ' || p.ends_with_period || ', stored '
                || coalesce(s.external_subscription_id || ' ' || s.plan || ' ' || s.status || ' ' || s.cancel_at_period_end, 'nothing')
            from told.subscriptions p
            left join billing.subscriptions s on s.user_id = p.user_id and s.source = p.source
            where p.status in ('active', 'past_due') and (s.external_subscription_id, s.plan, s.status, s.cancel_at_period_end)
                is distinct from (p.id, p.plan, p.status, p.ends_with_period)
            """
        ),
        (
            "plans that are open although the provider has ended them",
            """
            select s.source || ' ' || s.user_id || ' ' || s.plan || ' ' || s.status from billing.subscriptions s
            where s.status in ('active', 'past_due') and not exists (
                select from told.subscriptions p where p.user_id = s.user_id and p.source = s.source
                    and p.id = s.external_subscription_id and p.status = s.status)
            """
        ),
        (
            "users with several rows for one source",
            """
            select user_id || ' ' || source from billing.subscriptions group by user_id, source having count(*) > 1
            """
        ),
    ];

    private static readonly (string, string)[] Usage =
    [
        (
            "counts beyond their allowance",
            """
            select id || ' ' || plan || ': ' || used || ' + ' || reserved || ' of ' || allowed from billing.usage_ledger
            where used + reserved > allowed
            """
        ),
        (
            "counts beyond what any plan has ever allowed them",
            """
            select id || ' ' || meter || ': ' || used from billing.usage_ledger where meter = 'checks' and used >
                case when period_start = '-infinity' then 3 else 9 end
            """
        ),
        (
            "counts that are not what was settled",
            """
            select l.id || ': ' || l.used || ', carried ' || l.carried || ', settled ' || count(r.id)
            from billing.usage_ledger l
            left join billing.usage_reservations r on r.ledger_id = l.id and r.state = 'settled'
            group by l.id having l.used <> l.carried + count(r.id)
            """
        ),
        (
            "places that are not what is open",
            """
            select l.id || ': ' || l.reserved || ', open ' || count(r.id) from billing.usage_ledger l
            left join billing.usage_reservations r on r.ledger_id = l.id and r.state = 'open'
            group by l.id having l.reserved <> count(r.id)
            """
        ),
        (
            "checks that were answered and are not stored as completed, once and for whoever asked",
            """
            select t.id::text from told.checks t
            left join checks.checks c on c.id = t.id and c.status = 'completed' and c.user_id = t.user_id
            where c.id is null
            """
        ),
        (
            "completed checks without exactly one settled use",
            """
            select c.id || ': ' || count(r.id) from checks.checks c
            left join billing.usage_reservations r on r.id = c.reservation_id and r.state = 'settled'
            where c.status = 'completed' group by c.id having count(r.id) <> 1
            """
        ),
        (
            "settled uses without exactly one completed check",
            """
            select r.id || ': ' || count(c.id) from billing.usage_reservations r
            left join checks.checks c on c.reservation_id = r.id and c.status = 'completed'
            where r.state = 'settled' group by r.id having count(c.id) <> 1
            """
        ),
        (
            "claims that were checked twice under one key",
            """
            select claim_hash || ': ' || count(*) from checks.checks where status = 'completed'
            group by claim_hash having count(*) > 1
            """
        ),
        ("checks that nobody runs any more", "select id::text from checks.checks where status = 'running'"),
    ];
}
