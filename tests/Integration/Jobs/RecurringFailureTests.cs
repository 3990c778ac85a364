using Heretix.Platform.Jobs;
using Heretix.Platform.Settings;
using Heretix.Tests.Integration.Servers;

namespace Heretix.Tests.Integration.Jobs;

/// <summary>What is known about a recurring job belongs to no worker.</summary>
public sealed class RecurringFailureTests(PostgresCluster postgres) : JobsTest(postgres)
{
    private const string Sweep = "test.sweep";
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    [Fact]
    public async Task A_failure_that_another_worker_recorded_is_forgotten_after_a_success()
    {
        await using var api = await HostAsync();
        await using (await WorkerAsync(static () => throw new InvalidOperationException("not here")))
            await UntilAsync(async () => await FailedAsync(api) is not null);
        (await FailedAsync(api))!.Error.ShouldBe("not here");

        await using var other = await WorkerAsync(static () => 0);
        await UntilAsync(async () => await FailedAsync(api) is null);
    }

    private Task<HeretixHost> WorkerAsync(Func<int> sweep) =>
        HostAsync(
            ServerRole.Worker,
            services => services.AddSweep(Sweep, Second, (_, _, _) => Task.FromResult(sweep()))
        );

    private static async Task<JobEntry?> FailedAsync(HeretixHost host) =>
        (await Admin(host).ListAsync(cancellationToken: Cancel)).SingleOrDefault(job =>
            job.State == JobState.Failed && job.Kind == Sweep
        );
}
