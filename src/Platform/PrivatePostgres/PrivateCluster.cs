using System.Diagnostics;
using Npgsql;

namespace Heretix.Platform.PrivatePostgres;

/// <summary>
/// The server's own PostgreSQL, in its data folder: found among the installed ones, made at the first start, shared by
/// every process that uses the same folder, brought back when it dies, and stopped by the last one that uses it. What
/// a killed process left running is taken over.
/// </summary>
public sealed class PrivateCluster : IAsyncDisposable
{
    private readonly ClusterFolder folder;
    private readonly PostgresBinaries binaries;
    private readonly ClusterLocks locks;
    private readonly PrivateClusterOptions options;
    private readonly CancellationTokenSource stopping = new();
    private readonly FileStream use;
    private Task watch = Task.CompletedTask;
    private Process? child;

    private PrivateCluster(
        ClusterFolder folder,
        PostgresBinaries binaries,
        ClusterLocks locks,
        PrivateClusterOptions options,
        FileStream use
    )
    {
        (this.folder, this.binaries, this.locks, this.options, this.use) = (folder, binaries, locks, options, use);
        ConnectionString = Connection(folder, ClusterSettings.Name).ConnectionString;
    }

    /// <summary>Connection string of the server's database in it.</summary>
    public string ConnectionString { get; }

    /// <summary>Folder in which the cluster keeps its data, log, locks and socket.</summary>
    public string Folder => folder.Root;

    /// <summary>Process id of the postmaster.</summary>
    public int ProcessId { get; private set; }

    /// <summary>Whether this process found it running.</summary>
    public bool WasRunning { get; private set; }

    /// <summary>Whether a cluster has been made in a data folder, as far as this user can see.</summary>
    public static bool Exists(string dataFolder) => ClusterFolder.HasData(dataFolder);

    /// <summary>Starts the cluster of a data folder, or joins those that use it already.</summary>
    /// <exception cref="PrivatePostgresException">It cannot be started; the message says why.</exception>
    public static async Task<PrivateCluster> StartAsync(
        PrivateClusterOptions options,
        CancellationToken cancellationToken
    )
    {
        if (OperatingSystem.IsWindows())
            throw new PrivatePostgresException("there is no private PostgreSQL on Windows: set DATABASE_URL");
        var folder = ClusterFolder.Choose(options.DataFolder, options.Say);
        var locks = new ClusterLocks(folder);
        using var turn = await locks.TurnAsync(options.LockWait, cancellationToken);
        var binaries = PostgresBinaries.Find(
            options.BinaryFolders ?? PostgresBinaries.UsualFolders(),
            folder.Major,
            folder.Data
        );
        folder.MakePassword();
        var alone = locks.NobodyUsesIt();
        var cluster = new PrivateCluster(folder, binaries, locks, options, locks.Share());
        try
        {
            await cluster.EnsureRunningAsync(alone, cancellationToken);
            cluster.watch = cluster.WatchAsync();
            return cluster;
        }
        catch
        {
            // One that others use already stays; one that nobody can find yet would be in the way of theirs.
            if (alone || RunningPostmaster.Find(folder) is null)
                await cluster.EndPostmasterAsync();
            await cluster.use.DisposeAsync();
            cluster.child?.Dispose();
            throw;
        }
    }

    /// <summary>Leaves the cluster; the last one to leave stops it.</summary>
    public async ValueTask DisposeAsync()
    {
        if (stopping.IsCancellationRequested)
            return;
        await stopping.CancelAsync();
        await watch;
        using (await locks.TurnAsync(options.LockWait, CancellationToken.None))
        {
            await use.DisposeAsync();
            if (locks.NobodyUsesIt())
                await EndPostmasterAsync();
        }
        child?.Dispose();
        stopping.Dispose();
    }

    /// <summary>
    /// Ends the postmaster of the folder, and a child of ours that has not come so far that its file tells of it, or whose
    /// file is gone. Take the turn first.
    /// </summary>
    private async Task EndPostmasterAsync()
    {
        if (RunningPostmaster.Find(folder) is { } processId)
            await RunningPostmaster.EndAsync(processId);
        if (child is null)
            return;
        if (!child.HasExited)
            await RunningPostmaster.EndAsync(child.Id);
        await child.WaitForExitAsync(CancellationToken.None);
    }

    /// <summary>Finds the cluster running, or makes it so. Take the turn first.</summary>
    private async Task EnsureRunningAsync(bool alone, CancellationToken cancellationToken)
    {
        var running = RunningPostmaster.Find(folder);
        if (running is { } found)
        {
            WasRunning = true;
            ProcessId = found;
            if (await AnswersAsync(found, cancellationToken))
                return;
            if (!alone)
                throw new PrivatePostgresException(
                    $"the PostgreSQL in {folder.Root} (process {found}) does not answer, and other processes use it: end them first"
                );
            options.Say(
                $"the PostgreSQL that an earlier process left in {folder.Root} does not answer: it is restarted"
            );
            await RunningPostmaster.EndAsync(found);
        }
        await RunningPostmaster.ForgetAsync(folder, cancellationToken);
        await LaunchAsync(cancellationToken);
    }

    private async Task LaunchAsync(CancellationToken cancellationToken)
    {
        if (folder.Major is null)
        {
            options.Say($"PostgreSQL {binaries.Major} makes its data folder in {folder.Root}");
            await PostgresProcess.InitialiseAsync(binaries, folder, cancellationToken);
        }
        folder.Write(Path.Combine(folder.Data, "pg_hba.conf"), ClusterSettings.HostBasedAuthentication(folder));
        child?.Dispose();
        child = PostgresProcess.Launch(binaries, folder);
        ProcessId = child.Id;
        if (!await AnswersAsync(child.Id, cancellationToken))
            throw new PrivatePostgresException(
                $"PostgreSQL {binaries.Major} did not start on {folder.Data}; the end of its log {folder.Log}:{Environment.NewLine}{PostgresProcess.Tail(folder)}"
            );
    }

    /// <summary>Waits until the postmaster answers and has our database; false when it ended or stayed silent.</summary>
    private async Task<bool> AnswersAsync(int processId, CancellationToken cancellationToken)
    {
        var began = Stopwatch.GetTimestamp();
        while (Stopwatch.GetElapsedTime(began) < options.StartWait)
        {
            try
            {
                await using var connection = new NpgsqlConnection(ConnectionString + ";Pooling=false;Timeout=5");
                await connection.OpenAsync(cancellationToken);
                return true;
            }
            catch (PostgresException missing) when (missing.SqlState == PostgresErrorCodes.InvalidCatalogName)
            {
                await CreateDatabaseAsync(cancellationToken);
            }
            catch (NpgsqlException) when (Lives(processId))
            {
                await Task.Delay(5, cancellationToken);
            }
            catch (NpgsqlException)
            {
                return false;
            }
        }
        return false;
    }

    private bool Lives(int processId) =>
        child?.Id == processId ? !child.HasExited : RunningPostmaster.WorksIn(processId, folder);

    private async Task CreateDatabaseAsync(CancellationToken cancellationToken)
    {
        await using var connection = new NpgsqlConnection(
            Connection(folder, "postgres").ConnectionString + ";Pooling=false"
        );
        await connection.OpenAsync(cancellationToken);
        await using var create = new NpgsqlCommand($"create database {ClusterSettings.Name}", connection);
        await create.ExecuteNonQueryAsync(cancellationToken);
    }

    /// <summary>Brings the cluster back when it dies while it is used; whoever has the turn first does it for all.</summary>
    private async Task WatchAsync()
    {
        try
        {
            while (true)
            {
                if (child is not null)
                    await child.WaitForExitAsync(stopping.Token);
                while (Lives(ProcessId))
                    await Task.Delay(200, stopping.Token);
                try
                {
                    using var turn = await locks.TurnAsync(options.LockWait, stopping.Token);
                    if (RunningPostmaster.Find(folder) is null)
                        options.Say($"the PostgreSQL in {folder.Root} has ended and is started again");
                    await EnsureRunningAsync(alone: false, stopping.Token);
                }
                catch (Exception failed) when (failed is not OperationCanceledException)
                {
                    options.Say(failed.Message);
                    await Task.Delay(TimeSpan.FromSeconds(1), stopping.Token);
                }
            }
        }
        catch (OperationCanceledException)
        {
            // The cluster is being left.
        }
    }

    private static NpgsqlConnectionStringBuilder Connection(ClusterFolder folder, string database) =>
        new()
        {
            Host = folder.Socket,
            Port = 5432,
            Database = database,
            Username = ClusterSettings.Name,
            Password = folder.IsAbstract ? File.ReadAllText(folder.Password) : null,
        };
}

/// <summary>Where the private PostgreSQL lives and how long to wait for it.</summary>
/// <param name="DataFolder">The server's data folder.</param>
/// <param name="Say">Hears in sentences what takes time or deserves notice.</param>
public sealed record PrivateClusterOptions(string DataFolder, Action<string> Say)
{
    /// <summary>Folders with <c>postgres</c> and <c>initdb</c>; null for the PATH and where packages install them.</summary>
    public IReadOnlyList<string>? BinaryFolders { get; init; }

    /// <summary>How long to wait while another process starts or stops it. Default 60 seconds.</summary>
    public TimeSpan LockWait { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>How long to wait for the first answer, recovery after a crash included. Default 5 minutes.</summary>
    public TimeSpan StartWait { get; init; } = TimeSpan.FromMinutes(5);
}
