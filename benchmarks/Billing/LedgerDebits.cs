using System.Diagnostics;
using System.Globalization;
using Heretix.Accounts;
using Heretix.Accounts.Users;
using Heretix.Billing;
using Heretix.Billing.Ledger;
using Heretix.Billing.Ledger.Audit;
using Heretix.Platform;
using Heretix.Platform.Database;
using Heretix.Platform.Modules;
using Heretix.Platform.Settings;
using Heretix.Tests.Integration.Servers;
using Microsoft.EntityFrameworkCore;

namespace Heretix.Benchmarks.Billing;

/// <summary>
/// Debits a second over a few hot accounts through the ledger of the server, beside pgbench with the statements that it
/// sends, over as many connections to the same database, in turns. Afterwards the books are audited. Options:
/// <c>--connections</c> (16), <c>--accounts</c> (200), <c>--seconds</c> (5, of each turn), <c>--turns</c> (3),
/// <c>--database ADDRESS</c> (migrated; otherwise a PostgreSQL of its own, without fsync).
/// </summary>
internal static class LedgerDebits
{
    private const long Stake = 1_000_000_000;

    public static async Task<int> RunAsync(string[] args)
    {
        var (connections, accounts) = (Number(args, "--connections", 16), Number(args, "--accounts", 200));
        var seconds = Number(args, "--seconds", 5);
        await using var postgres = new PostgresCluster();
        var address = Option(args, "--database") ?? postgres.Url(await postgres.CreateDatabaseAsync());
        await using var services = Compose(address, connections);
        var users = await PrepareAsync(services, accounts);
        var pgbench = await PgBench.OfAsync(address, accounts);

        List<double> ours = [];
        List<double> theirs = [];
        for (var turn = -1; turn < Number(args, "--turns", 3); turn++)
        {
            // The first turn is until everything is compiled, connected and prepared.
            var length = turn < 0 ? 2 : seconds;
            var debits = await PerSecondAsync(services, users, connections, TimeSpan.FromSeconds(length));
            var floor = await pgbench.RunAsync(connections, length);
            if (turn < 0)
                continue;
            ours.Add(debits);
            theirs.Add(floor);
        }

        var (median, beside) = (Median(ours), Median(theirs));
        Console.WriteLine($"| {accounts} accounts, {connections} connections | debits a second | of pgbench |");
        Console.WriteLine("|---|---|---|");
        Console.WriteLine(
            $"| through `CoinLedger` | {median:N0} ({ours.Min():N0} to {ours.Max():N0}) | {median / beside:P0} |"
        );
        Console.WriteLine($"| pgbench, the same statements | {beside:N0} ({theirs.Min():N0} to {theirs.Max():N0}) | |");
        return await AuditAsync(services);
    }

    private static async Task<double> PerSecondAsync(
        ServiceProvider services,
        Guid[] users,
        int connections,
        TimeSpan length
    )
    {
        var contexts = services.GetRequiredService<IDbContextFactory<HeretixDb>>();
        var ledger = services.GetRequiredService<CoinLedger>();
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
                            await DebitAsync(contexts, ledger, users[chance.Next(users.Length)]);
                            Interlocked.Increment(ref done);
                        }
                    })
                )
        );
        return done / clock.Elapsed.TotalSeconds;
    }

    private static async Task DebitAsync(IDbContextFactory<HeretixDb> contexts, CoinLedger ledger, Guid user)
    {
        await using var db = await contexts.CreateDbContextAsync();
        await using var transaction = await db.Database.BeginTransactionAsync();
        var debit = new UnlockDebit(TransferKey.Of("unlock", Guid.NewGuid()), new Coins(1), "Unlock");
        if (await ledger.DebitAsync(db, user, debit, CancellationToken.None) is not TransferOutcome.Done)
            throw new InvalidOperationException("a debit was refused");
        await transaction.CommitAsync();
    }

    /// <summary>The services of the server with its own pool, made as large as pgbench's.</summary>
    private static ServiceProvider Compose(string address, int connections)
    {
        IModule[] modules = [new PlatformModule(), new AccountsModule(), new BillingModule()];
        var settings = new ServerSettings
        {
            Environment = "test",
            DataFolder = Path.GetTempPath(),
            DatabaseUrl = address,
            AppUrl = new Uri("http://127.0.0.1:3000"),
            ApiUrl = new Uri("http://127.0.0.1:8000"),
            Configuration = new ConfigurationBuilder()
                .AddInMemoryCollection(
                    new Dictionary<string, string?>
                    {
                        ["Heretix:Platform:RequestConnections"] = connections.ToString(CultureInfo.InvariantCulture),
                    }
                )
                .Build(),
        };
        var services = new ServiceCollection();
        services.AddLogging();
        services.AddMetrics();
        services.AddSingleton(settings);
        services.AddSingleton(settings.Configuration);
        services.AddModules(modules, settings);
        return services.BuildServiceProvider();
    }

    /// <summary>Users whose ids pgbench can compute, each with coins that do not run out.</summary>
    private static async Task<Guid[]> PrepareAsync(ServiceProvider services, int count)
    {
        Guid[] users = [.. Enumerable.Range(1, count).Select(PgBench.UserOf)];
        await using var db = await services.GetRequiredService<IDbContextFactory<HeretixDb>>().CreateDbContextAsync();
        db.AddRange(users.Select(id => new User { Id = id, Email = $"{id}@example.org" }));
        await db.SaveChangesAsync();
        await using var transaction = await db.Database.BeginTransactionAsync();
        foreach (var user in users)
            await services
                .GetRequiredService<CoinLedger>()
                .AdjustAsync(
                    db,
                    user,
                    TransferKey.Of("adjustment", Guid.NewGuid()),
                    Stake,
                    "to be spent",
                    CancellationToken.None
                );
        await transaction.CommitAsync();
        return users;
    }

    /// <summary>A figure is worth nothing if the books are wrong.</summary>
    private static async Task<int> AuditAsync(ServiceProvider services)
    {
        await using var db = services.GetRequiredService<DatabaseConnections>().OpenUnpooled();
        var report = await services.GetRequiredService<LedgerAudit>().AuditAsync(db, CancellationToken.None);
        Console.WriteLine($"{report.Transfers:N0} transfers, {report.Differences.Count} differences");
        return report.Differences.Count == 0 ? 0 : 1;
    }

    private static double Median(List<double> values) => values.Order().ElementAt(values.Count / 2);

    private static int Number(string[] args, string name, int otherwise) =>
        Option(args, name) is { } text ? int.Parse(text, CultureInfo.InvariantCulture) : otherwise;

    private static string? Option(string[] args, string name) =>
        Array.IndexOf(args, name) is var at and >= 0 && at + 1 < args.Length ? args[at + 1] : null;
}
