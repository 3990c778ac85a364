using Heretix.Platform.Database;
using Heretix.Platform.Modules;
using Microsoft.EntityFrameworkCore;

namespace Heretix.Accounts.Users;

/// <summary>
/// Finds the user of a proven address, or makes one. However many sign-ins of a new address come at once, to however
/// many processes, one row is made, and what other rooms do for a new user happens once, in the same transaction.
/// </summary>
internal sealed class UserArrival(ModelParts parts, IServiceProvider services, TimeProvider time)
{
    /// <summary>The user of an address.</summary>
    /// <param name="db">A context with an open transaction.</param>
    /// <param name="address">An address that its owner has proven.</param>
    /// <returns>The user, and whether it is new.</returns>
    public async Task<(User User, bool IsNew)> FindOrCreateAsync(
        HeretixDb db,
        string address,
        CancellationToken cancellationToken
    )
    {
        var now = time.GetUtcNow();
        var id = Guid.CreateVersion7(now);
        // A second insertion waits here for the first one's commit, and then finds the row.
        var inserted = await db.Database.ExecuteSqlAsync(
            $"""
            insert into accounts.users (id, email, status, created_at, updated_at)
            values ({id}, {address}, 'active', {now}, {now})
            on conflict (email) do nothing
            """,
            cancellationToken
        );
        var user = await db.Set<User>().SingleAsync(user => user.Email == address, cancellationToken);
        if (inserted == 0)
            return (user, false);
        await WelcomeAsync(db, user, cancellationToken);
        return (user, true);
    }

    /// <summary>
    /// Makes a user without an address, in the open transaction of <paramref name="db"/>. That it happens once for a person
    /// is up to whoever calls.
    /// </summary>
    public async Task<User> CreateWithoutAddressAsync(HeretixDb db, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var user = new User
        {
            Id = Guid.CreateVersion7(now),
            CreatedAt = now,
            UpdatedAt = now,
        };
        db.Add(user);
        await db.SaveChangesAsync(cancellationToken);
        await WelcomeAsync(db, user, cancellationToken);
        return user;
    }

    private async Task WelcomeAsync(HeretixDb db, User user, CancellationToken cancellationToken)
    {
        foreach (var module in parts.Modules)
            await module.OnUserCreatedAsync(new AccountEvent(db, user.Id, services), cancellationToken);
        await db.SaveChangesAsync(cancellationToken);
    }
}
