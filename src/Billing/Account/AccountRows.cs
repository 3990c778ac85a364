using System.Text.Json;
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
        if (subscriptions.Count == 0 && ledgers.Count == 0)
            return null;
        return JsonSerializer.SerializeToElement(
            new BillingExport([.. subscriptions.Select(Exported)], [.. ledgers.Select(Exported)]),
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
    /// a run that is still going on can no longer be settled.
    /// </summary>
    public static async Task EraseAsync(AccountEvent erase, CancellationToken cancellationToken)
    {
        await erase.Db.Set<UsageLedger>().Where(l => l.UserId == erase.UserId).ExecuteDeleteAsync(cancellationToken);
        await erase.Db.Set<Subscription>().Where(s => s.UserId == erase.UserId).ExecuteDeleteAsync(cancellationToken);
        await erase
            .Services.GetRequiredService<ICacheAnnouncements>()
            .AnnounceAsync(erase.Db, CacheKeys.Subscription(erase.UserId), cancellationToken);
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
