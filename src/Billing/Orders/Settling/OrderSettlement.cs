using Heretix.Billing.Events;
using Heretix.Platform.Database;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;

namespace Heretix.Billing.Orders.Settling;

/// <summary>
/// The one place where orders change by what providers say, whether an event said it, the provider was asked, or its checkout
/// was verified. Coins are credited only for a payment of exactly the price, once, and follow the money that goes back. All
/// of it happens in the caller's open transaction; locks are taken in this order: the user (against erasure), the order, the
/// person's coins.
/// </summary>
internal sealed class OrderSettlement(
    IDbContextFactory<HeretixDb> contexts,
    OrderCoins coins,
    OrderMetrics metrics,
    TimeProvider time,
    ILogger<OrderSettlement> log
)
{
    /// <summary>There is no such order here; subscriptions are paid by the same providers.</summary>
    public static EventOutcome UnknownOrder { get; } = new("unknown_order");

    private const string Find = """
        select id, user_id from billing.payment_orders
        where (provider = $1 and provider_order_id = $2::text) or id = $3::uuid
            or (provider = $1 and provider_payment_id = $4::text)
        order by coalesce(provider = $1 and provider_order_id = $2::text, false) desc,
            coalesce(id = $3::uuid, false) desc
        limit 1
        """;

    /// <summary>Whether there is such an order, so that a provider need not be asked about what is not ours.</summary>
    public async Task<bool> KnowsAsync(OrderReference about, CancellationToken cancellationToken)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        await using var find = (await db.OpenAsync(cancellationToken)).Command(Find, Values(about));
        return await find.ExecuteScalarAsync(cancellationToken) is not null;
    }

    /// <summary>Applies what is said about an order.</summary>
    public async Task<EventOutcome> ApplyAsync(
        HeretixDb db,
        OrderReference about,
        IReadOnlyList<PaymentFact> facts,
        CancellationToken cancellationToken
    )
    {
        if (await LockAsync(db, about, cancellationToken) is not { } order)
            return UnknownOrder;
        var (credited, before) = (order.IsCredited, (order.Status, order.Flagged, order.FlagReason));
        var flag = Belongs(order, about) ? null : Flag(order, "wrong_order", WrongOrder(order, about));
        if (flag is null)
        {
            order.ProviderOrderId ??= about.OrderId;
            var reversals = await db.Set<PaymentReversal>()
                .Where(reversal => reversal.PaymentOrderId == order.Id)
                .ToListAsync(cancellationToken);
            foreach (var fact in facts)
                flag = Apply(db, order, reversals, fact) ?? flag;
            var moves = OrderCoins.Plan(order, reversals);
            order.Status = StatusOf(order, reversals);
            var changed = await SaveAsync(db, order, cancellationToken);
            await coins.MoveAsync(db, order, isNew: order.IsCredited && !credited, moves, cancellationToken);
            Tell(order, before);
            if (flag is null)
                return OutcomeOf(order, changed ? EventOutcome.Applied : EventOutcome.Unchanged);
        }
        else
        {
            await SaveAsync(db, order, cancellationToken);
            Tell(order, before);
        }
        return OutcomeOf(order, flag);
    }

    /// <summary>Locks the order, and its user before it; null when there is none.</summary>
    public static async Task<PaymentOrder?> LockAsync(
        HeretixDb db,
        OrderReference about,
        CancellationToken cancellationToken
    )
    {
        Guid id;
        Guid? user;
        await using (var find = db.InTransaction(Find, Values(about)))
        await using (var row = await find.ExecuteReaderAsync(cancellationToken))
        {
            if (!await row.ReadAsync(cancellationToken))
                return null;
            (id, user) = (row.GetGuid(0), row.IsDBNull(1) ? null : row.GetGuid(1));
        }
        if (user is not null)
        {
            await using var share = db.InTransaction(
                "select 1 from accounts.users where id = $1 for key share",
                user.Value
            );
            await share.ExecuteNonQueryAsync(cancellationToken);
        }
        var locked = await db.Set<PaymentOrder>()
            .FromSql($"select * from billing.payment_orders where id = {id} for no key update")
            .ToListAsync(cancellationToken);
        return locked.Single();
    }

    private EventOutcome? Apply(HeretixDb db, PaymentOrder order, List<PaymentReversal> reversals, PaymentFact fact)
    {
        switch (fact)
        {
            case PaymentFact.Processing:
                order.Status = OrderStatus.Further(order.Status, OrderStatus.Processing);
                return null;
            case PaymentFact.Failed:
                order.Status = OrderStatus.Further(order.Status, OrderStatus.Failed);
                return null;
            case PaymentFact.Paid paid:
                return Pay(order, paid);
            case PaymentFact.Reversed reversed when reversed.Currency != order.Currency && order.IsCredited:
                return Flag(
                    order,
                    "currency_mismatch",
                    $"The {reversed.Kind} {reversed.Id} is in {reversed.Currency}, the order in {order.Currency}; no coins were taken back for it."
                );
            case PaymentFact.Reversed reversed:
                Reverse(db, order, reversals, reversed);
                return null;
            default:
                throw new InvalidOperationException($"no way to apply {fact}");
        }
    }

    /// <summary>Only what is paid exactly is completed.</summary>
    private EventOutcome? Pay(PaymentOrder order, PaymentFact.Paid paid)
    {
        if (order.IsCredited)
            return paid.PaymentId == order.ProviderPaymentId
                ? null
                : Flag(
                    order,
                    "paid_twice",
                    $"The payment {paid.PaymentId} came after {order.ProviderPaymentId} had been credited; refund one of them at the provider."
                );
        order.ProviderPaymentId = paid.PaymentId;
        order.AmountPaid = paid.Amount;
        if (paid.Currency != order.Currency)
            return Suspend(order, "currency_mismatch", Mismatch(order, paid));
        if (paid.Amount != order.Amount)
            return Suspend(order, "amount_mismatch", Mismatch(order, paid));
        if (order.UserId is null)
            return Suspend(
                order,
                "nobody",
                $"The payment {paid.PaymentId} came when the account was erased; refund it."
            );
        order.Status = OrderStatus.Completed;
        order.CompletedAt = time.GetUtcNow();
        order.NextCheckAt = null;
        return null;
    }

    /// <summary>What was paid and cannot be credited waits for an operator.</summary>
    private static EventOutcome Suspend(PaymentOrder order, string reason, string detail)
    {
        order.Status = OrderStatus.Further(order.Status, OrderStatus.Processing);
        order.NextCheckAt = null;
        return Flag(order, reason, detail);
    }

    private void Reverse(
        HeretixDb db,
        PaymentOrder order,
        List<PaymentReversal> reversals,
        PaymentFact.Reversed reversed
    )
    {
        var now = time.GetUtcNow();
        var known = reversals.Find(each => each.ProviderRefundId == reversed.Id);
        var own = reversals.Find(each => each.Id == reversed.Own && each.ProviderRefundId is null);
        if (known is not null && own is not null)
        {
            // The provider's own news of it was quicker, and did not say whose it is.
            (known.Reason, known.IdempotencyKey) = (own.Reason, own.IdempotencyKey);
            db.Remove(own);
            reversals.Remove(own);
        }
        known ??= own;
        if (known is null)
        {
            known = new PaymentReversal
            {
                Id = Guid.CreateVersion7(now),
                PaymentOrderId = order.Id,
                Kind = reversed.Kind,
                Provider = order.Provider,
                ProviderRefundId = reversed.Id,
                ProviderPaymentId = reversed.PaymentId,
                Amount = reversed.Amount,
                Currency = reversed.Currency,
                State = reversed.State,
                CreatedAt = now,
                UpdatedAt = now,
                ProcessedAt = ReversalState.IsDecided(reversed.State) ? now : null,
            };
            db.Add(known);
            reversals.Add(known);
            Log.Reversed(log, known.Kind, known.Id, order.Id, known.State);
            return;
        }
        known.ProviderRefundId ??= reversed.Id;
        known.ProviderPaymentId ??= reversed.PaymentId;
        if (!known.Taken)
            known.Amount = reversed.Amount;
        if (!ReversalState.IsFurther(reversed.State, known.State))
            return;
        known.State = reversed.State;
        known.BusyUntil = null;
        known.UpdatedAt = now;
        known.ProcessedAt = ReversalState.IsDecided(reversed.State) ? now : null;
        Log.Reversed(log, known.Kind, known.Id, order.Id, known.State);
    }

    /// <summary>Refunded is what all of the money went back of; a refund that fails afterwards takes that back.</summary>
    private static string StatusOf(PaymentOrder order, List<PaymentReversal> reversals)
    {
        var back = reversals
            .Where(each => each.Concerns(order))
            .Where(each => each.Kind == ReversalState.Refund ? each.Counts : each.State == ReversalState.Lost)
            .Sum(each => each.Amount);
        return order.AmountPaid is { } paid && back >= paid ? OrderStatus.Refunded
            : order.Status != OrderStatus.Refunded ? order.Status
            : order.IsCredited ? OrderStatus.Completed
            : OrderStatus.Processing;
    }

    private async Task<bool> SaveAsync(HeretixDb db, PaymentOrder order, CancellationToken cancellationToken)
    {
        if (!db.ChangeTracker.HasChanges())
            return false;
        order.UpdatedAt = time.GetUtcNow();
        await db.SaveChangesAsync(cancellationToken);
        return true;
    }

    private void Tell(PaymentOrder order, (string Status, bool Flagged, string? Reason) before)
    {
        if (order.Status != before.Status)
        {
            metrics.Reached(order.Provider, order.Status);
            Log.Reached(log, order.Id, order.Provider, order.Status);
        }
        if (order.FlagReason is { } reason && reason != before.Reason)
        {
            metrics.Flagged(order.Provider, reason);
            Log.Flagged(log, order.Id, order.Provider, reason);
        }
    }

    private static bool Belongs(PaymentOrder order, OrderReference about) =>
        order.Provider == about.Provider
        && (about.OrderId is null || order.ProviderOrderId is null || order.ProviderOrderId == about.OrderId);

    private static EventOutcome Flag(PaymentOrder order, string reason, string detail)
    {
        (order.Flagged, order.FlagReason, order.FlagDetail) = (true, reason, detail);
        return EventOutcome.Flag(reason, detail);
    }

    private static EventOutcome OutcomeOf(PaymentOrder order, EventOutcome outcome) =>
        outcome with
        {
            UserId = order.UserId,
            KeepsContent = order.UserId is not null,
        };

    private static string WrongOrder(PaymentOrder order, OrderReference about) =>
        $"{about.OrderId ?? about.PaymentId} of {about.Provider} names this order, which is {order.ProviderOrderId ?? "not open yet"} of {order.Provider}; nothing was credited for it.";

    private static string Mismatch(PaymentOrder order, PaymentFact.Paid paid) =>
        $"The payment {paid.PaymentId} is of {paid.Amount} {paid.Currency} in minor units, the order of {order.Amount} {order.Currency}; nothing was credited.";

    private static object?[] Values(OrderReference about) =>
        [about.Provider, about.OrderId, about.Named, about.PaymentId];
}
