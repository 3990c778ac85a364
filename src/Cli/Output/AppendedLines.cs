using System.Text;

namespace Heretix.Cli.Output;

/// <summary>Lines at the end of a file that grows from call to call.</summary>
internal static class AppendedLines
{
    /// <summary>Appends all lines in one write, after a line end when an earlier writer died before its own.</summary>
    /// <exception cref="UserErrorException">The file cannot be written.</exception>
    public static async Task WriteAsync(string path, IEnumerable<string> lines)
    {
        try
        {
            if (Path.GetDirectoryName(Path.GetFullPath(path)) is { } folder)
                Directory.CreateDirectory(folder);
            await using var file = new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.Read);
            var torn = false;
            if (file.Length > 0)
            {
                file.Seek(-1, SeekOrigin.End);
                torn = file.ReadByte() != '\n';
            }
            file.Seek(0, SeekOrigin.End);
            var text = (torn ? "\n" : "") + string.Concat(lines.Select(line => line + "\n"));
            await file.WriteAsync(Encoding.UTF8.GetBytes(text));
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new UserErrorException($"cannot append to {path}: {failure.Message}");
        }
    }
}
