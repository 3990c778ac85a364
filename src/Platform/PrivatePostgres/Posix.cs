using System.ComponentModel;
using System.Runtime.InteropServices;

namespace Heretix.Platform.PrivatePostgres;

/// <summary>The calls of the operating system that .NET has no words for.</summary>
internal static partial class Posix
{
    public const int Interrupt = 2;
    public const int Quit = 3;
    public const int Kill = 9;

    /// <summary>Sends a signal; a process that is gone is no error.</summary>
    public static void Signal(int processId, int signal) => _ = SendSignal(processId, signal);

    /// <summary>Makes a user the owner of a file or folder; of a link itself and not of what it leads to.</summary>
    /// <exception cref="PrivatePostgresException">There is no such user, or the file system refuses.</exception>
    public static void Give(string path, string user)
    {
        var (uid, gid) = Find(user);
        if (ChangeOwner(path, uid, gid) != 0)
            throw new PrivatePostgresException(
                $"{path} cannot be given to the user {user}, as whom PostgreSQL runs ({new Win32Exception(Marshal.GetLastPInvokeError()).Message}): choose a folder on another file system with --data"
            );
    }

    private static (uint User, uint Group) Find(string user)
    {
        foreach (var line in File.ReadLines("/etc/passwd"))
        {
            var fields = line.Split(':');
            if (
                fields.Length > 3
                && fields[0] == user
                && uint.TryParse(fields[2], out var uid)
                && uint.TryParse(fields[3], out var gid)
            )
                return (uid, gid);
        }
        throw new PrivatePostgresException(
            $"PostgreSQL does not run as root, and there is no user {user} to run it as: `apt-get install postgresql` makes one, or start the server as another user than root"
        );
    }

    [LibraryImport("libc", EntryPoint = "kill", SetLastError = true)]
    private static partial int SendSignal(int processId, int signal);

    [LibraryImport("libc", EntryPoint = "lchown", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int ChangeOwner(string path, uint user, uint group);
}
