namespace Heretix.Server.History;

/// <summary>
/// What the model of EF cannot say about the coin ledger: the triggers that guard and keep it, its view, and the first
/// packages. The migration that makes the tables runs it at its end.
/// </summary>
internal static class CoinLedgerRules
{
    public const string Make = """
        -- Balances change in place, and often.
        alter table billing.coin_accounts set (fillfactor = 50);

        -- Runs at the end of the statement that wrote the transfer, so it sees the postings of the same statement.
        create function billing.keep_coin_account() returns trigger language plpgsql as $$
        declare
            total bigint;
            own bigint;
            owed bigint;
            strange boolean;
        begin
            select sum(amount), coalesce(sum(amount) filter (where account = 'user'), 0),
                coalesce(-sum(amount) filter (where account = 'receivable'), 0),
                coalesce(bool_or(coin_account_id <> new.coin_account_id), false)
            into total, own, owed, strange from billing.postings where transfer_id = new.id;
            if total is distinct from 0 then
                raise exception 'the postings of transfer % sum to %, not to 0', new.id, coalesce(total::text, 'nothing')
                    using errcode = 'check_violation';
            end if;
            if strange or own - owed <> new.coins then
                raise exception 'the postings of transfer % are not what it says', new.id
                    using errcode = 'check_violation';
            end if;
            update billing.coin_accounts
            set balance = balance + own, receivable = receivable + owed, last_transfer_at = new.created_at
            where id = new.coin_account_id and balance + own = new.balance_after
                and receivable + owed = new.receivable_after
                and (last_transfer_at is null or last_transfer_at < new.created_at);
            if not found then
                raise exception 'transfer % does not follow from what its account holds', new.id
                    using errcode = 'check_violation';
            end if;
            return null;
        end $$;
        create trigger keep_coin_account after insert on billing.transfers
            for each row execute function billing.keep_coin_account();

        create function billing.refuse_late_postings() returns trigger language plpgsql as $$
        begin
            if (select count(*) from added) <> (
                select count(*) from billing.postings p where p.transfer_id in (select transfer_id from added)
            ) then
                raise exception 'the postings of a transfer are written together with it'
                    using errcode = 'check_violation';
            end if;
            return null;
        end $$;
        create trigger refuse_late_postings after insert on billing.postings
            referencing new table as added for each statement execute function billing.refuse_late_postings();

        create function billing.refuse_change() returns trigger language plpgsql as $$
        begin
            raise exception 'rows of billing.% are never changed and never deleted', tg_table_name
                using errcode = 'integrity_constraint_violation';
        end $$;
        create trigger refuse_change before update or delete on billing.transfers
            for each row execute function billing.refuse_change();
        create trigger refuse_change before update or delete on billing.postings
            for each row execute function billing.refuse_change();
        create trigger refuse_truncate before truncate on billing.transfers
            for each statement execute function billing.refuse_change();
        create trigger refuse_truncate before truncate on billing.postings
            for each statement execute function billing.refuse_change();

        create view billing.credit_transactions as
        select t.id, t.coin_account_id, a.user_id, t.type, coalesce(p.amount, 0) as amount, t.balance_after,
            t.description, case when (
                select sum(r.coins) from billing.transfers r where r.reverses = t.id
            ) = -t.coins then 'refunded' else 'completed' end as status,
            t.created_at, t.chat_id, t.payment_order_id, t.package_id, t.metadata
        from billing.transfers t
        join billing.coin_accounts a on a.id = t.coin_account_id
        left join billing.postings p on p.transfer_id = t.id and p.account = 'user';

        insert into billing.credit_packages (name, coins, price_usd, price_inr, description, is_popular, sort_order)
        values ('Starter', 400, 4.99, 399, 'Insights of one chat', false, 1),
            ('Popular', 850, 9.99, 799, 'Insights of two chats, and 50 coins more', true, 2),
            ('Pro', 1600, 17.99, 1499, 'Insights of four chats', false, 3);
        """;

    public const string Drop = """
        drop view billing.credit_transactions;
        drop trigger keep_coin_account on billing.transfers;
        drop trigger refuse_change on billing.transfers;
        drop trigger refuse_truncate on billing.transfers;
        drop trigger refuse_late_postings on billing.postings;
        drop trigger refuse_change on billing.postings;
        drop trigger refuse_truncate on billing.postings;
        drop function billing.keep_coin_account;
        drop function billing.refuse_late_postings;
        drop function billing.refuse_change;
        """;
}
