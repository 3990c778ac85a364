using System.Security.Cryptography;

namespace Heretix.Tests.Integration.Servers;

/// <summary>Two real server processes over one database: the first has every role, the second only answers requests.</summary>
public sealed class ServerPair : IAsyncDisposable
{
    private readonly PostgresCluster postgres;
    private readonly string data = Directory.CreateTempSubdirectory("heretix-pair-").FullName;
    private readonly List<ServerProcess> processes = [];

    private ServerPair(PostgresCluster postgres, string database) => (this.postgres, Database) = (postgres, database);

    /// <summary>The name of their database.</summary>
    public string Database { get; }

    /// <summary>The address of their database.</summary>
    public string Url => postgres.Url(Database);

    /// <summary>The data folder that they share, with the outbox.</summary>
    public string Data => data;

    /// <summary>The key that they share.</summary>
    public string EncryptionKey { get; } = Convert.ToBase64String(SHA256.HashData("a key of the tests"u8));

    /// <summary>One or the other, in turns.</summary>
    public ServerProcess Number(int turn) => processes[turn % processes.Count];

    /// <summary>The one of role <c>all</c>.</summary>
    public ServerProcess First => processes[0];

    /// <summary>The one of role <c>api</c>.</summary>
    public ServerProcess Second => processes[1];

    /// <summary>Starts both, in <c>local</c>, without limits by time unless the environment says otherwise.</summary>
    /// <param name="postgres">Where a database is made for them.</param>
    /// <param name="environment">Further variables.</param>
    public static async Task<ServerPair> StartAsync(
        PostgresCluster postgres,
        IReadOnlyDictionary<string, string> environment
    )
    {
        var pair = new ServerPair(postgres, await postgres.CreateDatabaseAsync());
        var variables = new Dictionary<string, string>
        {
            ["APP_ENV"] = "local",
            ["DATABASE_URL"] = postgres.Url(pair.Database),
            ["ENCRYPTION_KEY"] = pair.EncryptionKey,
            ["Heretix__Limits__Exempt"] = "127.0.0.0/8",
        };
        foreach (var (name, value) in environment)
            variables[name] = value;
        var stop = TestContext.Current.CancellationToken;
        pair.processes.Add(ServerProcess.Launch(ServerVerb.Program, pair.data, variables));
        pair.processes.Add(ServerProcess.Launch(ServerVerb.Program, pair.data, variables, "--role", "api"));
        try
        {
            await Task.WhenAll(pair.processes.Select(process => process.ReadyAsync(stop)));
        }
        catch
        {
            await pair.DisposeAsync();
            throw;
        }
        return pair;
    }

    /// <summary>The single value of a query.</summary>
    public Task<T> ScalarAsync<T>(string sql) => postgres.ScalarAsync<T>(Database, sql);

    /// <summary>Runs a statement.</summary>
    public Task<int> ExecuteAsync(string sql) => postgres.ExecuteAsync(Database, sql);

    /// <summary>Waits until a query says true, but not longer than a minute.</summary>
    public async Task UntilAsync(string sql)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        patience.CancelAfter(TimeSpan.FromMinutes(1));
        while (!await ScalarAsync<bool>(sql))
            await Task.Delay(20, patience.Token);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var process in processes)
            await process.DisposeAsync();
        Directory.Delete(data, recursive: true);
    }
}
