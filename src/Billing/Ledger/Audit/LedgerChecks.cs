namespace Heretix.Billing.Ledger.Audit;

/// <summary>
/// What must hold of the books. Each question gives the rows for which it does not: subject, what is stored, what the
/// postings give. Constraints and triggers forbid most of it; the audit does not rely on them.
/// </summary>
internal static class LedgerChecks
{
    public static IReadOnlyList<(string Kind, string Meaning, string Sql)> All { get; } =
    [
        (
            "unbalanced transfer",
            "Coins appeared or vanished: the postings of a transfer must sum to 0.",
            """
            select transfer_id::text, '0', sum(amount)::text from billing.postings
            group by transfer_id having sum(amount) <> 0
            """
        ),
        (
            "empty transfer",
            "A transfer without postings says that something happened, and moved nothing.",
            """
            select t.id::text, t.coins::text, 'no postings' from billing.transfers t
            where not exists (select from billing.postings p where p.transfer_id = t.id)
            """
        ),
        (
            "orphaned posting",
            "A posting belongs to no transfer, so nobody knows why the coins moved.",
            """
            select p.transfer_id::text, p.account || ' ' || p.amount, 'no transfer' from billing.postings p
            where not exists (select from billing.transfers t where t.id = p.transfer_id)
            """
        ),
        (
            "strange posting",
            "A posting of a person's coins stands on the account of somebody else than its transfer.",
            """
            select p.transfer_id::text, p.coin_account_id::text, t.coin_account_id::text
            from billing.postings p join billing.transfers t on t.id = p.transfer_id
            where p.account in ('user', 'receivable') and p.coin_account_id is distinct from t.coin_account_id
            """
        ),
        (
            "orphaned transfer",
            "A transfer belongs to an account that is not there.",
            """
            select t.id::text, t.coin_account_id::text, 'no account' from billing.transfers t
            where not exists (select from billing.coin_accounts a where a.id = t.coin_account_id)
            """
        ),
        (
            "coins of transfer",
            "What a transfer says it gave or took is not what its postings moved.",
            """
            select t.id::text, t.coins::text, coalesce(sum(p.amount), 0)::text
            from billing.transfers t
            left join billing.postings p on p.transfer_id = t.id and p.account in ('user', 'receivable')
            group by t.id having t.coins <> coalesce(sum(p.amount), 0)
            """
        ),
        (
            "counterpart",
            "The coins came from or went to an account of the house that does not belong to this type of transfer.",
            """
            select t.id::text, p.account, t.type from billing.transfers t
            join billing.postings p on p.transfer_id = t.id and p.account not in ('user', 'receivable')
            where p.account <> case t.type when 'signup_bonus' then 'bonuses' when 'purchase' then 'purchases'
                when 'clawback' then 'purchases'
                when 'reinstatement' then 'purchases' when 'insight_unlock' then 'unlocks' when 'refund' then 'refunds'
                else 'adjustments' end
            """
        ),
        (
            "balance",
            "The balance that the person sees is not the sum of what came and went.",
            """
            select a.id::text, a.balance::text, coalesce(sum(p.amount), 0)::text from billing.coin_accounts a
            left join billing.postings p on p.coin_account_id = a.id and p.account = 'user'
            group by a.id having a.balance <> coalesce(sum(p.amount), 0)
            """
        ),
        (
            "receivable",
            "What the person is said to owe is not what clawbacks left open and purchases settled.",
            """
            select a.id::text, a.receivable::text, coalesce(-sum(p.amount), 0)::text from billing.coin_accounts a
            left join billing.postings p on p.coin_account_id = a.id and p.account = 'receivable'
            group by a.id having a.receivable <> coalesce(-sum(p.amount), 0)
            """
        ),
        (
            "negative account",
            "Nobody can have, or owe, less than nothing.",
            """
            select id::text, balance || ' and ' || receivable || ' owed', '0 or more'
            from billing.coin_accounts where balance < 0 or receivable < 0
            """
        ),
        (
            "balance after",
            "The balance after this transfer does not follow from the ones before it; the first such of its account.",
            """
            select id::text, balance_after::text, running::text from (
                select distinct on (coin_account_id) * from (
                    select t.id, t.coin_account_id, t.created_at, t.balance_after, sum(coalesce(p.amount, 0))
                        over (partition by t.coin_account_id order by t.created_at, t.id) as running
                    from billing.transfers t
                    left join billing.postings p on p.transfer_id = t.id and p.account = 'user'
                ) chain where balance_after <> running order by coin_account_id, created_at
            ) first
            """
        ),
        (
            "receivable after",
            "What is owed after this transfer does not follow from the ones before it; the first such of its account.",
            """
            select id::text, receivable_after::text, running::text from (
                select distinct on (coin_account_id) * from (
                    select t.id, t.coin_account_id, t.created_at, t.receivable_after, -sum(coalesce(p.amount, 0))
                        over (partition by t.coin_account_id order by t.created_at, t.id) as running
                    from billing.transfers t
                    left join billing.postings p on p.transfer_id = t.id and p.account = 'receivable'
                ) chain where receivable_after <> running order by coin_account_id, created_at
            ) first
            """
        ),
        (
            "last transfer",
            "The account does not know its newest transfer, so the next may stand before it in the list.",
            """
            select a.id::text, coalesce(a.last_transfer_at::text, 'never'), coalesce(max(t.created_at)::text, 'never')
            from billing.coin_accounts a left join billing.transfers t on t.coin_account_id = a.id
            group by a.id having a.last_transfer_at is distinct from max(t.created_at)
            """
        ),
        (
            "repeated key",
            "What must happen once happened several times.",
            "select key, count(*)::text, '1' from billing.transfers group by key having count(*) > 1"
        ),
        (
            "repeated purchase",
            "One order was credited several times.",
            """
            select payment_order_id::text, count(*)::text, '1' from billing.transfers where type = 'purchase'
            group by payment_order_id having count(*) > 1
            """
        ),
        (
            "repeated bonus",
            "One account got the welcome bonus several times.",
            """
            select coin_account_id::text, count(*)::text, '1' from billing.transfers where type = 'signup_bonus'
            group by coin_account_id having count(*) > 1
            """
        ),
        (
            "reversal",
            "More was given or taken back than the transfer moved, or a refund was not of the whole.",
            """
            select o.id::text, o.coins::text, sum(r.coins)::text
            from billing.transfers o join billing.transfers r on r.reverses = o.id
            group by o.id having abs(sum(r.coins)) > abs(o.coins) or sign(sum(r.coins)) = sign(o.coins)
                or bool_or(r.type = 'refund' and r.coins <> -o.coins)
            """
        ),
        (
            "reversed transfer",
            "A refund must be of an unlock, a clawback and a reinstatement of a purchase, of the same account.",
            """
            select r.id::text, r.type || ' of ' || coalesce(o.type, 'nothing'),
                case r.type when 'refund' then 'insight_unlock' else 'purchase' end
            from billing.transfers r left join billing.transfers o on o.id = r.reverses
            where r.type in ('refund', 'clawback', 'reinstatement') and (
                o.id is null or o.coin_account_id <> r.coin_account_id
                or o.type <> case r.type when 'refund' then 'insight_unlock' else 'purchase' end)
            """
        ),
    ];
}
