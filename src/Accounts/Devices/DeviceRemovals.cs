using Heretix.Accounts.Sessions;
using Heretix.Accounts.Users;
using Heretix.Platform.Database;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace Heretix.Accounts.Devices;

/// <summary>
/// Removes devices, a few a day: otherwise one place would do for any number of them. The count is one statement that takes
/// from the day's allowance only what is left of it.
/// </summary>
internal sealed class DeviceRemovals(IOptions<AccountsOptions> options)
{
    /// <summary>
    /// Has everybody who changes the devices of a user wait for each other, in the open transaction of <paramref name="db"/>.
    /// A statement of its own: what is read after the wait is what the others left. It comes before sessions and devices are
    /// touched, in which order they are touched everywhere.
    /// </summary>
    public static Task LockAsync(HeretixDb db, Guid userId, CancellationToken cancellationToken) =>
        UserLock.TakeAsync(db, userId, cancellationToken);

    /// <summary>When the allowance of the day is renewed.</summary>
    public static DateTimeOffset NextDay(DateTimeOffset now) => new(now.UtcDateTime.Date.AddDays(1), TimeSpan.Zero);

    /// <summary>How many devices the user may still remove on the day.</summary>
    public async Task<int> LeftAsync(HeretixDb db, Guid userId, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var day = DateOnly.FromDateTime(now.UtcDateTime);
        var used = await db.Set<DeviceRemoval>()
            .Where(removal => removal.UserId == userId && removal.Day == day)
            .Select(removal => removal.Used)
            .SingleOrDefaultAsync(cancellationToken);
        return Math.Max(0, options.Value.DeviceRemovalsPerDay - used);
    }

    /// <summary>
    /// Removes a device and ends its sessions, in the open transaction of <paramref name="db"/>, whose user is locked.
    /// </summary>
    /// <returns>False when the day's allowance is used up; then nothing was removed.</returns>
    public async Task<bool> RemoveAsync(
        HeretixDb db,
        Guid userId,
        Guid deviceId,
        DateTimeOffset now,
        CancellationToken cancellationToken
    )
    {
        var day = DateOnly.FromDateTime(now.UtcDateTime);
        var taken = await db.Database.ExecuteSqlAsync(
            $"""
            insert into accounts.device_removals as r (user_id, day, used) values ({userId}, {day}, 1)
            on conflict (user_id, day) do update set used = r.used + 1 where r.used < {options.Value.DeviceRemovalsPerDay}
            """,
            cancellationToken
        );
        if (taken == 0)
            return false;
        // Before the device, although they would go with it: a refresh holds its session and then looks for the device.
        await db.Set<Session>().Where(session => session.DeviceId == deviceId).ExecuteDeleteAsync(cancellationToken);
        await db.Set<Device>()
            .Where(device => device.Id == deviceId && device.UserId == userId)
            .ExecuteDeleteAsync(cancellationToken);
        return true;
    }
}
