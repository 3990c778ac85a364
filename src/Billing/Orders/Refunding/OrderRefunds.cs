using Heretix.Billing.Orders.Settling;
using Heretix.Billing.Providers;
using Heretix.Platform.Database;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace Heretix.Billing.Orders.Refunding;

/// <summary>
/// Refunds by operators. First the wish is stored, then the provider is asked without any connection, with the wish's id for
/// a key, then the refund and the coins that it takes back are stored together. Whoever dies in between leaves a wish that
/// the next one goes on with; the provider's own news of the refund may come before or after.
/// </summary>
public sealed class OrderRefunds
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(200);

    private readonly DatabaseConnections connections;
    private readonly CoinSellers sellers;
    private readonly OrderSettlement settlement;
    private readonly TimeProvider time;
    private readonly TimeSpan lease;

    internal OrderRefunds(
        DatabaseConnections connections,
        CoinSellers sellers,
        OrderSettlement settlement,
        IOptions<ProviderOptions> options,
        TimeProvider time
    ) =>
        (this.connections, this.sellers, this.settlement, this.time, lease) = (
            connections,
            sellers,
            settlement,
            time,
            AskingLease.Of(options.Value)
        );

    /// <summary>Refunds an order, wholly or in part. While another process refunds the same order, it waits for that.</summary>
    /// <param name="order">The order's id.</param>
    /// <param name="wish">What is wanted.</param>
    /// <param name="cancellationToken">Stops the waiting; a refund that was begun can be gone on with.</param>
    public async Task<RefundOutcome> RefundAsync(Guid order, RefundWish wish, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(wish);
        while (true)
        {
            var (turn, outcome) = await BeginAsync(order, wish, cancellationToken);
            if (turn is not null)
                return await AskAsync(turn, cancellationToken);
            if (outcome is not null)
                return outcome;
            await Task.Delay(Pause, cancellationToken);
        }
    }

    /// <summary>Goes on with what is unfinished; null when there is nothing, or another process has it.</summary>
    internal async Task<RefundOutcome?> ResumeAsync(Guid order, CancellationToken cancellationToken) =>
        (await BeginAsync(order, null, cancellationToken)).Turn is { } turn
            ? await AskAsync(turn, cancellationToken)
            : null;

    /// <summary>Takes the turn, or says why there is none; neither while another process has it.</summary>
    private async Task<(Turn? Turn, RefundOutcome? Outcome)> BeginAsync(
        Guid id,
        RefundWish? wish,
        CancellationToken cancellationToken
    )
    {
        await using var db = connections.OpenUnpooled();
        await using var transaction = await db.Database.BeginTransactionAsync(cancellationToken);
        if (await OrderSettlement.LockAsync(db, ById(id), cancellationToken) is not { } order)
            return (null, new RefundOutcome.Unknown());
        if (order is not { ProviderPaymentId: not null, AmountPaid: { } paid })
            return (null, new RefundOutcome.NotPaid());
        if (sellers.Find(order.Provider) is not { } seller)
            return (null, new RefundOutcome.NotSetUp(order.Provider));
        var reversals = await db.Set<PaymentReversal>()
            .Where(reversal => reversal.PaymentOrderId == id)
            .ToListAsync(cancellationToken);
        if (
            wish?.Key is { } key
            && reversals.Find(each => each.IdempotencyKey == key && each.State != ReversalState.Requested) is { } before
        )
            return (null, Outcome(before) with { Repeated = true });
        var (now, left) = (Now(), paid - reversals.Where(each => each.Counts && each.Concerns(order)).Sum(each => each.Amount));
        var amount = wish is null ? left : AmountOf(wish, order) ?? left;
        var refund = reversals.Find(each => each.State == ReversalState.Requested);
        var (again, earlier) = (
            refund is not null,
            refund is not null && wish is not null && (refund.Amount != amount || refund.IdempotencyKey != wish.Key)
        );
        if (refund is { BusyUntil: { } until } && until > now)
            return (null, null);
        if (refund is null)
        {
            if (wish is null)
                return (null, null);
            if (amount > left || left <= 0)
                return (null, new RefundOutcome.TooMuch(Math.Max(0, left), order.Currency));
            refund = Requested(order, amount, wish, now);
            db.Add(refund);
        }
        (refund.BusyUntil, refund.UpdatedAt) = (now + lease, now);
        await db.SaveChangesAsync(cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return (new Turn(seller, order, refund, again, earlier), null);
    }

    private async Task<RefundOutcome> AskAsync(Turn turn, CancellationToken cancellationToken)
    {
        switch (await turn.Seller.RefundAsync(turn.Order, turn.Refund, turn.Again, cancellationToken))
        {
            case Asked.Told { Facts: [PaymentFact.Reversed made, ..] }:
                return await CompleteAsync(turn, made);
            case Asked.Failed { Answer: ProviderAnswer.Refused refused }:
                await EndAsync(turn, ReversalState.Failed);
                return new RefundOutcome.Refused(refused.Code ?? $"HTTP {refused.Status}");
            case Asked.Failed { Answer: ProviderAnswer.Missing }:
                await EndAsync(turn, ReversalState.Failed);
                return new RefundOutcome.Refused("HTTP 404");
            default:
                await EndAsync(turn, ReversalState.Requested);
                return new RefundOutcome.Unfinished();
        }
    }

    /// <summary>The provider has done it, so it is stored whatever else is to be stopped.</summary>
    private async Task<RefundOutcome> CompleteAsync(Turn turn, PaymentFact.Reversed made)
    {
        await using var db = connections.OpenUnpooled();
        await using var transaction = await db.Database.BeginTransactionAsync(CancellationToken.None);
        await settlement.ApplyAsync(db, ById(turn.Order), [made], CancellationToken.None);
        await transaction.CommitAsync(CancellationToken.None);
        var stored = await db.Set<PaymentReversal>()
            .AsNoTracking()
            .SingleAsync(each => each.Provider == turn.Order.Provider && each.ProviderRefundId == made.Id);
        return Outcome(stored) with { Earlier = turn.Earlier };
    }

    /// <summary>Gives the turn back, and notes that a refund did not happen.</summary>
    private async Task EndAsync(Turn turn, string state)
    {
        await using var db = connections.OpenUnpooled();
        await using var transaction = await db.Database.BeginTransactionAsync(CancellationToken.None);
        await OrderSettlement.LockAsync(db, ById(turn.Order), CancellationToken.None);
        var now = Now();
        DateTimeOffset? processed = state == ReversalState.Failed ? now : null;
        await db.Set<PaymentReversal>()
            .Where(each =>
                each.Id == turn.Refund.Id
                && each.State == ReversalState.Requested
                && each.BusyUntil == turn.Refund.BusyUntil
            )
            .ExecuteUpdateAsync(set =>
                set.SetProperty(each => each.State, state)
                    .SetProperty(each => each.BusyUntil, (DateTimeOffset?)null)
                    // What was refused may be wanted again under the same word.
                    .SetProperty(each => each.IdempotencyKey, each => processed == null ? each.IdempotencyKey : null)
                    .SetProperty(each => each.ProcessedAt, processed)
                    .SetProperty(each => each.UpdatedAt, now)
            );
        await transaction.CommitAsync(CancellationToken.None);
    }

    private static PaymentReversal Requested(PaymentOrder order, long amount, RefundWish wish, DateTimeOffset now) =>
        new()
        {
            Id = Guid.CreateVersion7(now),
            PaymentOrderId = order.Id,
            Kind = ReversalState.Refund,
            Provider = order.Provider,
            ProviderPaymentId = order.ProviderPaymentId,
            Amount = amount,
            Currency = order.Currency,
            State = ReversalState.Requested,
            Reason = wish.Reason,
            IdempotencyKey = wish.Key,
            CreatedAt = now,
        };

    private static long? AmountOf(RefundWish wish, PaymentOrder order) =>
        wish.Amount
        ?? (wish.Coins is { } coins ? (long)((((Int128)coins * order.Amount) + order.Coins - 1) / order.Coins) : null);

    private static RefundOutcome.Done Outcome(PaymentReversal stored) =>
        new(stored.ProviderRefundId ?? "", stored.Amount, stored.Currency, stored.Coins, stored.State);

    private static OrderReference ById(Guid id) => new("", null, id);

    private static OrderReference ById(PaymentOrder order) => new(order.Provider, order.ProviderOrderId, order.Id);

    /// <summary>To the millisecond, so that a turn is found again as it was stored.</summary>
    private DateTimeOffset Now() => DateTimeOffset.FromUnixTimeMilliseconds(time.GetUtcNow().ToUnixTimeMilliseconds());

    private sealed record Turn(
        ICoinSeller Seller,
        PaymentOrder Order,
        PaymentReversal Refund,
        bool Again,
        bool Earlier
    );
}
