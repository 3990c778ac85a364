using Heretix.Accounts.Entitlements;
using Heretix.Platform.Database;
using Microsoft.EntityFrameworkCore;

namespace Heretix.Accounts.Devices;

/// <summary>
/// Lets devices in at sign-in: known ones always, new ones as many as the plan allows. Whoever signs in as the same user
/// waits for the one before, in whatever process, so that two never take the same last place.
/// </summary>
internal sealed class DeviceAdmission(IEntitlements entitlements, DeviceRemovals removals, TimeProvider time)
{
    /// <summary>Lets a device in, or says why not, in the open transaction of <paramref name="db"/>.</summary>
    /// <param name="db">A context with an open transaction; it rolls back unless the device was admitted.</param>
    /// <param name="userId">A user who has proven to be that.</param>
    /// <param name="device">The device of the request.</param>
    public async Task<DeviceEntry> EnterAsync(
        HeretixDb db,
        Guid userId,
        PresentedDevice device,
        CancellationToken cancellationToken
    )
    {
        await DeviceRemovals.LockAsync(db, userId, cancellationToken);
        var now = time.GetUtcNow();
        var hash = device.Hash();
        if (await RecogniseAsync(db, userId, hash, device, now, cancellationToken) is { } known)
            return new DeviceEntry.Admitted(known);
        var limit = await entitlements.DeviceLimitAsync(db, userId, cancellationToken);
        var others = await db.Set<Device>()
            .AsNoTracking()
            .Where(other => other.UserId == userId)
            .OrderBy(other => other.LastSeenAt)
            .ThenBy(other => other.Id)
            .ToListAsync(cancellationToken);
        Guid? replaced = null;
        if (others.Count >= limit)
        {
            var replaceable = limit > 0 ? others[0] : null;
            if (replaceable is null || !device.Replaces)
                return new DeviceEntry.LimitReached(
                    limit,
                    others,
                    replaceable,
                    await removals.LeftAsync(db, userId, now, cancellationToken)
                );
            // One for one: after a downgrade there may be more than the limit, but never more than before.
            if (!await removals.RemoveAsync(db, userId, replaceable.Id, now, cancellationToken))
                return new DeviceEntry.ReplacementsUsedUp(DeviceRemovals.NextDay(now));
            replaced = replaceable.Id;
        }
        var added = new Device
        {
            Id = Guid.CreateVersion7(now),
            UserId = userId,
            FingerprintHash = hash,
            Name = device.GivenName ?? device.Label,
            Platform = device.Platform,
            CreatedAt = now,
            LastSeenAt = now,
        };
        db.Add(added);
        await db.SaveChangesAsync(cancellationToken);
        return new DeviceEntry.Admitted(added.Id, replaced);
    }

    /// <summary>The user's device with this fingerprint, seen now and called as it calls itself now; null when it is new.</summary>
    private static async Task<Guid?> RecogniseAsync(
        HeretixDb db,
        Guid userId,
        byte[] hash,
        PresentedDevice device,
        DateTimeOffset now,
        CancellationToken cancellationToken
    )
    {
        var known = db.Set<Device>().Where(other => other.UserId == userId && other.FingerprintHash == hash);
        var seen = await known.ExecuteUpdateAsync(
            set =>
                set.SetProperty(other => other.LastSeenAt, other => other.LastSeenAt > now ? other.LastSeenAt : now)
                    .SetProperty(other => other.Name, other => device.GivenName ?? other.Name)
                    .SetProperty(other => other.Platform, other => device.Platform ?? other.Platform),
            cancellationToken
        );
        return seen == 0 ? null : await known.Select(other => (Guid?)other.Id).SingleAsync(cancellationToken);
    }
}
