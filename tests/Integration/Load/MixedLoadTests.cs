namespace Heretix.Tests.Integration.Load;

/// <summary>The mixed load for twenty seconds; the benchmark verb <c>server-mixed</c> runs it for as long as one likes.</summary>
public sealed class MixedLoadTests
{
    [Fact]
    public async Task No_use_is_lost_or_doubled_while_redis_dies_and_hangs_and_postgresql_restarts()
    {
        var seed = Random.Shared.Next();
        TestContext.Current.TestOutputHelper?.WriteLine($"seed {seed}");
        var load = new MixedLoad(
            new MixedLoad.Options(
                Path.Combine(AppContext.BaseDirectory, "heretix.dll"),
                TimeSpan.FromSeconds(20),
                seed,
                Visitors: 12
            )
        );
        var report = await load.RunAsync(TestContext.Current.CancellationToken);
        TestContext.Current.TestOutputHelper?.WriteLine(report.ToString());
        report.Failures.ShouldBeEmpty($"seed {seed}: {report}");
        report.Broken.ShouldBeEmpty($"seed {seed}: {report}");
        report.Checks.ShouldBeGreaterThan(10);
    }
}
