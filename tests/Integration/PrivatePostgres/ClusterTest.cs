using System.Collections.Concurrent;
using System.Diagnostics;
using Heretix.Platform.PrivatePostgres;
using Npgsql;

namespace Heretix.Tests.Integration.PrivatePostgres;

/// <summary>What the tests of the private cluster share: a data folder of their own, and statements in its database.</summary>
[System.Runtime.Versioning.SupportedOSPlatform("linux")]
public abstract class ClusterTest : IDisposable
{
    private readonly string parent = Directory.CreateTempSubdirectory("hx-pg-").FullName;
    private readonly List<string> folders = [];

    protected ClusterTest()
    {
        File.SetUnixFileMode(parent, (UnixFileMode)0b111_101_101);
        DataFolder = Path.Combine(parent, "data");
    }

    protected string DataFolder { get; set; }

    protected string Parent => parent;

    protected ConcurrentQueue<string> Said { get; } = [];

    protected static CancellationToken Stop => TestContext.Current.CancellationToken;

    protected async Task<PrivateCluster> StartAsync(Func<PrivateClusterOptions, PrivateClusterOptions>? change = null)
    {
        var options = new PrivateClusterOptions(DataFolder, Said.Enqueue);
        var cluster = await PrivateCluster.StartAsync(change?.Invoke(options) ?? options, Stop);
        folders.Add(cluster.Folder);
        return cluster;
    }

    protected static async Task ExecuteAsync(PrivateCluster cluster, string sql)
    {
        await using var connection = new NpgsqlConnection(cluster.ConnectionString + ";Pooling=false");
        await connection.OpenAsync(Stop);
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync(Stop);
    }

    protected static async Task<T> AskAsync<T>(PrivateCluster cluster, string sql)
    {
        await using var connection = new NpgsqlConnection(cluster.ConnectionString + ";Pooling=false");
        await connection.OpenAsync(Stop);
        await using var command = new NpgsqlCommand(sql, connection);
        return (T)(await command.ExecuteScalarAsync(Stop))!;
    }

    protected static Task WriteRowsAsync(PrivateCluster cluster) =>
        ExecuteAsync(cluster, "create table kept as select n from generate_series(1, 1000) n");

    protected static Task<long> RowsAsync(PrivateCluster cluster) =>
        AskAsync<long>(cluster, "select count(*) from kept");

    /// <summary>Whether a process runs; a zombie does not.</summary>
    protected static bool Runs(int processId)
    {
        try
        {
            return !File.ReadAllText($"/proc/{processId}/stat").Contains(") Z ", StringComparison.Ordinal);
        }
        catch (IOException)
        {
            return false;
        }
    }

    protected static async Task KillAsync(int processId)
    {
        using (var kill = Process.Start("kill", ["-KILL", $"{processId}"]))
            await kill.WaitForExitAsync(Stop);
        while (Runs(processId))
            await Task.Delay(5, Stop);
    }

    public void Dispose()
    {
        foreach (var folder in folders.Where(Directory.Exists))
        {
            // A test that failed half-way may have left its postmaster running.
            var processIdFile = Path.Combine(folder, "data", "postmaster.pid");
            if (File.Exists(processIdFile))
                Process.Start("kill", ["-QUIT", File.ReadLines(processIdFile).First()]).WaitForExit();
            Directory.Delete(folder, recursive: true);
        }
        Directory.Delete(parent, recursive: true);
        GC.SuppressFinalize(this);
    }
}
