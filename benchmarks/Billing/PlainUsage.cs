using Heretix.Billing;
using Heretix.Billing.Usage;
using Npgsql;

namespace Heretix.Benchmarks.Billing;

/// <summary>What reserving and settling a use is to the database, without the server around it: four round trips.</summary>
internal sealed class PlainUsage(NpgsqlDataSource source)
{
    private static readonly DateTimeOffset Month = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private long uses;

    /// <summary>Uses so far.</summary>
    public long Uses => Interlocked.Read(ref uses);

    public async Task UseAsync(Guid user)
    {
        var now = TimeProvider.System.GetUtcNow();
        var reservation = Guid.CreateVersion7();
        await using (var connection = await source.OpenConnectionAsync())
        {
            await using (var standing = connection.Command(UsageReader.UserStatement, user))
            await using (var rows = await standing.ExecuteReaderAsync())
            {
                while (await rows.ReadAsync()) { }
            }
            await using var take = connection.Command(
                UsageStatements.TakeForUser,
                Guid.CreateVersion7(),
                user,
                Meters.SolveSessions,
                "pro",
                Month,
                Month.AddMonths(1),
                null,
                now,
                reservation,
                now.AddMinutes(5)
            );
            await take.ExecuteNonQueryAsync();
        }
        await using (var connection = await source.OpenConnectionAsync())
        {
            await using var transaction = await connection.BeginTransactionAsync();
            await using (var settle = connection.Command(UsageStatements.SettleOpen, reservation, now))
                await settle.ExecuteNonQueryAsync();
            await transaction.CommitAsync();
        }
        Interlocked.Increment(ref uses);
    }
}
