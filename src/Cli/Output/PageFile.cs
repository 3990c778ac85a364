using System.Globalization;
using Heretix.Cli.Settings;

namespace Heretix.Cli.Output;

/// <summary>An HTML page in a file, which is said on standard error.</summary>
internal static class PageFile
{
    /// <exception cref="UserErrorException">The file cannot be written.</exception>
    public static async Task WriteAsync(string path, Action<TextWriter> write, Surroundings around)
    {
        using var page = new StringWriter(CultureInfo.InvariantCulture);
        write(page);
        await AtomicFile.WriteAsync(path, page.ToString());
        await around.Error.WriteLineAsync($"hx: page written to {path}");
    }
}
