using System.Runtime.Versioning;

[assembly: SupportedOSPlatform("linux")]

namespace Heretix.Tests.Integration.Servers;

/// <summary>Temporary folders that the user can pass as whom PostgreSQL runs.</summary>
internal static class OpenFolder
{
    public static string Create(string prefix)
    {
        var folder = Directory.CreateTempSubdirectory(prefix).FullName;
        File.SetUnixFileMode(
            folder,
            UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute | UnixFileMode.OtherExecute
        );
        return folder;
    }
}
