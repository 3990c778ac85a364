using System.ComponentModel;
using System.Runtime.InteropServices;

namespace Heretix.Platform.Encryption;

/// <summary>
/// Gives a finished file a name that nobody else has given to another one. .NET's own move looks first and renames then,
/// and what another process put there in between would be lost.
/// </summary>
internal static partial class FirstFile
{
    private const int AlreadyThere = 17; // EEXIST, on Linux and macOS alike

    /// <summary>False when there is a file of that name already; <paramref name="finished"/> is gone in either case.</summary>
    /// <exception cref="IOException">The file system refuses.</exception>
    public static bool TryPut(string finished, string name)
    {
        if (OperatingSystem.IsWindows())
            return TryMove(finished, name);
        var linked = Link(finished, name) == 0;
        var error = Marshal.GetLastPInvokeError();
        File.Delete(finished);
        return linked || error == AlreadyThere
            ? linked
            : throw new IOException($"{name} cannot be made: {new Win32Exception(error).Message}");
    }

    /// <summary>On Windows moving is one step.</summary>
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
