using Heretix.Accounts.Users;
using Heretix.Platform.Database;
using Microsoft.EntityFrameworkCore;

namespace Heretix.Server.Verbs;

/// <summary>Whom an operator means.</summary>
internal static class UserByAddress
{
    /// <summary>The user of an address, however it is spelled, or of an id, for who has no address.</summary>
    /// <exception cref="UserErrorException">It is neither, or nobody has it.</exception>
    public static async Task<User> FindAsync(HeretixDb db, string email, CancellationToken stop)
    {
        var users = db.Set<User>().AsNoTracking();
        if (Guid.TryParseExact(email, "D", out var id))
            return await users.SingleOrDefaultAsync(found => found.Id == id, stop)
                ?? throw new UserErrorException($"no user has the id {id}");
        if (!EmailAddress.TryParse(email, out var parsed, out var problem))
            throw new UserErrorException($"'{email}' is no address: it {problem}");
        var address = parsed.Text;
        return await users.SingleOrDefaultAsync(found => found.Email == address, stop)
            ?? throw new UserErrorException($"no user has the address {address}");
    }
}
