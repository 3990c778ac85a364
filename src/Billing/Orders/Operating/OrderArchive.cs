using Heretix.Platform.Database;
using Microsoft.EntityFrameworkCore;

namespace Heretix.Billing.Orders.Operating;

/// <summary>The orders of coins, for operators.</summary>
public sealed class OrderArchive
{
    private readonly DatabaseConnections connections;
    private readonly TimeProvider time;

    internal OrderArchive(DatabaseConnections connections, TimeProvider time) =>
        (this.connections, this.time) = (connections, time);

    /// <summary>The newest orders that are asked for.</summary>
    /// <param name="flagged">Only those that somebody has to look at.</param>
    /// <param name="open">Only those that nobody has paid yet and still may.</param>
    /// <param name="limit">At most so many.</param>
    /// <param name="cancellationToken">Stops it.</param>
    public async Task<IReadOnlyList<OrderEntry>> ListAsync(
        bool flagged,
        bool open,
        int limit,
        CancellationToken cancellationToken
    )
    {
        await using var db = connections.OpenUnpooled();
        var found = db.Set<PaymentOrder>().AsNoTracking();
        if (flagged)
            found = found.Where(order => order.Flagged);
        if (open)
            found = found.Where(order => order.NextCheckAt != null);
        return
        [
            .. (
                await found
                    .OrderByDescending(order => order.CreatedAt)
                    .ThenByDescending(order => order.Id)
                    .Take(limit)
                    .ToListAsync(cancellationToken)
            ).Select(order => OrderEntry.Of(order)),
        ];
    }

    /// <summary>One order with its refunds and disputes; null when there is none.</summary>
    /// <param name="id">Its id, or the provider's of the order or the payment.</param>
    /// <param name="cancellationToken">Stops it.</param>
    public async Task<OrderEntry?> FindAsync(string id, CancellationToken cancellationToken)
    {
        var own = Guid.TryParse(id, out var parsed) ? parsed : (Guid?)null;
        await using var db = connections.OpenUnpooled();
        var order = await db.Set<PaymentOrder>()
            .AsNoTracking()
            .Where(order => order.Id == own || order.ProviderOrderId == id || order.ProviderPaymentId == id)
            .OrderBy(order => order.CreatedAt)
            .FirstOrDefaultAsync(cancellationToken);
        return order is null
            ? null
            : OrderEntry.Of(
                order,
                await db.Set<PaymentReversal>()
                    .AsNoTracking()
                    .Where(reversal => reversal.PaymentOrderId == order.Id)
                    .OrderBy(reversal => reversal.CreatedAt)
                    .ToListAsync(cancellationToken)
            );
    }

    /// <summary>Notes that somebody has looked at an order; false when it was not flagged.</summary>
    public async Task<bool> ClearAsync(Guid order, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        await using var db = connections.OpenUnpooled();
        return await db.Set<PaymentOrder>()
                .Where(found => found.Id == order && found.Flagged)
                .ExecuteUpdateAsync(
                    set =>
                        set.SetProperty(found => found.Flagged, false)
                            .SetProperty(found => found.FlagReason, (string?)null)
                            .SetProperty(found => found.FlagDetail, (string?)null)
                            .SetProperty(found => found.UpdatedAt, now),
                    cancellationToken
                ) == 1;
    }
}
