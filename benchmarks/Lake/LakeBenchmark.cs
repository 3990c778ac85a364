using System.Globalization;

namespace Heretix.Benchmarks.Lake;

/// <summary>
/// Exports and queries of a large lake, each beside a floor measured in the same run: the same bytes copied as files, the
/// same query by DuckDB on one single Parquet file. Options: <c>--rows</c> (10000000), <c>--days</c> (365),
/// <c>--files</c> (10000). Needs up to 2 GB in the temporary folder and removes them.
/// </summary>
internal static class LakeBenchmark
{
    internal static Task<int> RunAsync(string[] args)
    {
        int rows = Option(args, "--rows", 10_000_000);
        int days = Option(args, "--days", 365);
        int files = Option(args, "--files", 10_000);
        string folder = Directory.CreateTempSubdirectory("heretix-lake-benchmark-").FullName;
        try
        {
            Measurements table = new();
            if (files > 0)
            {
                new OneRowFiles(Path.Combine(folder, "small"), files).Run(table);
            }
            if (rows > 0)
            {
                new ManyRows(Path.Combine(folder, "large"), rows, days).Run(table);
            }
            Console.WriteLine(table.ToMarkdown());
            return Task.FromResult(0);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static int Option(string[] args, string name, int otherwise)
    {
        int at = Array.IndexOf(args, name);
        return at < 0 ? otherwise : int.Parse(args[at + 1], CultureInfo.InvariantCulture);
    }
}
