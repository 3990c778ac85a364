using Heretix.Billing.Ledger;
using Heretix.Tests.Integration.Servers;
using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace Heretix.Tests.Integration.Billing.Ledger;

/// <summary>The database is killed while coins move, and everybody asks again.</summary>
public sealed class LedgerCrashTests
{
    private const int Unlocks = 80;

    [Fact]
    public async Task Every_unlock_is_paid_once_although_the_database_is_killed_twice_while_they_are_paid()
    {
        await using var postgres = new PostgresCluster();
        await using var books = await Books.OpenAsync(postgres, processes: 2);
        var user = await books.UserWithAsync(Unlocks * 10 + 5);
        var paying = Enumerable
            .Range(0, Unlocks)
            .Select(n => Task.Run(() => UntilItAnswersAsync(() => books.DebitAsync(user, 10, JobOf(n), process: n))))
            .ToList();
        for (var kill = 1; kill <= 2; kill++)
        {
            var many = kill * Unlocks / 4;
            while (paying.Count(each => each.IsCompleted) < many)
                await Task.Delay(1, Books.Stop);
            await postgres.StopAsync("QUIT");
            await postgres.StartAsync();
        }
        (await Task.WhenAll(paying)).ShouldAllBe(outcome => outcome is TransferOutcome.Done);
        (await books.BalanceAsync(user)).ShouldBe(5);
        (await books.CountAsync("billing.transfers where type = 'insight_unlock'")).ShouldBe(Unlocks);

        // What was answered before the kills is still there, under the same keys.
        var unlocks = await Task.WhenAll(
            Enumerable.Range(0, Unlocks).Select(n => books.DebitAsync(user, 10, JobOf(n), process: n))
        );
        unlocks.ShouldAllBe(outcome => ((TransferOutcome.Done)outcome).Repeated);
        await books.ShouldAddUpAsync();
    }

    private static Guid JobOf(int number) => new($"00000000-0000-4000-8000-{number:D12}");

    private static async Task<TransferOutcome> UntilItAnswersAsync(Func<Task<TransferOutcome>> move)
    {
        while (true)
        {
            try
            {
                return await move();
            }
            catch (Exception gone) when (gone is NpgsqlException or InvalidOperationException or DbUpdateException)
            {
                await Task.Delay(20, Books.Stop);
            }
        }
    }
}
