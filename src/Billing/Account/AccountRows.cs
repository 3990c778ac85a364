using System.Text.Json;
using Heretix.Billing.Credits;
using Heretix.Billing.Ledger;
using Heretix.Billing.Subscriptions;
using Heretix.Billing.Usage;
using Heretix.Platform.Cache;
using Heretix.Platform.Modules;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Heretix.Billing.Account;

/// <summary>What billing holds on a user: shown on request, and gone with the account.</summary>
internal static class AccountRows
{
    /// <summary>Rows that grow with use: the transfers.</summary>
    public static Task<long> CountAsync(AccountEvent export, CancellationToken cancellationToken) =>
        CreditsEndpoints.OfUser(export.Db, export.UserId).LongCountAsync(cancellationToken);

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
        var coins = await CoinsAsync(export, cancellationToken);
        if (subscriptions.Count == 0 && ledgers.Count == 0 && coins is null)
            return null;
        return JsonSerializer.SerializeToElement(
            new BillingExport([.. subscriptions.Select(Exported)], [.. ledgers.Select(Exported)], coins),
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
    }

    /// <summary>
    /// Counts of uses say something about a person and nothing without one, so they go; the reservations go with them, and
    /// a run that is still going on can no longer be settled. The books of the coins stay, and nobody's name on them.
    /// </summary>
    public static async Task EraseAsync(AccountEvent erase, CancellationToken cancellationToken)
    {
        await erase.Db.Set<UsageLedger>().Where(l => l.UserId == erase.UserId).ExecuteDeleteAsync(cancellationToken);
        await erase.Db.Set<Subscription>().Where(s => s.UserId == erase.UserId).ExecuteDeleteAsync(cancellationToken);
        await erase
            .Db.Set<CoinAccount>()
            .Where(account => account.UserId == erase.UserId)
            .ExecuteUpdateAsync(set => set.SetProperty(account => account.UserId, (Guid?)null), cancellationToken);
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
