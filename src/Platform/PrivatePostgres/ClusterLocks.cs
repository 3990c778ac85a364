using System.Diagnostics;

namespace Heretix.Platform.PrivatePostgres;

/// <summary>
/// Locks of the kernel on two files of a cluster's folder, which end with their process however it ends. Who starts or
/// stops the cluster holds <c>start.lock</c> alone; everybody who uses it shares <c>use.lock</c>.
/// </summary>
internal sealed class ClusterLocks(ClusterFolder folder)
{
    private string Start => folder.StartLock;

    private string Use => folder.UseLock;

    /// <summary>Waits for the turn to start or stop.</summary>
    /// <exception cref="PrivatePostgresException">Somebody else kept it for longer than <paramref name="wait"/>.</exception>
    public async Task<FileStream> TurnAsync(TimeSpan wait, CancellationToken cancellationToken)
    {
        var began = Stopwatch.GetTimestamp();
        while (true)
        {
            if (TryAlone(Start) is { } turn)
                return turn;
            if (Stopwatch.GetElapsedTime(began) > wait)
                throw new PrivatePostgresException(
                    $"another process has been starting or stopping the PostgreSQL in {folder.Root} for {wait.TotalSeconds:0.#} seconds (it holds {Start}): wait for it or end it, or choose another folder with --data"
                );
            await Task.Delay(10, cancellationToken);
        }
    }

    /// <summary>Uses the cluster, beside others. Take the turn first.</summary>
    public FileStream Share()
    {
        TryAlone(Use)?.Dispose();
        return new FileStream(Use, FileMode.Open, FileAccess.Read, FileShare.Read);
    }

    /// <summary>Whether nobody uses the cluster. Take the turn first, so that it stays so.</summary>
    public bool NobodyUsesIt()
    {
        using var alone = TryAlone(Use);
        return alone is not null;
    }

    private FileStream? TryAlone(string file)
    {
        try
        {
            return new FileStream(file, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (UnauthorizedAccessException refused)
        {
            throw new PrivatePostgresException(
                $"the folder {folder.Root} belongs to another user than {Environment.UserName}: start the server as that user, or choose another folder with --data",
                refused
            );
        }
        catch (IOException) when (File.Exists(file))
        {
            return null;
        }
    }
}
