using Heretix.Tests.Integration.Servers;

namespace Heretix.Tests.Integration.Chaos.Money;

/// <summary>
/// Ends one of the two processes, and sometimes both, every two to five seconds with SIGKILL, and PostgreSQL twice with
/// <c>-m immediate</c>. While a process is still starting the other is left alone, so that something goes on.
/// </summary>
internal sealed class Killer(StormServers servers, PostgresCluster postgres, int seed)
{
    private const int Stream = -1;

    /// <summary>How many processes were killed.</summary>
    public int Kills { get; private set; }

    /// <summary>How often PostgreSQL was.</summary>
    public int Restarts { get; private set; }

    /// <summary>Until the storm is over.</summary>
    public Task RunAsync(TimeSpan time, CancellationToken storm) =>
        Task.WhenAll(KillAsync(storm), RestartAsync(time / 3, storm));

    private async Task KillAsync(CancellationToken storm)
    {
        for (var number = 0; ; number++)
        {
            var chance = StormPlan.Chance(seed, Stream, number);
            if (!await WaitAsync(TimeSpan.FromMilliseconds(chance.Next(2000, 5000)), storm))
                return;
            var (victim, both) = (chance.Next(2), chance.Next(6) == 0);
            while (!(await servers.IsReadyAsync(0) && await servers.IsReadyAsync(1)))
            {
                if (!await WaitAsync(TimeSpan.FromMilliseconds(50), storm))
                    return;
            }
            await servers.KillAsync(victim);
            Kills++;
            if (!both)
                continue;
            await servers.KillAsync(1 - victim);
            Kills++;
        }
    }

    private async Task RestartAsync(TimeSpan each, CancellationToken storm)
    {
        for (; Restarts < 2; Restarts++)
        {
            if (!await WaitAsync(each * 0.9, storm))
                return;
            await postgres.StopAsync("QUIT");
            await postgres.StartAsync();
        }
    }

    private static async Task<bool> WaitAsync(TimeSpan time, CancellationToken storm)
    {
        await Task.Delay(time, storm).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        return !storm.IsCancellationRequested;
    }
}
