namespace Heretix.Cli.Output;

/// <summary>A file that a verb was told to write.</summary>
internal static class TargetFile
{
    /// <summary>The path, with its folder made.</summary>
    /// <param name="path">As typed.</param>
    /// <param name="lake">The folder of Parquet files, in which a foreign file would be taken for one of its own.</param>
    /// <exception cref="UserErrorException">It is a folder, lies in the lake, or its folder cannot be made.</exception>
    public static string Prepare(string path, string lake)
    {
        if (path is "" or "-")
            throw new UserErrorException(
                "--out takes the name of a file; without it the output goes to standard output",
                ExitCode.Usage
            );
        var full = Path.GetFullPath(path);
        if (Directory.Exists(full) || path.EndsWith(Path.DirectorySeparatorChar))
            throw new UserErrorException($"{path} is a folder: name a file in it");
        if (full.StartsWith(Path.GetFullPath(lake) + Path.DirectorySeparatorChar, StringComparison.Ordinal))
            throw new UserErrorException($"{path} lies among the Parquet files of {lake}: write it to another folder");
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(full)!);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new UserErrorException($"cannot write {path}: {failure.Message}");
        }
        return full;
    }

    /// <summary>The end of a file's name in lower case, without its dot; empty when it has none.</summary>
    public static string Ending(string path) => Path.GetExtension(path).TrimStart('.').ToLowerInvariant();
}
