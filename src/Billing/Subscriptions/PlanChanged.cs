using Heretix.Platform.Database;

namespace Heretix.Billing.Subscriptions;

/// <summary>Tells every process, once the transaction is committed, that a user's plan is no longer what a cache may hold.</summary>
internal static class PlanChanged
{
    public static async Task AnnounceAsync(HeretixDb db, Guid userId, CancellationToken cancellationToken)
    {
        await using var command = db.InTransaction("select pg_notify('cache', $1)", $"subscription:{userId}");
        await command.ExecuteNonQueryAsync(cancellationToken);
    }
}
