using System.Runtime.InteropServices;

namespace Heretix.Lake.Partitions;

/// <summary>Files that survive a power cut: content first, then the name, then the folder that holds the name.</summary>
internal static partial class Durable
{
    /// <summary>Gives a finished file its name.</summary>
    internal static void Publish(string temporary, string name)
    {
        FlushContent(temporary);
        File.Move(temporary, name, overwrite: true);
    }

    /// <summary>Writes a small file under its name, whole or not at all.</summary>
    internal static void WriteAllLines(string path, IEnumerable<string> lines)
    {
        string temporary = path + ".tmp";
        File.WriteAllLines(temporary, lines);
        Publish(temporary, path);
    }

    /// <summary>Makes renames within a folder permanent.</summary>
    internal static void FlushNames(string folder)
    {
        if (OperatingSystem.IsWindows())
        {
            return;
        }
        int descriptor = Open(folder, 0);
        if (descriptor < 0)
        {
            throw new LakeException(
                $"{folder} cannot be opened to make its content permanent (error {Marshal.GetLastPInvokeError()})."
            );
        }
        _ = Sync(descriptor);
        _ = Close(descriptor);
    }

    private static void FlushContent(string path)
    {
        using FileStream file = new(path, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite, bufferSize: 0);
        file.Flush(flushToDisk: true);
    }

    [LibraryImport("libc", EntryPoint = "open", StringMarshalling = StringMarshalling.Utf8, SetLastError = true)]
    private static partial int Open(string path, int flags);

    [LibraryImport("libc", EntryPoint = "fsync")]
    private static partial int Sync(int descriptor);

    [LibraryImport("libc", EntryPoint = "close")]
    private static partial int Close(int descriptor);
}
