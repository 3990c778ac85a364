using Heretix.Platform.Database;
using Microsoft.EntityFrameworkCore;

namespace Heretix.Accounts.Users;

/// <summary>
/// The turn of a user: whatever depends on what the user has (a second factor, open sessions) and changes it, takes the
/// user's row first. Rows that only refer to the user do not wait for it.
/// </summary>
internal static class UserLock
{
    /// <summary>
    /// Waits for the user's row and holds it to the end of the open transaction of <paramref name="db"/>. What is read after
    /// it is what the others left.
    /// </summary>
    /// <returns>The user as of now; null when there is none.</returns>
    public static async Task<User?> TakeAsync(HeretixDb db, Guid userId, CancellationToken cancellationToken)
    {
        var found = await db.Set<User>()
            .FromSql($"select * from accounts.users where id = {userId} for no key update")
            .AsNoTracking()
            .ToListAsync(cancellationToken);
        return found.SingleOrDefault();
    }
}
