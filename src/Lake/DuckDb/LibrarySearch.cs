using System.Runtime.InteropServices;

namespace Heretix.Lake.DuckDb;

/// <summary>Where libduckdb is looked for, in order: the variable, beside the program, node_modules, the system.</summary>
/// <param name="Named">The file named by HERETIX_DUCKDB, or null.</param>
/// <param name="BaseDirectory">The folder of the program.</param>
/// <param name="WorkingDirectory">The folder in which it was started.</param>
internal sealed record LibrarySearch(string? Named, string BaseDirectory, string WorkingDirectory)
{
    internal static string FileName { get; } =
        OperatingSystem.IsWindows() ? "duckdb.dll"
        : OperatingSystem.IsMacOS() ? "libduckdb.dylib"
        : "libduckdb.so";

    private static string Package { get; } =
        (
            OperatingSystem.IsWindows() ? "win32"
            : OperatingSystem.IsMacOS() ? "darwin"
            : "linux"
        ) + (RuntimeInformation.ProcessArchitecture == Architecture.Arm64 ? "-arm64" : "-x64");

    internal static LibrarySearch OfThisProcess() =>
        new(
            Environment.GetEnvironmentVariable(DuckDbLibrary.Variable) is { Length: > 0 } named ? named : null,
            AppContext.BaseDirectory,
            Environment.CurrentDirectory
        );

    /// <summary>The file to load, or null when only the system's own search is left.</summary>
    internal string? Find() => Named ?? Candidates().FirstOrDefault(File.Exists);

    /// <summary>Loads what was found.</summary>
    /// <exception cref="DuckDbMissingException">Nothing was found, or it is not a library for this machine.</exception>
    internal nint Load(string? systemName = null)
    {
        string? file = Find();
        if (file is null)
        {
            return NativeLibrary.TryLoad(systemName ?? FileName, out nint system)
                ? system
                : throw new DuckDbMissingException(
                    $"{FileName} is not installed, so Parquet files are neither written nor queried. Run `npm ci` in the "
                        + $"checkout of Heretix, or set {DuckDbLibrary.Variable} to the file. Looked beside the program "
                        + $"({BaseDirectory}), in node_modules above it and above {WorkingDirectory}, and in the system."
                );
        }
        try
        {
            return NativeLibrary.Load(file);
        }
        catch (Exception e) when (e is DllNotFoundException or BadImageFormatException)
        {
            string source = Named is null ? "was found" : $"is named by {DuckDbLibrary.Variable}";
            string fault = File.Exists(file)
                ? $"cannot be loaded as a library for {RuntimeInformation.RuntimeIdentifier}"
                : "does not exist";
            throw new DuckDbMissingException(
                $"{file} {source} but {fault}. Run `npm ci` in the checkout of Heretix, or set {DuckDbLibrary.Variable} "
                    + $"to a {FileName} that fits.",
                e
            );
        }
    }

    private IEnumerable<string> Candidates()
    {
        yield return Path.Combine(BaseDirectory, FileName);
        foreach (string start in (string[])[BaseDirectory, WorkingDirectory])
        {
            for (DirectoryInfo? folder = new(start); folder is not null; folder = folder.Parent)
            {
                yield return Path.Combine(
                    folder.FullName,
                    "node_modules",
                    "@duckdb",
                    $"node-bindings-{Package}",
                    FileName
                );
            }
        }
    }
}
