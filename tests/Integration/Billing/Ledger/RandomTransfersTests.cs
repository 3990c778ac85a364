using System.Collections.Concurrent;
using System.Security.Cryptography;
using Heretix.Billing.Ledger;
using Heretix.Tests.Integration.Servers;

namespace Heretix.Tests.Integration.Billing.Ledger;

/// <summary>Everything at once and in no order, and then the books are added up.</summary>
public sealed class RandomTransfersTests(PostgresCluster postgres)
{
    private const int Workers = 20;
    private const int Users = 20;
    private const int StepsOfEach = 80;

    [Fact]
    public async Task Twenty_workers_at_random_never_make_or_lose_a_coin()
    {
        var seed = int.TryParse(Environment.GetEnvironmentVariable("HERETIX_TEST_SEED"), out var given)
            ? given
            : RandomNumberGenerator.GetInt32(int.MaxValue);
        TestContext.Current.TestOutputHelper!.WriteLine($"HERETIX_TEST_SEED={seed}");
        await using var books = await Books.OpenAsync(postgres, processes: 2);
        var users = new List<Guid>();
        for (var n = 0; n < Users; n++)
            users.Add(await books.NewUserAsync());
        var world = new World(books, users);
        await Task.WhenAll(
            Enumerable
                .Range(0, Workers)
                .Select(worker => Task.Run(() => world.WorkAsync(worker, new Random(seed + worker), StepsOfEach)))
        );

        var because = $"seed {seed}";
        await books.ShouldAddUpAsync(because);
        // What the callers were told is what the books hold, neither more nor less.
        (await books.CountAsync("billing.transfers where type <> 'signup_bonus'")).ShouldBe(world.Done.Count, because);
        (
            await books.Servers.ScalarAsync<long>(
                "select coalesce(sum(balance - receivable), 0)::bigint from billing.coin_accounts"
            )
        ).ShouldBe(Users * 50 + world.Done.Values.Sum(), because);
        world.Done.Count.ShouldBeGreaterThan(100, because);
        (await books.CountAsync("billing.transfers where flagged")).ShouldBeGreaterThan(0, because);
        (
            await books.CountAsync(
                "(select reverses from billing.transfers where type = 'refund' group by reverses having count(*) > 1) twice"
            )
        ).ShouldBe(0, because);
    }

    private sealed class World(Books books, IReadOnlyList<Guid> users)
    {
        private readonly ConcurrentBag<Guid> unlocks = [];
        private readonly ConcurrentBag<(Guid Transfer, long Coins)> purchases = [];
        private readonly Guid[] jobs = [.. Enumerable.Range(0, 50).Select(_ => Guid.NewGuid())];

        /// <summary>Transfers that somebody was told were made, each with what its person got or gave.</summary>
        public ConcurrentDictionary<Guid, long> Done { get; } = new();

        public async Task WorkAsync(int worker, Random chance, int steps)
        {
            for (var step = 0; step < steps; step++)
                await StepAsync(chance, process: worker + step);
        }

        private async Task StepAsync(Random chance, int process)
        {
            var user = users[chance.Next(users.Count)];
            long coins = chance.Next(1, 400);
            switch (chance.Next(10))
            {
                case < 4:
                    // Sometimes under a key that others use too.
                    Guid? job = chance.Next(3) == 0 ? jobs[chance.Next(jobs.Length)] : null;
                    if (Note(await books.DebitAsync(user, coins, job, process: process), -coins) is { } unlock)
                        unlocks.Add(unlock);
                    break;
                case < 6:
                    if (Note(await books.BuyAsync(user, coins, process: process), coins) is { } purchase)
                        purchases.Add((purchase, coins));
                    break;
                case 6 or 7:
                    if (unlocks.ToArray() is { Length: > 0 } open)
                    {
                        var chosen = open[chance.Next(open.Length)];
                        Note(await books.RefundAsync(chosen, process: process), -Done[chosen]);
                    }
                    break;
                case 8:
                    if (purchases.ToArray() is { Length: > 0 } bought)
                    {
                        var (transfer, paid) = bought[chance.Next(bought.Length)];
                        var back = chance.NextInt64(1, paid + 1);
                        Note(await books.ClawBackAsync(transfer, back, process: process), -back);
                    }
                    break;
                default:
                    var change = chance.Next(2) == 0 ? coins : -coins;
                    Note(await books.AdjustAsync(user, change, process: process), change);
                    break;
            }
        }

        private Guid? Note(TransferOutcome outcome, long coins)
        {
            if (outcome is not TransferOutcome.Done { Repeated: false, TransferId: var transfer })
                return null;
            Done.TryAdd(transfer, coins).ShouldBeTrue("each transfer is made for one caller");
            return transfer;
        }
    }
}
