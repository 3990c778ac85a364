using Heretix.Platform.Database;

namespace Heretix.Accounts.Entitlements;

/// <summary>What a user is entitled to as far as accounts must know; answered by billing.</summary>
public interface IEntitlements
{
    /// <summary>
    /// How many devices the user's plan allows, read now and on the connection of <paramref name="db"/>: whoever decides
    /// by it holds that one already, and a request holds no second.
    /// </summary>
    Task<int> DeviceLimitAsync(HeretixDb db, Guid userId, CancellationToken cancellationToken);
}
