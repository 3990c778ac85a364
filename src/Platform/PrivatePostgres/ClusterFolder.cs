using System.Runtime.Versioning;
using System.Security.Cryptography;
using System.Text;

namespace Heretix.Platform.PrivatePostgres;

/// <summary>
/// Where a private cluster lives. PostgreSQL refuses to run as root, so that root hands the folder to the user
/// <c>postgres</c>, who must be able to walk there.
/// </summary>
/// <param name="Root">Folder of the cluster, its log, its locks and its socket.</param>
/// <param name="User">The user to become; null to stay who we are.</param>
internal sealed record ClusterFolder(string Root, string? User)
{
    private const string SystemFolder = "/var/lib/heretix";

    /// <summary>What the kernel allows for the path of a socket, without the terminating zero.</summary>
    private const int LongestSocket = 107;

    public string Data => Path.Combine(Root, "data");

    /// <summary>Where a cluster is made before it has its name, so that a kill leaves nothing half-made behind.</summary>
    public string Unfinished => Path.Combine(Root, "data.unfinished");

    public string Log => Path.Combine(Root, "log");

    public string Password => Path.Combine(Root, "password");

    public string ProcessIdFile => Path.Combine(Data, "postmaster.pid");

    public string StartLock => Path.Combine(Root, "start.lock");

    public string UseLock => Path.Combine(Root, "use.lock");

    private string SocketFolder => Path.Combine(Root, "s");

    /// <summary>
    /// Whether the socket lives in the kernel's name space because its path would be too long. Such a socket has no
    /// file permissions, so that only the password protects it.
    /// </summary>
    public bool IsAbstract => Encoding.UTF8.GetByteCount(SocketFolder + "/.s.PGSQL.5432") > LongestSocket;

    /// <summary>The host to connect to, and where PostgreSQL puts its socket.</summary>
    public string Socket => IsAbstract ? "@heretix-" + Hash(Root) : SocketFolder;

    /// <summary>The major version that wrote the data; null when there is none.</summary>
    public int? Major =>
        File.Exists(Path.Combine(Data, "PG_VERSION"))
        && int.TryParse(File.ReadAllText(Path.Combine(Data, "PG_VERSION")).Trim(), out var major)
            ? major
            : null;

    /// <summary>Whether there are data in one of the folders that <see cref="Choose"/> would take.</summary>
    public static bool HasData(string dataFolder)
    {
        var root = Path.Combine(Path.GetFullPath(dataFolder), "postgres");
        return new ClusterFolder(root, null).Major is not null
            || new ClusterFolder(Path.Combine(SystemFolder, Hash(root)), null).Major is not null;
    }

    /// <summary>Chooses and makes the folder: beside the rest of the data, or a system folder where that cannot be reached.</summary>
    [UnsupportedOSPlatform("windows")]
    public static ClusterFolder Choose(string dataFolder, Action<string> say)
    {
        var root = Path.Combine(Path.GetFullPath(dataFolder), "postgres");
        Directory.CreateDirectory(root);
        if (!Environment.IsPrivilegedProcess)
            return new ClusterFolder(root, null).Prepare();

        // A link here stands in a folder of root's, who put it there; further down only the user postgres could have.
        var usual = new ClusterFolder(Directory.ResolveLinkTarget(root, true)?.FullName ?? root, "postgres");
        var system = new ClusterFolder(Path.Combine(SystemFolder, Hash(root)), "postgres");
        // Where data already lie, they stay, whatever has become of the permissions since.
        var closed = ClosedParent(usual.Root);
        if (closed is null && (usual.Major is not null || system.Major is null))
            return usual.Prepare();
        if (usual.Major is not null)
            throw new PrivatePostgresException(
                $"the data in {root} cannot be reached by the user postgres, as whom PostgreSQL runs: `chmod o+x {closed}` opens the way"
            );
        say(
            closed is null
                ? $"PostgreSQL keeps its data in {system.Root}, where this data folder's have always been"
                : $"the user postgres, as whom PostgreSQL runs, cannot pass {closed}: its data are kept in {system.Root} instead (`chmod o+x {closed}` before the first start would keep them here)"
        );
        Directory.CreateDirectory(system.Root);
        return system.Prepare();
    }

    [UnsupportedOSPlatform("windows")]
    private ClusterFolder Prepare()
    {
        foreach (var path in (string[])[Data, SocketFolder, Password, Log, StartLock, UseLock])
            RefuseLink(path);
        Own(Root);
        if (!IsAbstract)
        {
            Directory.CreateDirectory(SocketFolder);
            Own(SocketFolder);
        }
        return this;
    }

    /// <summary>Makes the password of the cluster's owner, once.</summary>
    [UnsupportedOSPlatform("windows")]
    public void MakePassword()
    {
        if (File.Exists(Password))
            return;
        Write(Password, Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(32)));
    }

    /// <summary>Writes a file of the user of the cluster, whole or not at all, and never through a link.</summary>
    public void Write(string path, string text)
    {
        RefuseLink(Path.GetDirectoryName(path)!);
        var unfinished = path + ".unfinished";
        File.Delete(unfinished);
        using (var file = new FileStream(unfinished, FileMode.CreateNew, FileAccess.Write))
            file.Write(Encoding.UTF8.GetBytes(text));
        if (!OperatingSystem.IsWindows())
            Own(unfinished);
        File.Move(unfinished, path, overwrite: true);
    }

    /// <summary>Gives a file or folder to the user of the cluster, and to nobody else.</summary>
    [UnsupportedOSPlatform("windows")]
    public void Own(string path)
    {
        RefuseLink(path);
        if (User is null && (File.GetUnixFileMode(path) & Others) == 0)
            return;
        var mode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        try
        {
            File.SetUnixFileMode(path, Directory.Exists(path) ? mode | UnixFileMode.UserExecute : mode);
        }
        catch (UnauthorizedAccessException refused)
        {
            throw new PrivatePostgresException(
                $"{path} belongs to another user than {Environment.UserName}: start the server as that user, or choose another folder with --data",
                refused
            );
        }
        if (User is not null)
            Posix.Give(path, User);
    }

    /// <summary>
    /// Root follows no link in the folder of another user: whoever got hold of PostgreSQL could have root write and give
    /// away any file of the machine.
    /// </summary>
    private void RefuseLink(string path)
    {
        if (User is not null && new FileInfo(path).LinkTarget is { } target)
            throw new PrivatePostgresException(
                $"{path} is a link to {target}, and root follows no links in the folder of the user {User}: put a folder or file in its place, or choose another folder with --data"
            );
    }

    private const UnixFileMode Others =
        UnixFileMode.GroupRead
        | UnixFileMode.GroupWrite
        | UnixFileMode.GroupExecute
        | UnixFileMode.OtherRead
        | UnixFileMode.OtherWrite
        | UnixFileMode.OtherExecute;

    [UnsupportedOSPlatform("windows")]
    private static string? ClosedParent(string root)
    {
        for (var parent = Path.GetDirectoryName(root); parent is not null; parent = Path.GetDirectoryName(parent))
        {
            if (!File.GetUnixFileMode(parent).HasFlag(UnixFileMode.OtherExecute))
                return parent;
        }
        return null;
    }

    private static string Hash(string path) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(path)))[..16];
}
