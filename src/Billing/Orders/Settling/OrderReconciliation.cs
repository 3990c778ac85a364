using Heretix.Billing.Orders.Refunding;
using Heretix.Billing.Providers;
using Heretix.Platform.Database;
using Heretix.Platform.Jobs;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Heretix.Billing.Orders.Settling;

/// <summary>
/// Asks providers about orders that stay open, in case an event was lost, each after twice as long as before; closes those
/// that nobody paid in time, and goes on with refunds that somebody died over. A bounded number at a time.
/// </summary>
internal sealed class OrderReconciliation(
    CoinSellers sellers,
    OrderSettlement settlement,
    OrderRefunds refunds,
    IOptions<OrderOptions> options,
    TimeProvider time,
    ILogger<OrderReconciliation> log
) : IRecurringJobHandler
{
    /// <summary>The kind of this job.</summary>
    public const string Kind = "billing.orders";

    /// <summary>How often it looks.</summary>
    public static TimeSpan Interval { get; } = TimeSpan.FromMinutes(1);

    private const int AtOnce = 50;
    private static readonly TimeSpan LongestPause = TimeSpan.FromHours(6);

    /// <summary>An order that its provider never heard of, or did not answer for, cannot be paid.</summary>
    private static readonly TimeSpan NeverOpened = TimeSpan.FromDays(1);

    /// <inheritdoc />
    public async Task RunAsync(JobRun run, CancellationToken stop)
    {
        ArgumentNullException.ThrowIfNull(run);
        var (asked, changed, failed) = (0, 0, 0);
        var away = new HashSet<string>(StringComparer.Ordinal);
        foreach (var order in await DueAsync(run.OpenDb, stop))
        {
            if (
                sellers.Find(order.Provider) is not { } seller
                || away.Contains(order.Provider)
                || !await ClaimAsync(run.OpenDb, order, stop)
            )
                continue;
            asked++;
            var (facts, ends) = await AskAsync(seller, order, stop);
            if (facts is null)
            {
                // Who does not answer one question will not answer the next.
                failed++;
                away.Add(order.Provider);
                continue;
            }
            changed += await ApplyAsync(run.OpenDb, order, facts, ends, stop) ? 1 : 0;
        }
        var finished = await FinishRefundsAsync(run.OpenDb, stop);
        if (asked + finished > 0)
            Log.Checked(log, asked, changed, failed, finished);
    }

    /// <summary>What there is to apply, and whether the order is given up; no facts when the provider does not answer.</summary>
    private async Task<(IReadOnlyList<PaymentFact>? Facts, bool Ends)> AskAsync(
        ICoinSeller seller,
        PaymentOrder order,
        CancellationToken stop
    )
    {
        var age = time.GetUtcNow() - order.CreatedAt;
        if (order.ProviderOrderId is null)
            return age >= NeverOpened ? ([new PaymentFact.Failed()], true) : ([], false);
        var expired = age >= options.Value.OrderExpiry;
        var asked = expired ? await seller.CloseAsync(order, stop) : await seller.AskAsync(order, stop);
        if (asked is Asked.Failed { Answer: ProviderAnswer.Unavailable })
            return (null, false);
        var facts = asked is Asked.Told told ? told.Facts : [];
        // A transfer between banks may take longer than an order lives.
        var ends = expired && !facts.Any(fact => fact is PaymentFact.Paid or PaymentFact.Processing);
        return (ends ? [.. facts, new PaymentFact.Failed()] : facts, ends);
    }

    private async Task<bool> ApplyAsync(
        Func<HeretixDb> open,
        PaymentOrder order,
        IReadOnlyList<PaymentFact> facts,
        bool ends,
        CancellationToken stop
    )
    {
        await using var db = open();
        await using var transaction = await db.Database.BeginTransactionAsync(stop);
        var outcome = await settlement.ApplyAsync(
            db,
            new OrderReference(order.Provider, order.ProviderOrderId, order.Id),
            facts,
            stop
        );
        if (ends)
        {
            await using var close = db.InTransaction(
                "update billing.payment_orders set next_check_at = null where id = $1",
                order.Id
            );
            await close.ExecuteNonQueryAsync(stop);
        }
        await transaction.CommitAsync(stop);
        return outcome.Name != Events.EventOutcome.Unchanged.Name;
    }

    private async Task<List<PaymentOrder>> DueAsync(Func<HeretixDb> open, CancellationToken stop)
    {
        var now = time.GetUtcNow();
        await using var db = open();
        return await db.Set<PaymentOrder>()
            .AsNoTracking()
            .Where(order => order.NextCheckAt != null && order.NextCheckAt <= now)
            .OrderBy(order => order.NextCheckAt)
            .Take(AtOnce)
            .ToListAsync(stop);
    }

    /// <summary>Sets when it is asked for again; false when another worker was quicker, or it has ended meanwhile.</summary>
    private async Task<bool> ClaimAsync(Func<HeretixDb> open, PaymentOrder order, CancellationToken stop)
    {
        var pause = options.Value.OrderCheckAfter * Math.Pow(2, Math.Min(order.Checks + 1, 20));
        await using var db = open();
        await using var claim = (await db.OpenAsync(stop)).Command(
            """
            update billing.payment_orders set next_check_at = $3, checks = checks + 1
            where id = $1 and next_check_at = $2
            """,
            order.Id,
            order.NextCheckAt,
            time.GetUtcNow() + (pause < LongestPause ? pause : LongestPause)
        );
        return await claim.ExecuteNonQueryAsync(stop) == 1;
    }

    private async Task<int> FinishRefundsAsync(Func<HeretixDb> open, CancellationToken stop)
    {
        var (now, silent) = (time.GetUtcNow(), time.GetUtcNow() - options.Value.OrderCheckAfter);
        List<Guid> unfinished;
        await using (var db = open())
            unfinished = await db.Set<PaymentReversal>()
                .Where(refund =>
                    refund.State == ReversalState.Requested
                    && refund.UpdatedAt <= silent
                    && (refund.BusyUntil == null || refund.BusyUntil <= now)
                )
                .OrderBy(refund => refund.UpdatedAt)
                .Select(refund => refund.PaymentOrderId)
                .Take(AtOnce)
                .ToListAsync(stop);
        var finished = 0;
        foreach (var order in unfinished)
        {
            switch (await refunds.ResumeAsync(order, stop))
            {
                case RefundOutcome.Done or RefundOutcome.Refused:
                    finished++;
                    break;
                case RefundOutcome.Unfinished:
                    return finished;
            }
        }
        return finished;
    }
}
