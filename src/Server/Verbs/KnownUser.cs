using Heretix.Accounts.Users;
using Heretix.Platform.Database;
using Microsoft.EntityFrameworkCore;

namespace Heretix.Server.Verbs;

/// <summary>Finds the user whom an operator names.</summary>
internal static class KnownUser
{
    /// <exception cref="UserErrorException">It is no address, or nobody has it.</exception>
    public static async Task<User> OfAsync(HeretixDb db, string email, CancellationToken stop)
    {
        if (!EmailAddress.TryParse(email, out var parsed, out var problem))
            throw new UserErrorException($"'{email}' is no address: it {problem}");
        var address = parsed.Text;
        return await db.Set<User>().AsNoTracking().SingleOrDefaultAsync(found => found.Email == address, stop)
            ?? throw new UserErrorException($"no user has the address {address}");
    }
}
