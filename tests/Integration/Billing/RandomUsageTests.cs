using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using Heretix.Billing.Plans;
using Heretix.Billing.Subscriptions;
using Heretix.Billing.Usage;
using Heretix.Tests.Integration.Servers;

namespace Heretix.Tests.Integration.Billing;

/// <summary>Everything at once and in no order, and then the books are checked.</summary>
public sealed class RandomUsageTests(PostgresCluster postgres)
{
    private const int Workers = 20;
    private const int StepsOfEach = 120;
    private static readonly string[] SomePlans = [PlanNames.Starter, PlanNames.Core, PlanNames.Pro];

    [Fact]
    public async Task Twenty_workers_at_random_on_two_servers_never_lose_or_double_a_use()
    {
        var seed = int.TryParse(Environment.GetEnvironmentVariable("HERETIX_TEST_SEED"), out var given)
            ? given
            : RandomNumberGenerator.GetInt32(int.MaxValue);
        TestContext.Current.TestOutputHelper!.WriteLine($"HERETIX_TEST_SEED={seed}");
        var time = new HeldTime(new DateTimeOffset(2026, 1, 29, 0, 0, 0, TimeSpan.Zero));
        await using var servers = await BillingServers.StartAsync(
            postgres,
            processes: 2,
            time,
            options: new Dictionary<string, string?>
            {
                ["Heretix:Billing:Plans:starter:Checks"] = "5",
                ["Heretix:Billing:Plans:core:Checks"] = "9",
                ["Heretix:Billing:Plans:pro:Checks"] = "unlimited",
            }
        );
        var world = new World(servers, time, new Random(seed));
        for (var n = 0; n < 5; n++)
            world.Subjects.Add(UsageSubject.OfUser(await servers.AddUserAsync($"{n}@example.org")));
        for (var n = 0; n < 3; n++)
            world.Subjects.Add(UsageSubject.OfBrowser($"{n}".PadLeft(64, '0')));

        await Task.WhenAll(
            Enumerable.Range(0, Workers).Select(worker => Task.Run(() => world.WorkAsync(worker, StepsOfEach)))
        );

        time.Advance(TimeSpan.FromHours(1));
        await servers.SweepAsync();
        var because = $"seed {seed}";
        await servers.CountsShouldBeTrueAsync();
        (await Count("state = 'open'")).ShouldBe(0, because);
        (await Count("state = 'settled'")).ShouldBe(world.Settled.Count, because);
        world.Settled.Count.ShouldBeGreaterThan(20, because);
        world.Released.Keys.Intersect(world.Settled.Keys).ShouldBeEmpty(because);
        (
            await servers.ScalarAsync<long>(
                "select count(*) from billing.usage_ledger where period_start = '-infinity' and used > 3"
            )
        ).ShouldBe(0, because);
        (await servers.ScalarAsync<long>("select count(*) from billing.anonymous_usage where used > 1")).ShouldBe(
            0,
            because
        );
        (await servers.ScalarAsync<long>("select count(*) from billing.usage_ledger")).ShouldBeGreaterThan(10, because);

        Task<long> Count(string condition) =>
            servers.ScalarAsync<long>($"select count(*) from billing.usage_reservations where {condition}");
    }

    private sealed class World(BillingServers servers, HeldTime time, Random seeds)
    {
        private readonly ConcurrentQueue<Guid> reservations = new();
        private readonly ConcurrentQueue<SubscriptionState> states = new();

        public List<UsageSubject> Subjects { get; } = [];

        /// <summary>Reservations whose settlement was confirmed at least once.</summary>
        public ConcurrentDictionary<Guid, bool> Settled { get; } = new();

        /// <summary>Reservations that somebody was told are not to be delivered after a release.</summary>
        public ConcurrentDictionary<Guid, bool> Released { get; } = new();

        public async Task WorkAsync(int worker, int steps)
        {
            Random chance;
            lock (seeds)
                chance = new Random(seeds.Next());
            for (var step = 0; step < steps; step++)
                await StepAsync(chance, process: worker + step);
        }

        private async Task StepAsync(Random chance, int process)
        {
            var subject = Subjects[chance.Next(Subjects.Count)];
            switch (chance.Next(20))
            {
                case < 8:
                    await ReserveAsync(subject, chance, process);
                    break;
                case < 12:
                    if (TryPick(reservations, chance, out var settled))
                        await SettleAsync(settled, process);
                    break;
                case 12:
                    if (TryPick(reservations, chance, out var released))
                        await servers.ReleaseAsync(released, process);
                    break;
                case 13:
                    await servers.Meter(process).RenewAsync([.. reservations.TakeLast(chance.Next(20))], Stop);
                    break;
                case 14:
                    await servers.SweepAsync(process);
                    break;
                case 15:
                    time.Advance(
                        chance.Next(10) == 0
                            ? TimeSpan.FromDays(chance.Next(20))
                            : TimeSpan.FromSeconds(chance.Next(200))
                    );
                    break;
                case 16:
                    if (TryPick(states, chance, out var replayed))
                        await servers.ApplyAsync(replayed, process);
                    break;
                case 17 or 18:
                    if (subject.UserId is { } user)
                        await ChangePlanAsync(user, chance, process);
                    break;
                default:
                    var view = await servers.Meter(process).ViewAsync(subject, Meters.Checks, Stop);
                    view.Used.ShouldBeLessThanOrEqualTo(view.Allowed ?? int.MaxValue);
                    break;
            }
        }

        private async Task ReserveAsync(UsageSubject subject, Random chance, int process)
        {
            var decision = await servers.Meter(process).ReserveAsync(subject, Meters.Checks, Stop);
            if (decision is not UsageDecision.Reserved { Reservation: var reservation })
                return;
            reservations.Enqueue(reservation);
            if (chance.Next(2) == 0)
                await SettleAsync(reservation, process);
        }

        private async Task SettleAsync(Guid reservation, int process)
        {
            if (await servers.SettleAsync(reservation, process) is not null)
                Settled[reservation] = true;
            else if (
                await servers.ScalarAsync<string>(
                    $"select state from billing.usage_reservations where id = '{reservation}'"
                ) == UsageReservation.Released
            )
                Released[reservation] = true;
        }

        private async Task ChangePlanAsync(Guid user, Random chance, int process)
        {
            var now = time.GetUtcNow();
            var start = chance.Next(3) == 0 ? now : new DateTimeOffset(now.Year, now.Month, 1, 0, 0, 0, TimeSpan.Zero);
            var state = new SubscriptionState
            {
                UserId = user,
                Source = chance.Next(4) == 0 ? "revenuecat" : "stripe",
                Plan = SomePlans[chance.Next(SomePlans.Length)],
                Status = (SubscriptionStatus)Math.Max(0, chance.Next(6) - 2),
                AsOf = now,
                Fetched = chance.Next(2) == 0,
                BillingAnchor = start,
                CurrentPeriodStart = start,
                CurrentPeriodEnd = start.AddMonths(1),
            };
            states.Enqueue(state);
            await servers.ApplyAsync(state, process);
        }

        private static bool TryPick<T>(ConcurrentQueue<T> queue, Random chance, [MaybeNullWhen(false)] out T picked)
        {
            var all = queue.ToArray();
            picked = all.Length == 0 ? default : all[chance.Next(all.Length)];
            return all.Length > 0;
        }
    }

    private static CancellationToken Stop => TestContext.Current.CancellationToken;
}
