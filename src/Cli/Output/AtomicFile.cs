namespace Heretix.Cli.Output;

/// <summary>Files that are whole or not there.</summary>
internal static class AtomicFile
{
    /// <summary>Writes beside the target and renames.</summary>
    /// <exception cref="UserErrorException">The file cannot be written.</exception>
    public static async Task WriteAsync(string path, string text)
    {
        try
        {
            if (Path.GetDirectoryName(Path.GetFullPath(path)) is { } folder)
                Directory.CreateDirectory(folder);
            var beside = path + ".partial";
            await File.WriteAllTextAsync(beside, text);
            File.Move(beside, path, overwrite: true);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new UserErrorException($"cannot write {path}: {failure.Message}");
        }
    }
}
