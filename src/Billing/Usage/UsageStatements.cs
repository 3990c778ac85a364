namespace Heretix.Billing.Usage;

/// <summary>
/// Every statement that counts. Each is one statement, and each changes a row only under a condition on that row, so that
/// it holds however many run at once. Locks are always taken in one order: the period of a user or the count of a
/// browser, then its reservations. Whoever changes a reservation and its period takes the period's lock first, in a
/// statement of its own, so that what follows sees what the lock was waited for.
/// </summary>
internal static class UsageStatements
{
    /// <summary>
    /// Takes a place in a user's period, which it opens if need be, and keeps it for a reservation; no row when there is
    /// none. <c>$1</c> new ledger id, <c>$2</c> user, <c>$3</c> meter, <c>$4</c> plan, <c>$5</c> start, <c>$6</c> end,
    /// <c>$7</c> allowance, <c>$8</c> now, <c>$9</c> reservation, <c>$10</c> its expiry.
    /// </summary>
    public const string TakeForUser = """
        with taken as (
            insert into billing.usage_ledger as l
                (id, user_id, meter, plan, period_start, period_end, allowed, used, reserved, carried, created_at, updated_at)
            values ($1, $2, $3, $4, $5, $6, $7::int, 0, 1, 0, $8, $8)
            on conflict (user_id, meter, period_start) do update
                set plan = excluded.plan, period_end = excluded.period_end, allowed = excluded.allowed,
                    reserved = l.reserved + 1, updated_at = excluded.updated_at
                where not l.closed and (excluded.allowed is null or l.used + l.reserved < excluded.allowed)
            returning l.id, l.used, l.reserved
        ), made as (
            insert into billing.usage_reservations (id, ledger_id, meter, state, created_at, renewed_at, expires_at)
            select $9, taken.id, $3, 'open', $8, $8, $10 from taken
        )
        select used, reserved from taken
        """;

    /// <summary>
    /// The same for a browser. <c>$1</c> token hash, <c>$2</c> meter, <c>$3</c> allowance, <c>$4</c> now, <c>$5</c>
    /// reservation, <c>$6</c> its expiry.
    /// </summary>
    public const string TakeForBrowser = """
        with taken as (
            insert into billing.anonymous_usage as a (token_hash, meter, allowed, used, reserved, updated_at)
            values ($1, $2, $3::int, 0, 1, $4)
            on conflict (token_hash, meter) do update
                set allowed = excluded.allowed, reserved = a.reserved + 1, updated_at = excluded.updated_at
                where excluded.allowed is null or a.used + a.reserved < excluded.allowed
            returning a.used, a.reserved
        ), made as (
            insert into billing.usage_reservations (id, token_hash, meter, state, created_at, renewed_at, expires_at)
            select $5, $1, $2, 'open', $4, $4, $6 from taken
        )
        select used, reserved from taken
        """;

    /// <summary>Locks the period in which a reservation counts, or the browser's count. <c>$1</c> reservation.</summary>
    public const string LockPlaceOfReservation = """
        with r as (
            select ledger_id, token_hash, meter from billing.usage_reservations where id = $1
        ), l as (
            select l.id from billing.usage_ledger l where l.id = (select ledger_id from r) for no key update
        ), a as (
            select a.meter from billing.anonymous_usage a
            where (a.token_hash, a.meter) = (select token_hash, meter from r) for no key update
        )
        select (select count(*) from l) + (select count(*) from a)
        """;

    /// <summary>Locks a user's period. <c>$1</c> user, <c>$2</c> meter, <c>$3</c> start of the period.</summary>
    public const string LockPlaceOfUser = """
        select id, used from billing.usage_ledger where user_id = $1 and meter = $2 and period_start = $3
        for no key update
        """;

    /// <summary>Locks a browser's count. <c>$1</c> token hash, <c>$2</c> meter.</summary>
    public const string LockPlaceOfBrowser = """
        select meter from billing.anonymous_usage where token_hash = $1 and meter = $2 for no key update
        """;

    /// <summary>
    /// Lets a user's overdue reservations go and gives their places back; reservations that somebody else is just
    /// changing are left to them. <c>$1</c> user, <c>$2</c> meter, <c>$3</c> start of the period, <c>$4</c> now.
    /// </summary>
    public const string ExpireOfUser = """
        with late as (
            select r.id, r.ledger_id from billing.usage_reservations r
            where r.state = 'open' and r.expires_at <= $4 and r.ledger_id = (
                select l.id from billing.usage_ledger l where l.user_id = $1 and l.meter = $2 and l.period_start = $3)
            for update skip locked
        ), gone as (
            update billing.usage_reservations r set state = 'expired' from late where r.id = late.id
            returning r.ledger_id
        )
        update billing.usage_ledger l set reserved = l.reserved - lost.places, updated_at = $4
        from (select ledger_id, count(*)::int as places from gone group by ledger_id) lost
        where l.id = lost.ledger_id
        """;

    /// <summary>The same for a browser. <c>$1</c> token hash, <c>$2</c> meter, <c>$3</c> now.</summary>
    public const string ExpireOfBrowser = """
        with late as (
            select r.id from billing.usage_reservations r
            where r.state = 'open' and r.expires_at <= $3 and r.token_hash = $1 and r.meter = $2
            for update skip locked
        ), gone as (
            update billing.usage_reservations r set state = 'expired' from late where r.id = late.id
            returning r.token_hash
        )
        update billing.anonymous_usage a set reserved = a.reserved - lost.places, updated_at = $3
        from (select token_hash, count(*)::int as places from gone group by token_hash) lost
        where a.token_hash = lost.token_hash and a.meter = $2
        """;

    /// <summary>Renews; the ids that were open. <c>$1</c> ids, <c>$2</c> now, <c>$3</c> new expiry.</summary>
    public const string Renew = """
        update billing.usage_reservations set renewed_at = $2, expires_at = $3
        where id = any($1) and state = 'open'
        returning id
        """;

    /// <summary>
    /// Counts an open reservation; no row when it is not open, or its user has left: a use may have been reserved by a
    /// request that was on its way just then. <c>$1</c> reservation, <c>$2</c> now.
    /// </summary>
    public const string SettleOpen = """
        with r as (
            update billing.usage_reservations set state = 'settled', settled_at = $2
            where id = $1 and state = 'open' and not exists (
                select from billing.usage_ledger o join accounts.users u on u.id = o.user_id
                where o.id = ledger_id and u.status <> 'active')
            returning ledger_id, token_hash, meter
        ), l as (
            update billing.usage_ledger l set used = l.used + 1, reserved = l.reserved - 1, updated_at = $2
            from r where l.id = r.ledger_id
            returning l.plan, l.allowed, l.used, l.reserved, l.period_start, l.period_end
        ), a as (
            update billing.anonymous_usage a set used = a.used + 1, reserved = a.reserved - 1, updated_at = $2
            from r where a.token_hash = r.token_hash and a.meter = r.meter
            returning a.allowed, a.used, a.reserved
        )
        select plan, allowed, used, reserved, period_start, period_end from l
        union all
        select 'anonymous', allowed, used, reserved, null, null from a
        """;

    /// <summary>
    /// Counts an expired reservation where its period has room; no row when it has none, or when the reservation is not
    /// an expired one, or its user has left. <c>$1</c> reservation, <c>$2</c> now.
    /// </summary>
    public const string SettleExpired = """
        with r as (
            select id, ledger_id, token_hash, meter from billing.usage_reservations
            where id = $1 and state = 'expired' and not exists (
                select from billing.usage_ledger o join accounts.users u on u.id = o.user_id
                where o.id = ledger_id and u.status <> 'active')
            for update
        ), l as (
            update billing.usage_ledger l set used = l.used + 1, updated_at = $2
            from r where l.id = r.ledger_id and (l.allowed is null or l.used + l.reserved < l.allowed)
            returning r.id, l.plan, l.allowed, l.used, l.reserved, l.period_start, l.period_end
        ), a as (
            update billing.anonymous_usage a set used = a.used + 1, updated_at = $2
            from r where a.token_hash = r.token_hash and a.meter = r.meter
                and (a.allowed is null or a.used + a.reserved < a.allowed)
            returning r.id, a.allowed, a.used, a.reserved
        ), s as (
            update billing.usage_reservations set state = 'settled', settled_at = $2
            where id in (select id from l union all select id from a)
        )
        select plan, allowed, used, reserved, period_start, period_end from l
        union all
        select 'anonymous', allowed, used, reserved, null, null from a
        """;

    /// <summary>The usage in which a settled reservation counts; no row when it is not settled. <c>$1</c> reservation.</summary>
    public const string SettledView = """
        select l.plan, l.allowed, l.used, l.reserved, l.period_start, l.period_end
        from billing.usage_reservations r join billing.usage_ledger l on l.id = r.ledger_id
        where r.id = $1 and r.state = 'settled'
        union all
        select 'anonymous', a.allowed, a.used, a.reserved, null, null
        from billing.usage_reservations r
        join billing.anonymous_usage a on a.token_hash = r.token_hash and a.meter = r.meter
        where r.id = $1 and r.state = 'settled'
        """;

    /// <summary>Gives back what is not settled. <c>$1</c> reservation, <c>$2</c> now.</summary>
    public const string Release = """
        with was as (
            select id, state, ledger_id, token_hash, meter from billing.usage_reservations
            where id = $1 and state in ('open', 'expired')
            for update
        ), r as (
            update billing.usage_reservations r set state = 'released' from was where r.id = was.id
            returning r.ledger_id, r.token_hash, r.meter, case was.state when 'open' then 1 else 0 end as places
        ), l as (
            update billing.usage_ledger l set reserved = l.reserved - r.places, updated_at = $2
            from r where l.id = r.ledger_id and r.places > 0
        )
        update billing.anonymous_usage a set reserved = a.reserved - r.places, updated_at = $2
        from r where a.token_hash = r.token_hash and a.meter = r.meter and r.places > 0
        """;

    /// <summary>
    /// Locks every period of a user, in the order in which a change of plan takes them: meter by meter, the earlier period
    /// first. <c>$1</c> user.
    /// </summary>
    public const string LockPlacesOfUser = """
        select id from billing.usage_ledger where user_id = $1 order by meter, period_start for no key update
        """;

    /// <summary>Gives back all that is not settled of a user. <c>$1</c> user, <c>$2</c> now.</summary>
    public const string ReleaseAllOfUser = """
        with was as (
            select r.id, r.state, r.ledger_id from billing.usage_reservations r
            where r.state in ('open', 'expired')
                and r.ledger_id in (select l.id from billing.usage_ledger l where l.user_id = $1)
            for update
        ), gone as (
            update billing.usage_reservations r set state = 'released' from was where r.id = was.id
            returning was.ledger_id, case was.state when 'open' then 1 else 0 end as places
        ), lost as (
            select ledger_id, sum(places)::int as places from gone group by ledger_id
        )
        update billing.usage_ledger l set reserved = l.reserved - lost.places, updated_at = $2
        from lost where l.id = lost.ledger_id and lost.places > 0
        """;
}
