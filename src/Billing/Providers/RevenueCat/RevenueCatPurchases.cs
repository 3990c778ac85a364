using Heretix.Billing.Events;
using Heretix.Billing.Events.Sources;
using Heretix.Billing.Subscriptions;
using Heretix.Platform.Database;
using Microsoft.EntityFrameworkCore;

namespace Heretix.Billing.Providers.RevenueCat;

/// <summary>Whose purchases are: one opens the plan of one user, and may be taken over by another.</summary>
internal sealed class RevenueCatPurchases(Subscriptions.Subscriptions subscriptions)
{
    /// <summary>The first of these who has an account, with their row locked against erasure; null when none has.</summary>
    public static async Task<Guid?> UserAsync(
        HeretixDb db,
        IReadOnlyList<Guid> named,
        CancellationToken cancellationToken
    )
    {
        foreach (var user in named)
        {
            await using var there = db.InTransaction("select id from accounts.users where id = $1 for key share", user);
            if (await there.ExecuteScalarAsync(cancellationToken) is Guid)
                return user;
        }
        return null;
    }

    /// <summary>
    /// Ends what a purchase opened for anybody else, because the store now says that it is this user's. False when somebody
    /// else has it by a later word.
    /// </summary>
    public async Task<bool> TakeFromOthersAsync(
        HeretixDb db,
        Guid user,
        string? purchase,
        DateTimeOffset asOf,
        CancellationToken cancellationToken
    )
    {
        if (purchase is null)
            return true;
        var holder = await db.Set<Subscription>()
            .AsNoTracking()
            .SingleOrDefaultAsync(
                row =>
                    row.Source == RevenueCatSource.Source
                    && row.ExternalSubscriptionId == purchase
                    && row.UserId != user,
                cancellationToken
            );
        if (holder is null)
            return true;
        if (holder.AsOf >= asOf)
            return false;
        await ReleaseAsync(db, holder, asOf, cancellationToken);
        return true;
    }

    /// <summary>All that these users bought in stores is another's now.</summary>
    public async Task<EventOutcome> TransferAsync(
        HeretixDb db,
        RevenueCatEvent said,
        DateTimeOffset asOf,
        CancellationToken cancellationToken
    )
    {
        if (await UserAsync(db, [.. said.From, .. said.To], cancellationToken) is null)
            return EventOutcome.UnknownUser with { KeepsContent = said.From.Count + said.To.Count == 0 };
        var heir = await UserAsync(db, said.To, cancellationToken);
        var taken = await db.Set<Subscription>()
            .AsNoTracking()
            .Where(row => row.Source == RevenueCatSource.Source && said.From.Contains(row.UserId))
            .OrderBy(row => row.UserId)
            .ToListAsync(cancellationToken);
        if (taken.Count == 0)
            return EventOutcome.Flag(
                "nothing_to_transfer",
                "Nothing is stored of the user whose purchase was taken over; its own events will say whose it is."
            ) with
            {
                UserId = heir,
            };
        var changed = false;
        foreach (var row in taken.Where(row => row.AsOf < asOf && row.UserId != heir))
        {
            await ReleaseAsync(db, row, asOf, cancellationToken);
            changed = true;
            if (heir is { } user)
                await subscriptions.ApplyAsync(db, Copy(row, user, asOf), cancellationToken);
        }
        return (changed ? EventOutcome.Applied : EventOutcome.Stale) with { UserId = heir };
    }

    private async Task ReleaseAsync(
        HeretixDb db,
        Subscription row,
        DateTimeOffset asOf,
        CancellationToken cancellationToken
    )
    {
        var ended = Copy(row, row.UserId, asOf) with { Status = SubscriptionStatus.Canceled };
        await subscriptions.ApplyAsync(db, ended, cancellationToken);
        // The purchase is free for its new owner.
        await using var free = db.InTransaction(
            "update billing.subscriptions set external_subscription_id = null where id = $1",
            row.Id
        );
        await free.ExecuteNonQueryAsync(cancellationToken);
    }

    private static SubscriptionState Copy(Subscription row, Guid user, DateTimeOffset asOf) =>
        new()
        {
            UserId = user,
            Source = row.Source,
            Plan = row.Plan,
            Status = row.Status,
            AsOf = asOf,
            Fetched = true,
            CurrentPeriodStart = row.CurrentPeriodStart,
            CurrentPeriodEnd = row.CurrentPeriodEnd,
            BillingAnchor = row.BillingAnchor,
            CancelAtPeriodEnd = row.CancelAtPeriodEnd,
            ExternalSubscriptionId = row.ExternalSubscriptionId,
        };
}
