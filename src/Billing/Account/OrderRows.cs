using Heretix.Billing.Orders;
using Heretix.Platform.Modules;
using Microsoft.EntityFrameworkCore;

namespace Heretix.Billing.Account;

/// <summary>A user's orders of coins: shown on request; they stay with the books, and forget whose they were.</summary>
internal static class OrderRows
{
    public static IQueryable<PaymentOrder> OfUser(AccountEvent account) =>
        account.Db.Set<PaymentOrder>().AsNoTracking().Where(order => order.UserId == account.UserId);

    public static async Task<IReadOnlyList<ExportedOrder>> ExportAsync(
        AccountEvent export,
        CancellationToken cancellationToken
    )
    {
        var orders = await OfUser(export).OrderBy(order => order.CreatedAt).ToListAsync(cancellationToken);
        var reversals = await export
            .Db.Set<PaymentReversal>()
            .AsNoTracking()
            .Where(reversal => OfUser(export).Select(order => order.Id).Contains(reversal.PaymentOrderId))
            .OrderBy(reversal => reversal.CreatedAt)
            .ToListAsync(cancellationToken);
        var byOrder = reversals.ToLookup(reversal => reversal.PaymentOrderId);
        return [.. orders.Select(order => Exported(order, byOrder[order.Id]))];
    }

    /// <summary>The caller's own word for an order goes too: it may say anything.</summary>
    public static Task ForgetAsync(AccountEvent erase, CancellationToken cancellationToken) =>
        erase
            .Db.Set<PaymentOrder>()
            .Where(order => order.UserId == erase.UserId)
            .ExecuteUpdateAsync(
                set =>
                    set.SetProperty(order => order.UserId, (Guid?)null)
                        .SetProperty(order => order.IdempotencyKey, (string?)null),
                cancellationToken
            );

    private static ExportedOrder Exported(PaymentOrder order, IEnumerable<PaymentReversal> reversals) =>
        new(
            order.Id,
            order.PackageId,
            order.Provider,
            order.ProviderOrderId,
            order.ProviderPaymentId,
            order.Status,
            order.Amount,
            order.Currency,
            order.Coins,
            order.IdempotencyKey,
            order.CreatedAt.UtcDateTime,
            order.CompletedAt?.UtcDateTime,
            [
                .. reversals.Select(reversal => new ExportedReversal(
                    reversal.Id,
                    reversal.Kind,
                    reversal.State,
                    reversal.Amount,
                    reversal.Currency,
                    reversal.Coins,
                    reversal.Reason,
                    reversal.CreatedAt.UtcDateTime
                )),
            ]
        );
}
