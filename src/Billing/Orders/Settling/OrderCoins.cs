using System.Text.Json;
using System.Text.Json.Serialization;
using Heretix.Billing.Ledger;
using Heretix.Platform.Database;

namespace Heretix.Billing.Orders.Settling;

/// <summary>
/// The coins of an order follow its money. Of what was credited, the share of the money that is away is taken back: of coins
/// <c>c</c>, price <c>p</c> and money away <c>m</c> that is <c>floor(c · min(m, p) / p)</c>, over all refunds and disputes
/// together, so that the order in which they come does not matter and the whole price takes exactly the whole.
/// </summary>
internal sealed class OrderCoins(CoinLedger ledger, OrderMetrics metrics)
{
    /// <summary>Coins to take back (positive) or to give again (negative) because of one refund or dispute.</summary>
    internal sealed record Move(PaymentReversal Because, long Coins);

    /// <summary>
    /// What has to be moved so that the coins are where the money is; notes it in the reversals. Each takes coins once, and
    /// gives them again at most once.
    /// </summary>
    public static IReadOnlyList<Move> Plan(PaymentOrder order, IReadOnlyList<PaymentReversal> reversals)
    {
        var moves = new List<Move>();
        if (!order.IsCredited)
            return moves;
        var away = reversals.Where(each => each.Taken && !each.Returned).Sum(each => each.Amount);
        var taken = reversals.Sum(each => each.Coins);
        foreach (
            var reversal in reversals
                .Where(each => each.Concerns(order))
                .OrderBy(each => each.CreatedAt)
                .ThenBy(each => each.Id)
        )
        {
            if (reversal.Counts && !reversal.Taken)
                (reversal.Taken, away) = (true, away + reversal.Amount);
            else if (!reversal.Counts && reversal is { Taken: true, Returned: false })
                (reversal.Returned, away) = (true, away - reversal.Amount);
            else
                continue;
            var more = Share(order, away) - taken;
            reversal.Coins += more;
            taken += more;
            if (more != 0)
                moves.Add(new Move(reversal, more));
        }
        return moves;
    }

    /// <summary>Coins that belong to so much of the price.</summary>
    public static long Share(PaymentOrder order, long amount) =>
        (long)((Int128)order.Coins * Math.Min(amount, order.Amount) / order.Amount);

    /// <summary>Moves them, last in the transaction: first what was bought, then what goes back.</summary>
    public async Task MoveAsync(
        HeretixDb db,
        PaymentOrder order,
        bool isNew,
        IReadOnlyList<Move> moves,
        CancellationToken cancellationToken
    )
    {
        if (!isNew && moves.Count == 0)
            return;
        var purchase = isNew
            ? await CreditAsync(db, order, cancellationToken)
            : await PurchaseAsync(db, order, cancellationToken);
        foreach (var (reversal, more) in moves)
        {
            var id = $"{reversal.Provider}.{reversal.ProviderRefundId}";
            if (more > 0)
            {
                Done(
                    await ledger.ClawBackAsync(
                        db,
                        TransferKey.Of("clawback", id),
                        purchase,
                        new Coins(more),
                        reversal.Reason
                            ?? (IsDispute(reversal) ? "the payment is disputed" : "the payment was refunded"),
                        cancellationToken
                    ),
                    order
                );
                metrics.Moved(order.Provider, "taken_back", more);
                continue;
            }
            Done(
                await ledger.ReinstateAsync(
                    db,
                    TransferKey.Of("reinstatement", id),
                    purchase,
                    new Coins(-more),
                    IsDispute(reversal) ? "the dispute was settled in your favour" : "the refund did not go through",
                    cancellationToken
                ),
                order
            );
            metrics.Moved(order.Provider, "given_again", -more);
        }
    }

    private async Task<Guid> CreditAsync(HeretixDb db, PaymentOrder order, CancellationToken cancellationToken)
    {
        var note = new PurchaseNote(
            order.Id,
            order.Provider,
            order.ProviderOrderId,
            order.ProviderPaymentId,
            order.Amount,
            order.Currency
        );
        var credited = Done(
            await ledger.CreditPurchaseAsync(
                db,
                order.UserId!.Value,
                new CoinPurchase(
                    order.Id,
                    new Coins(order.Coins),
                    order.PackageId,
                    JsonSerializer.SerializeToElement(note, BillingJson.Default.PurchaseNote)
                ),
                cancellationToken
            ),
            order
        );
        metrics.Moved(order.Provider, "credited", order.Coins);
        return credited;
    }

    private static async Task<Guid> PurchaseAsync(HeretixDb db, PaymentOrder order, CancellationToken cancellationToken)
    {
        await using var find = db.InTransaction(
            "select id from billing.transfers where payment_order_id = $1 and type = 'purchase'",
            order.Id
        );
        return (Guid)(await find.ExecuteScalarAsync(cancellationToken))!;
    }

    /// <summary>The order is locked and says what was moved before, so anything else means that the books were changed by hand.</summary>
    private static Guid Done(TransferOutcome outcome, PaymentOrder order) =>
        outcome is TransferOutcome.Done done
            ? done.TransferId
            : throw new InvalidOperationException($"the books and order {order.Id} contradict each other: {outcome}");

    private static bool IsDispute(PaymentReversal reversal) => reversal.Kind == ReversalState.Dispute;
}

/// <summary>The metadata of a purchase: what was paid for it, and where.</summary>
internal sealed record PurchaseNote(
    [property: JsonPropertyName("payment_order_id")] Guid PaymentOrderId,
    [property: JsonPropertyName("provider")] string Provider,
    [property: JsonPropertyName("provider_order_id")] string? ProviderOrderId,
    [property: JsonPropertyName("provider_payment_id")] string? ProviderPaymentId,
    [property: JsonPropertyName("amount_paid")] long AmountPaid,
    [property: JsonPropertyName("currency")] string Currency
);
