using System.Net;
using Heretix.Platform.Http;
using Heretix.Tests.Integration.Platform;
using Heretix.Tests.Integration.Servers;

namespace Heretix.Tests.Integration.Http;

/// <summary>The database goes away under a request that holds a key, for longer than the lease is renewed.</summary>
public sealed class LeaseRenewalTests
{
    private const string Orders = "/api/test/orders";

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_renewal_that_failed_is_made_up_for_and_a_duplicate_stays_refused()
    {
        await using var own = new PostgresCluster();
        var database = await own.CreateDatabaseAsync();
        using var logs = new KeptLogs();
        var (runs, gate) = (0, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
        var entered = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var host = await HeretixHost.StartAsync(
            own.Url(database),
            options: new Dictionary<string, string?>
            {
                ["Heretix:Platform:IdempotencyLeaseSeconds"] = "4",
                ["Heretix:Platform:RestartWait"] = "00:00:00",
            },
            services: services =>
            {
                TestCipher.AddIfMissing(services);
                services.AddSingleton<ILoggerProvider>(logs);
            },
            routes: routes =>
                routes
                    .MapPost(
                        Orders,
                        async () =>
                        {
                            Interlocked.Increment(ref runs);
                            entered.TrySetResult();
                            await gate.Task;
                            return TypedResults.Ok();
                        }
                    )
                    .Idempotent()
        );
        var key = Guid.NewGuid().ToString();
        var first = SendAsync(host, key);
        await entered.Task;
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(Stop);
        patience.CancelAfter(TimeSpan.FromMinutes(1));
        var before = await LockedUntilAsync(own, database);

        await own.StopAsync();
        while (!logs.Lines.Any(line => line.Message.Contains("could not be renewed", StringComparison.Ordinal)))
            await Task.Delay(20, patience.Token);
        await own.StartAsync();

        // The lease as it was when the database went away is over, and the request is still known to run.
        while (await LockedUntilAsync(own, database) <= before || await NowAsync(own, database) <= before)
            await Task.Delay(20, patience.Token);
        using (var duplicate = await SendAsync(host, key))
            await duplicate.ProblemAsync(409, "request_in_progress");
        gate.SetResult();
        using var done = await first;
        done.StatusCode.ShouldBe(HttpStatusCode.OK);
        using var again = await SendAsync(host, key);
        again.Header("Idempotency-Replayed").ShouldBe("true");
        runs.ShouldBe(1);
    }

    private static async Task<HttpResponseMessage> SendAsync(HeretixHost host, string key)
    {
        using var client = host.Client();
        using var request = new HttpRequestMessage(HttpMethod.Post, Orders.Relative());
        request.Headers.Add("Idempotency-Key", key);
        request.Headers.Add("Cookie", "heretix_anon=lease");
        return await client.SendAsync(request, Stop);
    }

    private static Task<DateTime> LockedUntilAsync(PostgresCluster own, string database) =>
        own.ScalarAsync<DateTime>(database, "select locked_until from jobs.idempotency_keys");

    private static Task<DateTime> NowAsync(PostgresCluster own, string database) =>
        own.ScalarAsync<DateTime>(database, "select clock_timestamp()");
}
