using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using Heretix.Accounts.Users;
using Heretix.Platform.Database;
using Heretix.Tests.Integration.Servers;
using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace Heretix.Tests.Integration.Database;

/// <summary>Requests share few connections, wait for them, and do not notice a restart of PostgreSQL.</summary>
public sealed class ConnectionTests(PostgresCluster postgres)
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Many_requests_share_two_connections_and_wait_their_turn()
    {
        var database = await postgres.CreateDatabaseAsync();
        await using var host = await HeretixHost.StartAsync(postgres.Url(database));
        var most = 0L;
        await Parallel.ForAsync(
            0,
            60,
            new ParallelOptions { MaxDegreeOfParallelism = 20, CancellationToken = Stop },
            async (_, stop) =>
            {
                await using var db = host.OpenDb();
                var now = await db
                    .Database.SqlQuery<long>(
                        $"""
                        select count(*) as "Value" from pg_stat_activity, pg_sleep(0.01)
                        where datname = current_database() and application_name = 'heretix requests'
                        """
                    )
                    .SingleAsync(stop);
                InterlockedMax(ref most, now);
            }
        );
        most.ShouldBe(2);
    }

    [Fact]
    public async Task Who_waits_in_vain_for_a_connection_is_told_so_and_no_third_one_is_made()
    {
        var database = await postgres.CreateDatabaseAsync();
        await using var host = await HeretixHost.StartAsync(
            postgres.Url(database),
            options: new Dictionary<string, string?> { ["Heretix:Platform:ConnectionWait"] = "00:00:01" }
        );
        await using var first = host.OpenDb();
        await using var second = host.OpenDb();
        await using var third = host.OpenDb();
        await first.Database.OpenConnectionAsync(Stop);
        await second.Database.OpenConnectionAsync(Stop);
        var refused = await Should.ThrowAsync<NpgsqlException>(() => third.Database.OpenConnectionAsync(Stop));
        refused.InnerException.ShouldBeOfType<TimeoutException>();
        await first.Database.CloseConnectionAsync();
        await third.Database.OpenConnectionAsync(Stop);
    }

    [Fact]
    public async Task A_job_opens_a_connection_outside_the_pool_and_leaves_none_behind()
    {
        var database = await postgres.CreateDatabaseAsync();
        await using var host = await HeretixHost.StartAsync(postgres.Url(database));
        await using var first = host.OpenDb();
        await using var second = host.OpenDb();
        await first.Database.OpenConnectionAsync(Stop);
        await second.Database.OpenConnectionAsync(Stop);
        await using (var job = host.Services.GetRequiredService<DatabaseConnections>().OpenUnpooled())
            (await job.Set<User>().CountAsync(Stop)).ShouldBe(0);
        while (await CountAsync(database, "heretix jobs") > 0)
            await Task.Delay(10, Stop);
    }

    [Fact]
    public async Task A_request_that_opens_a_second_connection_is_found()
    {
        var database = await postgres.CreateDatabaseAsync();
        var host = await HeretixHost.StartAsync(
            postgres.Url(database),
            services: services =>
                services.AddSingleton<IStartupFilter>(
                    new Middleware(async context =>
                    {
                        var connections = context.RequestServices.GetRequiredService<IDbContextFactory<HeretixDb>>();
                        await using var first = await connections.CreateDbContextAsync(Stop);
                        await first.Set<User>().CountAsync(Stop);
                        await using var transaction = await first.Database.BeginTransactionAsync(Stop);
                        await first.Set<User>().CountAsync(Stop);
                        await using var second = await connections.CreateDbContextAsync(Stop);
                        await second.Set<User>().CountAsync(Stop);
                    })
                )
        );
        using var client = host.Client();
        using var answer = await client.GetAsync(new Uri("/two", UriKind.Relative), Stop);
        ((int)answer.StatusCode).ShouldBe(500);
        host.Connections.Violations.ShouldBe(["GET /two"]);
        host.Connections.HeldNow.ShouldBe(0);
        (await Record.ExceptionAsync(async () => await host.DisposeAsync())).ShouldBeOfType<ShouldAssertException>();
    }

    [Fact]
    public async Task A_restart_of_PostgreSQL_fails_nobody_who_has_not_asked_anything_yet()
    {
        await using var server = new PostgresCluster();
        var database = await server.CreateDatabaseAsync();
        await using var host = await HeretixHost.StartAsync(
            server.Url(database),
            options: new Dictionary<string, string?>
            {
                ["Heretix:Platform:CheckAfterIdle"] = "00:00:00",
                ["Heretix:Platform:RestartWait"] = "00:01:00",
                ["Heretix:Platform:ConnectionWait"] = "00:01:00",
            }
        );
        await CountUsersAsync(host);
        await Task.WhenAll(CountUsersAsync(host), CountUsersAsync(host));
        foreach (var signal in new[] { "INT", "QUIT" })
        {
            await server.StopAsync(signal);
            await server.StartAsync();
            // What lies in the pool is dead by now.
            await CountUsersAsync(host);

            await server.StopAsync(signal);
            var waiting = Enumerable.Range(0, 4).Select(_ => CountUsersAsync(host)).ToList();
            await server.StartAsync();
            await Task.WhenAll(waiting);
        }
    }

    [Fact]
    public async Task While_PostgreSQL_stays_away_a_request_gives_up_within_its_bound()
    {
        await using var server = new PostgresCluster();
        var database = await server.CreateDatabaseAsync();
        await using var host = await HeretixHost.StartAsync(
            server.Url(database),
            options: new Dictionary<string, string?> { ["Heretix:Platform:RestartWait"] = "00:00:00.3" }
        );
        await CountUsersAsync(host);
        await server.StopAsync();
        await Should.ThrowAsync<NpgsqlException>(() => CountUsersAsync(host));
        await server.StartAsync();
        await CountUsersAsync(host);
    }

    [Fact]
    public async Task A_slow_query_is_logged_by_its_name_without_its_parameters()
    {
        var log = new Lines();
        var database = await postgres.CreateDatabaseAsync();
        await using var host = await HeretixHost.StartAsync(
            postgres.Url(database),
            options: new Dictionary<string, string?> { ["Heretix:Platform:SlowQuery"] = "00:00:00.02" },
            services: services => services.AddSingleton<ILoggerProvider>(log)
        );
        await using var db = host.OpenDb();
        var secret = "somebody@example.org";
        await db
            .Database.SqlQuery<string>($"select {secret}::text || pg_sleep(0.05)::text as \"Value\"")
            .TagWith("a slow one")
            .SingleAsync(Stop);
        log.Written.ShouldContain(line => line.StartsWith("the query a slow one took "));
        log.Written.ShouldNotContain(line => line.Contains(secret));
    }

    [Fact]
    public async Task Connections_that_are_held_and_queries_are_measured()
    {
        var database = await postgres.CreateDatabaseAsync();
        await using var host = await HeretixHost.StartAsync(postgres.Url(database));
        var factory = host.Services.GetRequiredService<IMeterFactory>();
        var (held, queries) = (0, new ConcurrentQueue<string?>());
        using var listener = new MeterListener();
        listener.InstrumentPublished = (instrument, self) =>
        {
            if (ReferenceEquals(instrument.Meter.Scope, factory) && instrument.Name.StartsWith("heretix.db."))
                self.EnableMeasurementEvents(instrument);
        };
        listener.SetMeasurementEventCallback<int>(
            (_, change, tags, _) =>
            {
                if (tags[0].Value is "requests")
                    Interlocked.Add(ref held, change);
            }
        );
        listener.SetMeasurementEventCallback<double>(
            (instrument, _, tags, _) =>
            {
                if (instrument.Name == "heretix.db.query.duration")
                    queries.Enqueue((string?)tags[0].Value);
            }
        );
        listener.Start();

        await using (var db = host.OpenDb())
        {
            await db.Database.OpenConnectionAsync(Stop);
            held.ShouldBe(1);
            await db.Set<User>().TagWith("users, counted").CountAsync(Stop);
            await db.Set<User>().CountAsync(Stop);
        }
        // Disposed without having been closed.
        held.ShouldBe(0);
        queries.ShouldBe(["users, counted", "select"], ignoreOrder: true);
    }

    private static async Task CountUsersAsync(HeretixHost host)
    {
        await using var db = host.OpenDb();
        (await db.Set<User>().CountAsync(Stop)).ShouldBe(0);
    }

    private Task<long> CountAsync(string database, string application) =>
        postgres.ScalarAsync<long>(
            database,
            $"select count(*) from pg_stat_activity where datname = '{database}' and application_name = '{application}'"
        );

    private static void InterlockedMax(ref long most, long now)
    {
        for (var seen = Volatile.Read(ref most); now > seen; )
        {
            var before = Interlocked.CompareExchange(ref most, now, seen);
            if (before == seen)
                return;
            seen = before;
        }
    }

    private sealed class Middleware(RequestDelegate handle) : IStartupFilter
    {
        public Action<IApplicationBuilder> Configure(Action<IApplicationBuilder> next) =>
            app =>
            {
                app.Map("/two", branch => branch.Run(handle));
                next(app);
            };
    }

    private sealed class Lines : ILoggerProvider, ILogger
    {
        public ConcurrentQueue<string> Written { get; } = [];

        public ILogger CreateLogger(string categoryName) => this;

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Information;

        public void Log<TState>(
            LogLevel logLevel,
            EventId eventId,
            TState state,
            Exception? exception,
            Func<TState, Exception?, string> formatter
        ) => Written.Enqueue(formatter(state, exception));

        public void Dispose() { }
    }
}
