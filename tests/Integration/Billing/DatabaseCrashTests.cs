using Heretix.Billing.Plans;
using Heretix.Billing.Usage;
using Heretix.Tests.Integration.Servers;
using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace Heretix.Tests.Integration.Billing;

/// <summary>The database is killed between reserving and settling, and while it settles.</summary>
public sealed class DatabaseCrashTests
{
    [Fact]
    public async Task Every_use_is_counted_once_although_the_database_is_killed_while_they_are_settled()
    {
        await using var postgres = new PostgresCluster();
        await using var servers = await BillingServers.StartAsync(postgres, processes: 2);
        var user = UsageSubject.OfUser(await servers.AddUserAsync());
        await servers.GrantAsync(user.UserId!.Value, PlanNames.Core);
        var reservations = new List<Guid>();
        for (var n = 0; n < 60; n++)
            reservations.Add(await servers.ReserveAsync(user, process: n));

        await postgres.StopAsync("QUIT");
        await postgres.StartAsync();
        var settling = reservations.Select((reservation, n) => UntilItAnswersAsync(servers, reservation, n)).ToList();
        await Task.WhenAny(settling);
        await postgres.StopAsync("QUIT");
        await postgres.StartAsync();

        (await Task.WhenAll(settling)).ShouldAllBe(view => view != null);
        (await servers.Meter().ViewAsync(user, Meters.Checks, Stop)).Used.ShouldBe(60);
        await servers.CountsShouldBeTrueAsync();
    }

    private static async Task<UsageView?> UntilItAnswersAsync(BillingServers servers, Guid reservation, int process)
    {
        while (true)
        {
            try
            {
                return await servers.SettleAsync(reservation, process);
            }
            catch (Exception gone) when (gone is NpgsqlException or InvalidOperationException or DbUpdateException)
            {
                await Task.Delay(20, Stop);
            }
        }
    }

    private static CancellationToken Stop => TestContext.Current.CancellationToken;
}
