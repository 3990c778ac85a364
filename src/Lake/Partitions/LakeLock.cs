namespace Heretix.Lake.Partitions;

/// <summary>
/// The lake's three locks. They are the kernel's own, on files in <c>.lake</c>, so they end with the process that holds
/// them however it ends.
/// <list type="bullet">
/// <item><c>files</c>: shared by whoever reads files, exclusive to delete them.</item>
/// <item><c>publish</c>: exclusive to find out whether an execution is there and to add it.</item>
/// <item><c>compact</c>: exclusive to merge.</item>
/// </list>
/// </summary>
internal static class LakeLock
{
    private const int WouldBlockLinux = 11;
    private const int WouldBlockMac = 35;
    private const int SharingViolation = unchecked((int)0x80070020);

    /// <summary>Waits until no one deletes; null where there is no lake yet or it is read-only and was never locked.</summary>
    internal static IDisposable? Reading(string root)
    {
        string path = PathOf(root, "files");
        try
        {
            return Wait(path, shared: true, CancellationToken.None);
        }
        catch (Exception e) when (e is DirectoryNotFoundException or UnauthorizedAccessException)
        {
            return null;
        }
        catch (IOException) when (!File.Exists(path))
        {
            return null;
        }
    }

    /// <summary>Holds the right to add executions.</summary>
    internal static IDisposable Publishing(string root, CancellationToken cancellationToken) =>
        Wait(Create(root, "publish"), shared: false, cancellationToken);

    /// <summary>Holds the right to merge.</summary>
    internal static IDisposable Compacting(string root, CancellationToken cancellationToken) =>
        Wait(Create(root, "compact"), shared: false, cancellationToken);

    /// <summary>Holds the right to delete files, or null when somebody is reading.</summary>
    internal static IDisposable? TryDeleting(string root) => TryOpen(Create(root, "files"), shared: false);

    private static string PathOf(string root, string name) => Path.Combine(root, ".lake", $"{name}.lock");

    private static string Create(string root, string name)
    {
        Directory.CreateDirectory(Path.Combine(root, ".lake"));
        return PathOf(root, name);
    }

    private static FileStream Wait(string path, bool shared, CancellationToken cancellationToken)
    {
        SpinWait turn = default;
        FileStream? held;
        while ((held = TryOpen(path, shared)) is null)
        {
            cancellationToken.ThrowIfCancellationRequested();
            turn.SpinOnce();
        }
        return held;
    }

    /// <summary>.NET takes flock on Unix: shared for FileShare.Read, exclusive for FileShare.None.</summary>
    private static FileStream? TryOpen(string path, bool shared)
    {
        try
        {
            return shared
                ? new FileStream(path, FileMode.OpenOrCreate, FileAccess.Read, FileShare.Read, bufferSize: 0)
                : new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, bufferSize: 0);
        }
        catch (IOException e) when (e.HResult is WouldBlockLinux or WouldBlockMac or SharingViolation)
        {
            return null;
        }
    }
}
