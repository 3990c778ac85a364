namespace Heretix.Billing.Ledger;

/// <summary>
/// Every statement that moves coins. A transfer is two of them in one round trip: the first locks the account, the second,
/// which sees what the first waited for, decides and writes transfer and postings at once. The balance follows by a
/// trigger of the database. They rely on PostgreSQL's default isolation (read committed).
/// </summary>
internal static class CoinStatements
{
    /// <summary>Opens the account of a user who is there and has none. <c>$1</c> id, <c>$2</c> user, <c>$3</c> now.</summary>
    public const string Open = """
        insert into billing.coin_accounts (id, user_id, balance, receivable, created_at)
        select $1, $2, 0, 0, $3 where exists (select from accounts.users where id = $2)
        on conflict (user_id) do nothing
        """;

    /// <summary><c>$1</c> user.</summary>
    public const string LockOfUser = "select id from billing.coin_accounts where user_id = $1 for no key update";

    /// <summary><c>$1</c> transfer.</summary>
    public const string LockOfTransfer = """
        select id from billing.coin_accounts
        where id = (select coin_account_id from billing.transfers where id = $1) for no key update
        """;

    /// <summary>
    /// Moves coins of a user. <c>$1</c> id of the transfer, <c>$2</c> type, <c>$3</c> key (null for the bonus, whose key is
    /// the account), <c>$4</c> coins, positive or negative, <c>$5</c> now, <c>$6</c> description, <c>$7</c> metadata,
    /// <c>$8</c> the house's account, <c>$9</c> user, <c>$10</c> chat, <c>$11</c> order, <c>$12</c> package.
    /// </summary>
    public const string Move =
        """
            with a as (
                select c.id, c.balance, c.receivable, c.last_transfer_at, coalesce($3::text, 'signup:' || c.id) as key,
                    $4::bigint as coins, null::bigint as reversible, null::uuid as reverses,
                    $10::uuid as chat_id, $11::uuid as payment_order_id, $12::uuid as package_id
                from billing.coin_accounts c where c.user_id = $9
            ),
            """ + Write;

    /// <summary>
    /// Reverses a transfer, wholly or in part. <c>$1</c> to <c>$8</c> as in <see cref="Move"/>; without key and coins it is
    /// the refund of the whole. <c>$9</c> the transfer, <c>$10</c> the type that it must have.
    /// </summary>
    public const string Reverse =
        """
            with a as (
                select c.id, c.balance, c.receivable, c.last_transfer_at, coalesce($3::text, 'refund:' || o.id) as key,
                    coalesce($4::bigint, -o.coins) as coins,
                    (
                        select case when $2::text = 'reinstatement' then -coalesce(sum(r.coins), 0)
                            else abs(o.coins + coalesce(sum(r.coins), 0)) end::bigint
                        from billing.transfers r where r.reverses = o.id
                    ) as reversible, o.id as reverses, o.chat_id, o.payment_order_id, o.package_id
                from billing.transfers o join billing.coin_accounts c on c.id = o.coin_account_id
                where o.id = $9 and o.type = $10
            ),
            """ + Write;

    // Of a purchase, and of what is given again, what is owed is settled first; a clawback takes at most the balance and the rest is owed.
    private const string Write = """
         m as (
            select a.*, case $2::text when 'purchase' then least(a.receivable, a.coins)
                when 'reinstatement' then least(a.receivable, a.coins)
                when 'clawback' then least(0, a.balance + a.coins) else 0 end as settled
            from a
        ), known as (
            select k.id, k.balance_after, k.receivable_after, k.type = $2 and k.coin_account_id = m.id
                and k.coins = m.coins and k.chat_id is not distinct from m.chat_id
                and k.payment_order_id is not distinct from m.payment_order_id
                and k.package_id is not distinct from m.package_id
                and k.reverses is not distinct from m.reverses as same
            from m join billing.transfers k on k.key = m.key
        ), t as (
            insert into billing.transfers (id, key, type, coin_account_id, coins, balance_after, receivable_after, flagged,
                created_at, description, metadata, chat_id, payment_order_id, package_id, reverses)
            select $1, m.key, $2, m.id, m.coins, m.balance + m.coins - m.settled, m.receivable - m.settled, m.settled < 0,
                greatest($5::timestamptz, m.last_transfer_at + interval '1 microsecond'), $6, $7::jsonb,
                m.chat_id, m.payment_order_id, m.package_id, m.reverses
            from m
            where m.balance + m.coins - m.settled >= 0 and abs(m.coins) <= coalesce(m.reversible, abs(m.coins))
                and not exists (select from known)
            on conflict do nothing
            returning id, balance_after, receivable_after
        ), p as (
            insert into billing.postings (transfer_id, account, coin_account_id, amount)
            select t.id, side.account, side.owner, side.amount
            from t cross join m cross join lateral (values
                ('user', m.id, m.coins - m.settled), ('receivable', m.id, m.settled), ($8::text, null, -m.coins)
            ) side (account, owner, amount)
            where side.amount <> 0
        )
        select m.coins, m.balance, m.balance + m.coins - m.settled >= 0 as enough, m.reversible,
            t.id, t.balance_after, t.receivable_after, known.id, known.balance_after, known.receivable_after, known.same
        from m left join t on true left join known on true
        """;
}
