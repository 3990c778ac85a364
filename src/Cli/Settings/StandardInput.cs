using System.Globalization;

namespace Heretix.Cli.Settings;

/// <summary>Standard input, which is empty when the caller has closed it.</summary>
internal static class StandardInput
{
    private const int WriteOnly = 1;

    /// <summary>The console's reader, or an empty one.</summary>
    public static TextReader Open() => IsClosed() ? TextReader.Null : Console.In;

    /// <summary>
    /// With descriptor 0 closed, Linux gives that number to the first file that the runtime opens, which is a pipe of
    /// its own: reading from it would wait for ever. It is told by this process holding the writing end too.
    /// </summary>
    private static bool IsClosed()
    {
        if (
            !OperatingSystem.IsLinux()
            || Target("0") is not { } target
            || !target.StartsWith("pipe:", StringComparison.Ordinal)
        )
            return false;
        return Directory
            .EnumerateFileSystemEntries("/proc/self/fd")
            .Select(path => Path.GetFileName(path))
            .Any(descriptor => descriptor != "0" && Target(descriptor) == target && IsWritingEnd(descriptor));
    }

    private static string? Target(string descriptor)
    {
        try
        {
            return new FileInfo("/proc/self/fd/" + descriptor).LinkTarget;
        }
        catch (IOException)
        {
            return null;
        }
    }

    private static bool IsWritingEnd(string descriptor)
    {
        const string name = "flags:";
        var flags = File.ReadLines("/proc/self/fdinfo/" + descriptor)
            .First(line => line.StartsWith(name, StringComparison.Ordinal))[name.Length..]
            .Trim();
        return (int.Parse(flags[^1..], CultureInfo.InvariantCulture) & WriteOnly) != 0;
    }
}
