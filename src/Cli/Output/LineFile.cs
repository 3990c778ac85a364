using System.Text;

namespace Heretix.Cli.Output;

/// <summary>
/// Lines that are written as they come: to a stream at once, to a file beside the target that takes its name when all
/// lines are there, so that a file under the final name is always whole.
/// </summary>
internal sealed class LineFile : IAsyncDisposable
{
    private readonly string? path;
    private readonly StreamWriter? file;
    private readonly TextWriter? stream;

    private LineFile(string? path, StreamWriter? file, TextWriter? stream)
    {
        this.path = path;
        this.file = file;
        this.stream = stream;
    }

    /// <exception cref="UserErrorException">The file cannot be created.</exception>
    public static LineFile Open(string? path, TextWriter? stream)
    {
        if (path is null)
            return new LineFile(null, null, stream);
        try
        {
            if (Path.GetDirectoryName(Path.GetFullPath(path)) is { } folder)
                Directory.CreateDirectory(folder);
            return new LineFile(
                path,
                new StreamWriter(path + ".partial", append: false, new UTF8Encoding(false)),
                stream
            );
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new UserErrorException($"cannot write {path}: {failure.Message}");
        }
    }

    public async Task WriteAsync(string line)
    {
        if (stream is not null)
            await stream.WriteLineAsync(line);
        if (file is not null)
        {
            await file.WriteLineAsync(line);
            await file.FlushAsync();
        }
    }

    /// <summary>All lines are there.</summary>
    public async Task CommitAsync()
    {
        if (file is null)
            return;
        await file.DisposeAsync();
        File.Move(path + ".partial", path!, overwrite: true);
    }

    public async ValueTask DisposeAsync()
    {
        if (file is not null)
            await file.DisposeAsync();
    }
}
