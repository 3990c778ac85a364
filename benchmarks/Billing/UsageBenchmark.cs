using System.Diagnostics;
using System.Globalization;
using Heretix.Accounts;
using Heretix.Accounts.Users;
using Heretix.Billing;
using Heretix.Billing.Plans;
using Heretix.Billing.Usage;
using Heretix.Platform;
using Heretix.Platform.Database;
using Heretix.Platform.Modules;
using Heretix.Platform.Settings;
using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace Heretix.Benchmarks.Billing;

/// <summary>
/// Uses reserved and settled per second through the meter of the server, beside the statements that it sends, sent plainly
/// over as many connections to the same users, in turns. Options: <c>--database ADDRESS</c> (an empty database, required),
/// <c>--seconds</c> (5, of each turn), <c>--turns</c> (3), <c>--connections</c> (16), <c>--users</c> (200).
/// </summary>
internal static class UsageBenchmark
{
    public static async Task<int> RunAsync(string[] args)
    {
        if (Option(args, "--database") is not { } address)
        {
            Console.Error.WriteLine("usage needs --database postgres://user@host:port/name, an empty database.");
            return 2;
        }
        var seconds = TimeSpan.FromSeconds(Number(args, "--seconds", 5));
        var connections = Number(args, "--connections", 16);

        var connection = DatabaseAddress.ToConnectionString(address);
        connection.MaxPoolSize = connections;
        await using var source = NpgsqlDataSource.Create(connection);
        await using var services = Compose(address, source);
        var users = await PrepareAsync(services, Number(args, "--users", 200));
        var plain = new PlainUsage(source);
        var meter = services.GetRequiredService<IUsageMeter>();
        var contexts = services.GetRequiredService<IDbContextFactory<HeretixDb>>();

        List<double> metered = [];
        List<double> beside = [];
        for (var turn = -1; turn < Number(args, "--turns", 3); turn++)
        {
            var length = turn < 0 ? TimeSpan.FromSeconds(1) : seconds;
            var ours = await PerSecondAsync(length, connections, users, user => MeterAsync(meter, contexts, user));
            var theirs = await PerSecondAsync(length, connections, users, plain.UseAsync);
            if (turn < 0)
                continue; // until everything is compiled and connected
            metered.Add(ours);
            beside.Add(theirs);
        }

        var (median, floor) = (Median(metered), Median(beside));
        Console.WriteLine(
            $"| {users.Length} users, {connections} connections | uses a second | of the statements alone |"
        );
        Console.WriteLine("|---|---|---|");
        Console.WriteLine($"| reserve and settle | {median:N0} | {median / floor:P0} |");
        Console.WriteLine($"| the same statements, plainly | {floor:N0} | |");
        return await CountedAsync(source, plain.Uses + uses);
    }

    private static long uses;

    private static async Task MeterAsync(IUsageMeter meter, IDbContextFactory<HeretixDb> contexts, Guid user)
    {
        var decision = await meter.ReserveAsync(
            UsageSubject.OfUser(user),
            Meters.SolveSessions,
            CancellationToken.None
        );
        var reservation = ((UsageDecision.Reserved)decision).Reservation;
        await using var db = await contexts.CreateDbContextAsync();
        await using var transaction = await db.Database.BeginTransactionAsync();
        await meter.SettleAsync(db, reservation, CancellationToken.None);
        await transaction.CommitAsync();
        Interlocked.Increment(ref uses);
    }

    private static ServiceProvider Compose(string address, NpgsqlDataSource source)
    {
        IModule[] modules = [new PlatformModule(), new AccountsModule(), new BillingModule()];
        var settings = new ServerSettings
        {
            Environment = "test",
            DataFolder = Path.GetTempPath(),
            DatabaseUrl = address,
            AppUrl = new Uri("http://127.0.0.1:3000"),
            ApiUrl = new Uri("http://127.0.0.1:8000"),
            Configuration = new ConfigurationBuilder().Build(),
        };
        var services = new ServiceCollection();
        services.AddLogging();
        services.AddMetrics();
        services.AddSingleton(settings.Configuration);
        services.AddModules(modules, settings);
        services.AddSingleton(source);
        return services.BuildServiceProvider();
    }

    /// <summary>Users with the plan whose solve sessions have no limit.</summary>
    private static async Task<Guid[]> PrepareAsync(ServiceProvider services, int count)
    {
        await using var db = await services.GetRequiredService<IDbContextFactory<HeretixDb>>().CreateDbContextAsync();
        await db.Database.EnsureCreatedAsync();
        Guid[] users = [.. Enumerable.Range(0, count).Select(_ => Guid.CreateVersion7())];
        db.AddRange(users.Select(id => new User { Id = id, Email = $"{id}@example.org" }));
        await db.SaveChangesAsync();
        var subscriptions = services.GetRequiredService<Heretix.Billing.Subscriptions.Subscriptions>();
        await using var transaction = await db.Database.BeginTransactionAsync();
        foreach (var user in users)
            await subscriptions.GrantAsync(db, user, PlanNames.Pro);
        await transaction.CommitAsync();
        return users;
    }

    private static async Task<double> PerSecondAsync(
        TimeSpan length,
        int connections,
        Guid[] users,
        Func<Guid, Task> useAsync
    )
    {
        var done = 0L;
        var clock = Stopwatch.StartNew();
        await Task.WhenAll(
            Enumerable
                .Range(0, connections)
                .Select(worker =>
                    Task.Run(async () =>
                    {
                        var chance = new Random(worker);
                        while (clock.Elapsed < length)
                        {
                            await useAsync(users[chance.Next(users.Length)]);
                            Interlocked.Increment(ref done);
                        }
                    })
                )
        );
        return done / clock.Elapsed.TotalSeconds;
    }

    /// <summary>A figure is worth nothing if the counting was wrong.</summary>
    private static async Task<int> CountedAsync(NpgsqlDataSource source, long expected)
    {
        await using var command = source.CreateCommand(
            "select coalesce(sum(used), 0)::bigint from billing.usage_ledger"
        );
        var counted = (long)(await command.ExecuteScalarAsync())!;
        if (counted == expected)
            return 0;
        Console.Error.WriteLine($"{expected} uses were settled, but {counted} were counted.");
        return 1;
    }

    private static double Median(List<double> values) => values.Order().ElementAt(values.Count / 2);

    private static int Number(string[] args, string name, int otherwise) =>
        Option(args, name) is { } text ? int.Parse(text, CultureInfo.InvariantCulture) : otherwise;

    private static string? Option(string[] args, string name) =>
        Array.IndexOf(args, name) is var at and >= 0 && at + 1 < args.Length ? args[at + 1] : null;
}
