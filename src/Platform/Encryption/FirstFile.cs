using System.ComponentModel;
using System.Runtime.InteropServices;

namespace Heretix.Platform.Encryption;

/// <summary>
/// Gives a finished file a name that nobody else has given to another one. .NET's own move looks first and renames then,
/// and what another process put there in between would be lost.
/// </summary>
internal static partial class FirstFile
{
    // EEXIST and EPERM are the same on Linux and macOS.
    private const int AlreadyThere = 17;
    private const int NotPermitted = 1;
    private static readonly int NotSupportedHere = OperatingSystem.IsMacOS() ? 45 : 95; // ENOTSUP
    private static readonly int NotThere = OperatingSystem.IsMacOS() ? 78 : 38; // ENOSYS

    /// <summary>False when there is a file of that name already; <paramref name="finished"/> is gone in either case.</summary>
    /// <exception cref="IOException">The file system refuses.</exception>
    public static bool TryPut(string finished, string name)
    {
        if (OperatingSystem.IsWindows())
            return TryMove(finished, name);
        var linked = Link(finished, name) == 0;
        var error = Marshal.GetLastPInvokeError();
        // Some file systems have no links; there the small gap of the move has to be lived with.
        if (!linked && (error == NotPermitted || error == NotSupportedHere || error == NotThere))
            return TryMove(finished, name);
        File.Delete(finished);
        return linked || error == AlreadyThere
            ? linked
            : throw new IOException($"{name} cannot be made: {new Win32Exception(error).Message}");
    }

    /// <summary>One step on Windows alone.</summary>
    private static bool TryMove(string finished, string name)
    {
        try
        {
            File.Move(finished, name, overwrite: false);
            return true;
        }
        catch (IOException) when (File.Exists(name))
        {
            File.Delete(finished);
            return false;
        }
    }

    [LibraryImport("libc", EntryPoint = "link", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Link(string existing, string name);
}
