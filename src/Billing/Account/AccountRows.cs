using System.Text.Json;
using Heretix.Billing.Credits;
using Heretix.Billing.Events;
using Heretix.Billing.Ledger;
using Heretix.Billing.Providers;
using Heretix.Billing.Providers.Stripe;
using Heretix.Billing.Subscriptions;
using Heretix.Billing.Usage;
using Heretix.Platform.Cache;
using Heretix.Platform.Jobs;
using Heretix.Platform.Modules;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Heretix.Billing.Account;

/// <summary>What billing holds on a user: shown on request, and gone with the account.</summary>
internal static class AccountRows
{
    /// <summary>Rows that grow with use: the transfers and the orders.</summary>
    public static async Task<long> CountAsync(AccountEvent export, CancellationToken cancellationToken) =>
        await CreditsEndpoints.OfUser(export.Db, export.UserId).LongCountAsync(cancellationToken)
        + await OrderRows.OfUser(export).LongCountAsync(cancellationToken);

    public static async Task<object?> ExportAsync(AccountEvent export, CancellationToken cancellationToken)
    {
        var subscriptions = await export
            .Db.Set<Subscription>()
            .AsNoTracking()
            .Where(s => s.UserId == export.UserId)
            .OrderBy(s => s.Source)
            .ToListAsync(cancellationToken);
        var ledgers = await export
            .Db.Set<UsageLedger>()
            .AsNoTracking()
            .Where(l => l.UserId == export.UserId)
            .OrderBy(l => l.PeriodStart)
            .ThenBy(l => l.Meter)
            .ToListAsync(cancellationToken);
        var customers = await export
            .Db.Set<ProviderCustomer>()
            .AsNoTracking()
            .Where(c => c.UserId == export.UserId)
            .OrderBy(c => c.Source)
            .ToListAsync(cancellationToken);
        var events = await export
            .Db.Set<StoredEvent>()
            .AsNoTracking()
            .Where(e => e.UserId == export.UserId)
            .OrderBy(e => e.ReceivedAt)
            .Select(e => new
            {
                e.Source,
                e.EventId,
                e.Type,
                e.ReceivedAt,
                e.Outcome,
            })
            .ToListAsync(cancellationToken);
        var coins = await CoinsAsync(export, cancellationToken);
        var orders = await OrderRows.ExportAsync(export, cancellationToken);
        if (subscriptions.Count + ledgers.Count + customers.Count + events.Count + orders.Count == 0 && coins is null)
            return null;
        return JsonSerializer.SerializeToElement(
            new BillingExport(
                [.. subscriptions.Select(Exported)],
                [.. ledgers.Select(Exported)],
                [.. customers.Select(c => new ExportedCustomer(c.Source, c.ExternalId, c.CreatedAt.UtcDateTime))],
                [
                    .. events.Select(e => new ExportedEvent(
                        e.Source,
                        e.EventId,
                        e.Type,
                        e.ReceivedAt.UtcDateTime,
                        e.Outcome
                    )),
                ],
                orders,
                coins
            ),
            BillingJson.Default.BillingExport
        );
    }

    /// <summary>
    /// Gives back everything that is reserved: what the user had running can no longer be settled. What is reserved after
    /// this by a request that was on its way is refused when it is to be settled.
    /// </summary>
    public static async Task LeaveAsync(AccountEvent leaving, CancellationToken cancellationToken)
    {
        var now = leaving.Services.GetRequiredService<TimeProvider>().GetUtcNow();
        await using var batch = leaving
            .Db.BatchInTransaction()
            .Add(UsageStatements.LockPlacesOfUser, leaving.UserId)
            .Add(UsageStatements.ReleaseAllOfUser, leaving.UserId, now);
        await batch.ExecuteNonQueryAsync(cancellationToken);
        await ToldAsync(leaving, erased: false, cancellationToken);
    }

    /// <summary>
    /// Counts of uses say something about a person and nothing without one, so they go; the reservations go with them, and
    /// a run that is still going on can no longer be settled. The books of the coins stay, and nobody's name on them.
    /// </summary>
    public static async Task EraseAsync(AccountEvent erase, CancellationToken cancellationToken)
    {
        await ToldAsync(erase, erased: true, cancellationToken);
        await erase.Db.Set<UsageLedger>().Where(l => l.UserId == erase.UserId).ExecuteDeleteAsync(cancellationToken);
        await erase.Db.Set<Subscription>().Where(s => s.UserId == erase.UserId).ExecuteDeleteAsync(cancellationToken);
        // Before the coins, as everywhere.
        await OrderRows.ForgetAsync(erase, cancellationToken);
        await erase
            .Db.Set<CoinAccount>()
            .Where(account => account.UserId == erase.UserId)
            .ExecuteUpdateAsync(set => set.SetProperty(account => account.UserId, (Guid?)null), cancellationToken);
        await erase
            .Db.Set<ProviderCustomer>()
            .Where(c => c.UserId == erase.UserId)
            .ExecuteDeleteAsync(cancellationToken);
        // That an event came is kept, so that it has no second effect; whom it was about and what it said is not.
        await erase
            .Db.Set<StoredEvent>()
            .Where(e => e.UserId == erase.UserId)
            .ExecuteUpdateAsync(
                set => set.SetProperty(e => e.UserId, (Guid?)null).SetProperty(e => e.Payload, (byte[]?)null),
                cancellationToken
            );
        await erase
            .Services.GetRequiredService<ICacheAnnouncements>()
            .AnnounceAsync(erase.Db, CacheKeys.Subscription(erase.UserId), cancellationToken);
    }

    private static async Task<ExportedCoins?> CoinsAsync(AccountEvent export, CancellationToken cancellationToken)
    {
        var account = await export
            .Db.Set<CoinAccount>()
            .AsNoTracking()
            .SingleOrDefaultAsync(account => account.UserId == export.UserId, cancellationToken);
        if (account is null)
            return null;
        var transactions = await CreditsEndpoints
            .OfUser(export.Db, export.UserId)
            .OrderBy(row => row.CreatedAt)
            .ToListAsync(cancellationToken);
        return new ExportedCoins(account.Balance, account.Receivable, [.. transactions.Select(Exported)]);
    }

    private static ExportedTransaction Exported(CreditTransaction row) =>
        new(
            row.Id,
            row.Type,
            row.Amount,
            row.BalanceAfter,
            row.Description,
            row.Status,
            row.CreatedAt.UtcDateTime,
            row.ChatId,
            row.Metadata is null ? null : JsonElement.Parse(row.Metadata)
        );

    /// <summary>Queues what Stripe is told about it, in the same transaction.</summary>
    private static async Task ToldAsync(AccountEvent left, bool erased, CancellationToken cancellationToken)
    {
        var customers = await left
            .Db.Set<ProviderCustomer>()
            .Where(c => c.UserId == left.UserId && c.Source == StripeClient.Source)
            .Select(c => c.ExternalId)
            .ToListAsync(cancellationToken);
        foreach (var customer in customers)
            await StripeDeparture.EnqueueAsync(
                left.Services.GetRequiredService<IJobQueue>(),
                left.Db,
                customer,
                left.Services.GetRequiredService<TimeProvider>().GetUtcNow(),
                cancellationToken,
                erased
            );
    }

    private static ExportedSubscription Exported(Subscription s) =>
        new(
            s.Id,
            s.Source,
            s.Plan,
            s.Status.Name(),
            s.CurrentPeriodStart?.UtcDateTime,
            s.CurrentPeriodEnd?.UtcDateTime,
            s.BillingAnchor.UtcDateTime,
            s.CancelAtPeriodEnd,
            s.ExternalCustomerId,
            s.ExternalSubscriptionId,
            s.CreatedAt.UtcDateTime,
            s.UpdatedAt.UtcDateTime
        );

    private static ExportedUsage Exported(UsageLedger l) =>
        new(
            l.Meter,
            l.Plan,
            l.PeriodStart == UsageLedger.Lifetime ? null : l.PeriodStart.UtcDateTime,
            l.PeriodEnd?.UtcDateTime,
            l.Allowed,
            l.Used,
            l.UpdatedAt.UtcDateTime
        );
}
