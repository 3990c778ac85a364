using System.Diagnostics;
using System.Globalization;
using Heretix.Platform.Database;
using Heretix.Platform.Jobs;
using Heretix.Platform.Notifications;
using Heretix.Platform.Settings;
using Heretix.Server;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Heretix.Benchmarks.Platform;

/// <summary>
/// The queue between two processes: what queuing a job costs the caller, how long after the commit it starts in a worker,
/// with and without notifications, and how many a worker does a second.
/// </summary>
internal static class JobsBenchmark
{
    private const string Kind = "benchmark.note";

    /// <summary><c>jobs --database postgres://... [--jobs 300]</c>; the database must be empty.</summary>
    public static async Task<int> RunAsync(string[] arguments)
    {
        if (Option(arguments, "--database") is not { } database)
        {
            Console.Error.WriteLine("Usage: jobs --database postgres://user@host:port/empty_database [--jobs 300]");
            return 2;
        }
        var jobs = int.Parse(Option(arguments, "--jobs") ?? "300", CultureInfo.InvariantCulture);
        await using var api = Build(database, ServerRole.Api, deaf: true);
        await using (var migrator = new DatabaseMigrator(database, HeretixServer.Modules))
            await migrator.MigrateAsync(static _ => { }, CancellationToken.None);
        await api.StartAsync();
        Console.WriteLine("| what | median, ms | p99, ms | most, ms |");
        Console.WriteLine("|---|---|---|---|");
        foreach (var notify in new[] { true, false })
        {
            await using var worker = BenchmarkWorker.Start(database, notify);
            await worker.ReadyAsync();
            await LatencyAsync(api, worker, notify, notify ? jobs : Math.Min(jobs, 60));
        }
        await using (var worker = BenchmarkWorker.Start(database, notify: true))
        {
            await worker.ReadyAsync();
            await ThroughputAsync(api, worker, jobs * 3);
        }
        await api.StopAsync();
        return 0;
    }

    /// <summary>The child: <c>jobs-worker DATABASE notify|deaf</c>; says the name and the time of each job that starts.</summary>
    public static async Task<int> WorkAsync(string[] arguments)
    {
        await using var worker = Build(arguments[0], ServerRole.Worker, arguments[1] == "deaf");
        worker.Lifetime.ApplicationStarted.Register(() => Console.WriteLine(BenchmarkWorker.ReadyLine));
        await worker.RunAsync();
        return 0;
    }

    private static async Task LatencyAsync(WebApplication api, BenchmarkWorker worker, bool notify, int jobs)
    {
        var enqueue = new List<double>();
        var transaction = new List<double>();
        var start = new List<double>();
        for (var job = 0; job < jobs; job++)
        {
            var name = $"{(notify ? "heard" : "deaf")} {job}";
            var clock = Stopwatch.StartNew();
            await using var db = await Databases(api).CreateDbContextAsync();
            await using var unit = await db.Database.BeginTransactionAsync();
            var before = clock.Elapsed;
            await Queue(api).EnqueueAsync(db, Kind, name, job);
            enqueue.Add((clock.Elapsed - before).TotalMilliseconds);
            await unit.CommitAsync();
            var committed = TimeProvider.System.GetUtcNow();
            transaction.Add(clock.Elapsed.TotalMilliseconds);
            start.Add((await worker.StartedAsync(name) - committed).TotalMilliseconds);
            // Not in step with the worker's own look once a second.
            await Task.Delay(5 + job * 37 % 50);
        }
        var how = notify ? "" : ", without notifications";
        if (notify)
        {
            Print("`EnqueueAsync`", enqueue);
            Print("a transaction with one job, to its commit", transaction);
        }
        Print($"from the commit to the start in another process{how}", start);
    }

    private static async Task ThroughputAsync(WebApplication api, BenchmarkWorker worker, int jobs)
    {
        const int PerTransaction = 100;
        var clock = Stopwatch.StartNew();
        for (var first = 0; first < jobs; first += PerTransaction)
        {
            await using var db = await Databases(api).CreateDbContextAsync();
            await using var unit = await db.Database.BeginTransactionAsync();
            for (var job = first; job < Math.Min(first + PerTransaction, jobs); job++)
                await Queue(api).EnqueueAsync(db, Kind, $"many {job}", job);
            await unit.CommitAsync();
        }
        var queued = clock.Elapsed;
        for (var job = 0; job < jobs; job++)
            await worker.StartedAsync($"many {job}");
        Console.WriteLine();
        Console.WriteLine(
            string.Create(
                CultureInfo.InvariantCulture,
                $"{jobs} jobs, {PerTransaction} in a transaction: {queued.TotalMilliseconds / jobs:F2} ms each to queue, {jobs / clock.Elapsed.TotalSeconds:F0} jobs/s queued and run"
            )
        );
    }

    private static void Print(string what, List<double> milliseconds)
    {
        milliseconds.Sort();
        Console.WriteLine(
            string.Create(
                CultureInfo.InvariantCulture,
                $"| {what} | {milliseconds[milliseconds.Count / 2]:F1} | {milliseconds[(int)(milliseconds.Count * 0.99)]:F1} | {milliseconds[^1]:F1} |"
            )
        );
    }

    private static WebApplication Build(string database, ServerRole role, bool deaf) =>
        HeretixServer.Build(
            new ServerSettings
            {
                Role = role,
                Environment = "test",
                DataFolder = Path.GetTempPath(),
                DatabaseUrl = database,
                AppUrl = new Uri("http://127.0.0.1:3000"),
                ApiUrl = new Uri("http://127.0.0.1:8000"),
                Configuration = new ConfigurationBuilder().AddInMemoryCollection().Build(),
            },
            "http://127.0.0.1:0",
            services =>
            {
                services.AddLogging(logging => logging.SetMinimumLevel(LogLevel.Warning));
                services.AddJob<Note, int>(Kind);
                if (deaf)
                    services.Replace(ServiceDescriptor.Singleton<INotifications, Deaf>());
            }
        );

    private static IDbContextFactory<HeretixDb> Databases(WebApplication app) =>
        app.Services.GetRequiredService<IDbContextFactory<HeretixDb>>();

    private static IJobQueue Queue(WebApplication app) => app.Services.GetRequiredService<IJobQueue>();

    private static string? Option(string[] arguments, string name) =>
        Array.IndexOf(arguments, name) is >= 0 and var at && at + 1 < arguments.Length ? arguments[at + 1] : null;

    private sealed class Note(TimeProvider time) : IJobHandler<int>
    {
        public Task RunAsync(int arguments, JobRun run, CancellationToken stop)
        {
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{run.Name}={time.GetUtcNow().UtcTicks}"));
            return Task.CompletedTask;
        }
    }

    private sealed class Deaf : INotifications
    {
        public IDisposable Subscribe(string channel, Action<string?> heard) => new MemoryStream();
    }
}
