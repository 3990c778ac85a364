using Npgsql;

namespace Heretix.Billing.Usage;

/// <summary>
/// Gives back the places of overdue reservations. Each batch is one transaction; the sum of its changed rows is 1 when
/// there were any.
/// </summary>
internal static class OverdueReservations
{
    public static NpgsqlBatch OfUser(
        NpgsqlConnection connection,
        Guid user,
        string meter,
        DateTimeOffset periodStart,
        DateTimeOffset now
    ) =>
        new NpgsqlBatch(connection)
            .Add(UsageStatements.LockPlaceOfUser, user, meter, periodStart)
            .Add(UsageStatements.ExpireOfUser, user, meter, periodStart, now);

    public static NpgsqlBatch OfBrowser(
        NpgsqlConnection connection,
        string tokenHash,
        string meter,
        DateTimeOffset now
    ) =>
        new NpgsqlBatch(connection)
            .Add(UsageStatements.LockPlaceOfBrowser, tokenHash, meter)
            .Add(UsageStatements.ExpireOfBrowser, tokenHash, meter, now);
}
