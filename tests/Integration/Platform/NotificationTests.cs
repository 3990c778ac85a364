using System.Collections.Concurrent;
using Heretix.Platform.Notifications;
using Heretix.Tests.Integration.Servers;
using Microsoft.Extensions.Logging.Abstractions;
using static Heretix.Tests.Integration.Platform.RespClientTests;

namespace Heretix.Tests.Integration.Platform;

/// <summary>The one listener of a process.</summary>
public sealed class NotificationTests(PostgresCluster postgres)
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Subscribers_hear_their_channel_and_first_that_they_do()
    {
        var database = await postgres.CreateDatabaseAsync();
        using var listener = Listener(postgres.ConnectionString(database));
        var (early, late, other) = (
            new ConcurrentQueue<string?>(),
            new ConcurrentQueue<string?>(),
            new ConcurrentQueue<string?>()
        );
        using var first = listener.Subscribe("jobs", early.Enqueue);
        await listener.StartAsync(Stop);
        await Eventually(() => early.Count == 1);
        var backend = await BackendAsync(postgres, database);

        using var second = listener.Subscribe("jobs", late.Enqueue);
        using var third = listener.Subscribe("other", other.Enqueue);
        await Eventually(() => other.Count == 1);
        await postgres.ExecuteAsync(
            database,
            "notify jobs, 'one'; notify other; notify jobs, 'two'; notify third, 'x'"
        );
        await Eventually(() => early.Count == 3 && late.Count == 2 && other.Count == 2);
        early.ShouldBe([null, "one", "two"]);
        late.ShouldBe(["one", "two"]);
        other.ShouldBe([null, ""]);
        (await BackendAsync(postgres, database)).ShouldBe(backend, "later subscriptions use the same connection");
        await listener.StopAsync(Stop);
    }

    [Fact]
    public async Task Whoever_unsubscribes_hears_no_more_and_the_others_do()
    {
        var database = await postgres.CreateDatabaseAsync();
        using var listener = Listener(postgres.ConnectionString(database));
        var (gone, stays, probe) = (
            new ConcurrentQueue<string?>(),
            new ConcurrentQueue<string?>(),
            new ConcurrentQueue<string?>()
        );
        var going = listener.Subscribe("a", gone.Enqueue);
        using var staying = listener.Subscribe("a", stays.Enqueue);
        var alone = listener.Subscribe("b", gone.Enqueue);
        await listener.StartAsync(Stop);
        await Eventually(() => gone.Count == 2);
        going.Dispose();
        going.Dispose();
        alone.Dispose();
        using var last = listener.Subscribe("c", probe.Enqueue);
        await Eventually(() => probe.Count == 1);
        await postgres.ExecuteAsync(database, "notify a, '1'; notify b, '2'; notify c, '3'");
        await Eventually(() => probe.Count == 2);
        stays.ShouldBe([null, "1"]);
        gone.Count.ShouldBe(2);
        await listener.StopAsync(Stop);
    }

    [Fact]
    public async Task What_one_handler_throws_hurts_no_other_and_is_logged()
    {
        var database = await postgres.CreateDatabaseAsync();
        var log = new RememberingLog();
        using var listener = Listener(postgres.ConnectionString(database), log);
        var heard = new ConcurrentQueue<string?>();
        using var failing = listener.Subscribe("a", _ => throw new InvalidDataException("mine"));
        using var sound = listener.Subscribe("a", heard.Enqueue);
        await listener.StartAsync(Stop);
        await Eventually(() => heard.Count == 1);
        await postgres.ExecuteAsync(database, "notify a, '1'");
        await Eventually(() => heard.Count == 2);
        log.Lines.ShouldContain("A subscriber of channel a failed");
        listener.IsConnected.ShouldBeTrue();
        await listener.StopAsync(Stop);
    }

    [Fact]
    public async Task A_restarted_database_is_listened_to_again_and_the_subscribers_are_told()
    {
        await using var cluster = new PostgresCluster();
        var database = await cluster.CreateDatabaseAsync();
        using var listener = Listener(cluster.ConnectionString(database));
        var (a, b) = (new ConcurrentQueue<string?>(), new ConcurrentQueue<string?>());
        using var first = listener.Subscribe("a", a.Enqueue);
        using var second = listener.Subscribe("b", b.Enqueue);
        await listener.StartAsync(Stop);
        await Eventually(() => a.Count == 1 && b.Count == 1);
        foreach (var signal in (string[])["INT", "QUIT"])
        {
            (a.Count, b.Count).ShouldBe((1, 1));
            await cluster.StopAsync(signal);
            await Eventually(() => !listener.IsConnected);
            using var meanwhile = listener.Subscribe("later", _ => { });
            await cluster.StartAsync();
            await Eventually(() => a.Count == 2 && b.Count == 2);
            listener.IsConnected.ShouldBeTrue();
            await cluster.ExecuteAsync(database, "notify a, 'back'");
            await Eventually(() => a.Count == 3);
            a.ShouldBe([null, null, "back"]);
            a.Clear();
            b.Clear();
            a.Enqueue(null);
            b.Enqueue(null);
        }
        await listener.StopAsync(Stop);
    }

    [Fact]
    public async Task A_connection_that_the_server_ends_is_replaced()
    {
        var database = await postgres.CreateDatabaseAsync();
        using var listener = Listener(postgres.ConnectionString(database));
        var heard = new ConcurrentQueue<string?>();
        using var subscription = listener.Subscribe("a", heard.Enqueue);
        await listener.StartAsync(Stop);
        for (var times = 1; times <= 3; times++)
        {
            await Eventually(() => heard.Count == times);
            await postgres.ExecuteAsync(
                database,
                $"select pg_terminate_backend({await BackendAsync(postgres, database)})"
            );
        }
        await Eventually(() => heard.Count == 4);
        await listener.StopAsync(Stop);
    }

    [Fact]
    public async Task Subscriptions_come_and_go_while_announcements_do()
    {
        var database = await postgres.CreateDatabaseAsync();
        using var listener = Listener(postgres.ConnectionString(database));
        var steady = 0;
        using var subscription = listener.Subscribe("steady", payload => steady += payload is null ? 0 : 1);
        await listener.StartAsync(Stop);
        await Eventually(() => listener.IsConnected);
        Task[] churn =
        [
            .. Enumerable
                .Range(0, 4)
                .Select(worker =>
                    Task.Run(async () =>
                    {
                        for (var i = 0; i < 40; i++)
                        {
                            var began = new TaskCompletionSource();
                            using var coming = listener.Subscribe($"s{worker}_{i}", _ => began.TrySetResult());
                            await began.Task.WaitAsync(Stop);
                        }
                    })
                ),
        ];
        for (var i = 0; i < 100; i++)
            await postgres.ExecuteAsync(database, "notify steady, 'x'");
        await Task.WhenAll(churn);
        await Eventually(() => Volatile.Read(ref steady) == 100);
        await listener.StopAsync(Stop);
    }

    [Theory]
    [InlineData("")]
    [InlineData("two words")]
    [InlineData("a\";drop table x;--")]
    [InlineData("Capital")]
    public void A_channel_that_is_no_name_is_refused(string channel)
    {
        using var listener = Listener("Host=/nowhere");
        Should
            .Throw<ArgumentException>(() => listener.Subscribe(channel, _ => { }))
            .Message.ShouldContain("small letters");
    }

    private static Task<int> BackendAsync(PostgresCluster cluster, string database) =>
        cluster.ScalarAsync<int>(
            database,
            "select pid from pg_stat_activity where datname = current_database() and application_name = 'listener under test'"
        );

    private static NotificationListener Listener(string connectionString, RememberingLog? log = null) =>
        new(
            new ListenerAddress(connectionString + ";Pooling=false;Keepalive=30;Application Name=listener under test"),
            TimeProvider.System,
            log is null ? NullLogger<NotificationListener>.Instance : new Typed(log)
        );

    private sealed class Typed(RememberingLog log) : Microsoft.Extensions.Logging.ILogger<NotificationListener>
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => log.BeginScope(state);

        public bool IsEnabled(Microsoft.Extensions.Logging.LogLevel logLevel) => true;

        public void Log<TState>(
            Microsoft.Extensions.Logging.LogLevel logLevel,
            Microsoft.Extensions.Logging.EventId eventId,
            TState state,
            Exception? exception,
            Func<TState, Exception?, string> formatter
        ) => log.Log(logLevel, eventId, state, exception, formatter);
    }
}
