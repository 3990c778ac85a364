using Heretix.Platform.Database;
using Microsoft.EntityFrameworkCore;

namespace Heretix.Accounts.Devices;

/// <summary>
/// Notes when devices were seen, together with their sessions. A device that somebody else is just changing is passed over:
/// whoever holds a session never waits for its device, since a removal takes them the other way round.
/// </summary>
internal static class DeviceSeen
{
    /// <summary>Notes the use of a session, unless somebody else did meanwhile, and of its device: one statement.</summary>
    /// <param name="db">A context.</param>
    /// <param name="sessionId">The session.</param>
    /// <param name="before">When it was seen last, as it was read.</param>
    /// <param name="now">When it is seen.</param>
    public static Task<int> NoteAsync(
        HeretixDb db,
        Guid sessionId,
        DateTimeOffset before,
        DateTimeOffset now,
        CancellationToken cancellationToken
    ) =>
        db.Database.ExecuteSqlAsync(
            $"""
            with seen as (
              update accounts.sessions set last_seen_at = {now} where id = {sessionId} and last_seen_at = {before}
              returning device_id)
            update accounts.devices set last_seen_at = greatest(last_seen_at, {now})
            where id in (
              select d.id from accounts.devices d join seen on seen.device_id = d.id for no key update of d skip locked)
            """,
            cancellationToken
        );

    /// <summary>Notes the use of a device alone.</summary>
    public static Task<int> NoteAsync(
        HeretixDb db,
        Guid deviceId,
        DateTimeOffset now,
        CancellationToken cancellationToken
    ) =>
        db.Database.ExecuteSqlAsync(
            $"""
            update accounts.devices set last_seen_at = greatest(last_seen_at, {now})
            where id in (select id from accounts.devices where id = {deviceId} for no key update skip locked)
            """,
            cancellationToken
        );
}
