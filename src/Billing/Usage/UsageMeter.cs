using System.Data;
using System.Data.Common;
using Heretix.Billing.Plans;
using Heretix.Platform.Database;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using Npgsql;

namespace Heretix.Billing.Usage;

/// <summary>
/// Counts in the database alone: whether there is room is a condition of the very statement that takes it, and a
/// constraint stands behind it. So it does not matter how many processes count.
/// </summary>
internal sealed class UsageMeter(
    IDbContextFactory<HeretixDb> contexts,
    UsageReader reader,
    UsageMetrics metrics,
    IOptions<BillingOptions> options,
    TimeProvider time
) : IUsageMeter
{
    public async Task<UsageDecision> ReserveAsync(
        UsageSubject subject,
        string meter,
        CancellationToken cancellationToken
    )
    {
        var decision = await DecideAsync(subject, meter, cancellationToken);
        metrics.Decided(meter, decision);
        return decision;
    }

    private async Task<UsageDecision> DecideAsync(
        UsageSubject subject,
        string meter,
        CancellationToken cancellationToken
    )
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var connection = await db.OpenAsync(cancellationToken);
        var standing = await reader.StandingAsync(connection, subject, cancellationToken);
        try
        {
            while (true)
            {
                // From here on the caller's token is not heard: a reservation that was made and of which nobody knows
                // would keep its place until it expires.
                if (await PlaceAsync(connection, new UsagePlace(subject, meter, standing)) is { } reserved)
                    return reserved;
                var usage = await reader.ReadAsync(connection, subject, cancellationToken);
                if (usage.Standing == standing)
                    return Refused(usage, meter);
                // The plan changed meanwhile, so there was no room in a period that is over.
                standing = usage.Standing;
            }
        }
        catch (PostgresException gone) when (gone.ConstraintName == UsageLedgerMapping.UserForeignKey)
        {
            // The account was erased while its request was on the way.
            return Refused(new UsageSnapshot(reader.OfBrowsers, new Dictionary<string, UsageCount>()), meter);
        }
    }

    private async Task<UsageDecision.Reserved?> PlaceAsync(NpgsqlConnection connection, UsagePlace place) =>
        place.Allowance.Limit == 0
            ? null
            : await TakeAsync(connection, place)
                ?? (await ExpireAsync(connection, place) > 0 ? await TakeAsync(connection, place) : null);

    public async Task<IReadOnlyList<Guid>> RenewAsync(
        IReadOnlyCollection<Guid> reservations,
        CancellationToken cancellationToken
    )
    {
        if (reservations.Count == 0)
            return [];
        var now = time.GetUtcNow();
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var connection = await db.OpenAsync(cancellationToken);
        await using var command = connection.Command(
            UsageStatements.Renew,
            reservations.ToArray(),
            now,
            now + options.Value.ReservationExpiry
        );
        var gone = reservations.ToHashSet();
        await using var rows = await command.ExecuteReaderAsync(cancellationToken);
        while (await rows.ReadAsync(cancellationToken))
            gone.Remove(rows.GetGuid(0));
        return [.. gone];
    }

    public async Task<UsageView?> SettleAsync(HeretixDb db, Guid reservation, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        return await SettleOpenAsync(db, reservation, now, cancellationToken)
            ?? await OneAsync(db.InTransaction(UsageStatements.SettleExpired, reservation, now), cancellationToken)
            ?? await OneAsync(db.InTransaction(UsageStatements.SettledView, reservation), cancellationToken);
    }

    public async Task ReleaseAsync(HeretixDb db, Guid reservation, CancellationToken cancellationToken)
    {
        await using var batch = db.BatchInTransaction()
            .Add(UsageStatements.LockPlaceOfReservation, reservation)
            .Add(UsageStatements.Release, reservation, time.GetUtcNow());
        await batch.ExecuteNonQueryAsync(cancellationToken);
    }

    public async Task<UsageView> ViewAsync(UsageSubject subject, string meter, CancellationToken cancellationToken)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var connection = await db.OpenAsync(cancellationToken);
        return (await reader.ReadAsync(connection, subject, cancellationToken)).View(meter);
    }

    private static UsageDecision.Refused Refused(UsageSnapshot usage, string meter) =>
        new(
            usage.Standing.Plan.Name switch
            {
                PlanNames.Anonymous => "require_signin",
                PlanNames.Trial => "require_subscription",
                _ => "limit_reached",
            },
            usage.View(meter)
        );

    /// <returns>The reservation; null when there is no room.</returns>
    private async Task<UsageDecision.Reserved?> TakeAsync(NpgsqlConnection connection, UsagePlace place)
    {
        var now = time.GetUtcNow();
        var reservation = Guid.CreateVersion7(now);
        await using var command = place.Take(
            connection,
            reservation,
            now,
            expires: now + options.Value.ReservationExpiry
        );
        try
        {
            await using var row = await command.ExecuteReaderAsync(CommandBehavior.SingleRow, CancellationToken.None);
            return await row.ReadAsync(CancellationToken.None)
                ? new UsageDecision.Reserved(reservation, place.View(used: row.GetInt32(0), reserved: row.GetInt32(1)))
                : null;
        }
        catch (NpgsqlException lost) when (lost is not PostgresException)
        {
            // It may have been made all the same, and would keep its place until it expires. One connection at a time.
            await connection.CloseAsync();
            await TryReleaseAsync(reservation);
            throw;
        }
    }

    private async Task TryReleaseAsync(Guid reservation)
    {
        try
        {
            await using var db = await contexts.CreateDbContextAsync();
            await using var transaction = await db.Database.BeginTransactionAsync();
            await ReleaseAsync(db, reservation, CancellationToken.None);
            await transaction.CommitAsync();
        }
        catch (Exception gone) when (gone is DbException or InvalidOperationException or TimeoutException)
        {
            // The first failure is what is told.
        }
    }

    private async Task<int> ExpireAsync(NpgsqlConnection connection, UsagePlace place)
    {
        await using var batch = place.Expire(connection, time.GetUtcNow());
        return await batch.ExecuteNonQueryAsync(CancellationToken.None);
    }

    private static async Task<UsageView?> SettleOpenAsync(
        HeretixDb db,
        Guid reservation,
        DateTimeOffset now,
        CancellationToken cancellationToken
    )
    {
        await using var batch = db.BatchInTransaction()
            .Add(UsageStatements.LockPlaceOfReservation, reservation)
            .Add(UsageStatements.SettleOpen, reservation, now);
        await using var rows = await batch.ExecuteReaderAsync(cancellationToken);
        await rows.NextResultAsync(cancellationToken);
        return await OneAsync(rows, cancellationToken);
    }

    private static async Task<UsageView?> OneAsync(NpgsqlCommand command, CancellationToken cancellationToken)
    {
        await using (command)
        {
            await using var row = await command.ExecuteReaderAsync(CommandBehavior.SingleRow, cancellationToken);
            return await OneAsync(row, cancellationToken);
        }
    }

    private static async Task<UsageView?> OneAsync(NpgsqlDataReader row, CancellationToken cancellationToken) =>
        await row.ReadAsync(cancellationToken)
            ? UsageViews.Of(
                plan: row.GetString(0),
                allowance: row.IsDBNull(1) ? Allowance.Unlimited : row.GetInt32(1),
                used: row.GetInt32(2),
                reserved: row.GetInt32(3),
                periodStart: row.IsDBNull(4) ? UsageLedger.Lifetime : row.GetFieldValue<DateTimeOffset>(4),
                periodEnd: row.IsDBNull(5) ? null : row.GetFieldValue<DateTimeOffset>(5)
            )
            : null;
}
