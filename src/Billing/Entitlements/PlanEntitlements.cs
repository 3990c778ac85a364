using Heretix.Accounts.Entitlements;
using Heretix.Billing.Usage;
using Heretix.Platform.Database;

namespace Heretix.Billing.Entitlements;

/// <summary>What the user's plan entitles them to, read from the database every time.</summary>
internal sealed class PlanEntitlements(UsageReader reader) : IEntitlements
{
    public async Task<int> DeviceLimitAsync(HeretixDb db, Guid userId, CancellationToken cancellationToken)
    {
        var connection = await db.OpenAsync(cancellationToken);
        var standing = await reader.StandingAsync(connection, UsageSubject.OfUser(userId), cancellationToken);
        return standing.Plan.Devices;
    }
}
