namespace Heretix.Benchmarks.Research;

/// <summary>Where the published program is.</summary>
internal static class Hx
{
    /// <exception cref="FileNotFoundException">It has not been built.</exception>
    public static string Program()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            var path = Path.Combine(folder.FullName, "artifacts", "hx", "hx");
            if (File.Exists(path))
                return path;
        }
        throw new FileNotFoundException("run ./hx --version once: it builds the program that is measured");
    }
}
