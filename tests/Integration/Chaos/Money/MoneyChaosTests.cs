using System.Globalization;
using System.Security.Cryptography;

namespace Heretix.Tests.Integration.Chaos.Money;

/// <summary>
/// Money in a storm: twenty seconds here, <c>HERETIX_CHAOS_SECONDS=300</c> for a longer one, and <c>HERETIX_CHAOS_SEED</c>
/// plans the same again.
/// </summary>
public sealed class MoneyChaosTests(ITestOutputHelper output)
{
    [Fact]
    public async Task No_coin_no_plan_and_no_use_is_lost_or_doubled_while_everything_is_killed()
    {
        var seconds = Number("HERETIX_CHAOS_SECONDS") ?? 20;
        var seed = Number("HERETIX_CHAOS_SEED") ?? RandomNumberGenerator.GetInt32(int.MaxValue);
        output.WriteLine($"{seconds} seconds, HERETIX_CHAOS_SEED={seed}");
        var report = await new MoneyStorm(TimeSpan.FromSeconds(seconds), seed).RunAsync(
            TestContext.Current.CancellationToken
        );
        output.WriteLine(report.ToString());
        foreach (var error in report.Errors.Take(20))
            output.WriteLine(error);

        var because = $"HERETIX_CHAOS_SEED={seed}\n{report}";
        report.Broken.ShouldBeEmpty(because);
        report.Scene.Client.Broken.ShouldBeEmpty(because);
        // It blew: otherwise nothing was shown.
        report.Kills.ShouldBeGreaterThan(0, because);
        report.Restarts.ShouldBe(2, because);
        report.Scene.IsBusy.ShouldBeTrue(because);
        report.Events.ShouldBeGreaterThan(5, because);
    }

    private static int? Number(string variable) =>
        int.TryParse(Environment.GetEnvironmentVariable(variable), CultureInfo.InvariantCulture, out var value)
            ? value
            : null;
}
