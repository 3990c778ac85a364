using Heretix.Lake;

namespace Heretix.Benchmarks.Lake;

/// <summary>Ten million runs over a year: exported a day per flush through the writer that a batch uses, then queried.</summary>
internal sealed class ManyRows(string folder, int rows, int days)
{
    private readonly string _root = Path.Combine(folder, "exports");

    internal void Run(Measurements table)
    {
        Rows source = new();
        TimeSpan export = TimeSpan.Zero;
        using (ParquetLake lake = new(_root))
        {
            for (int day = 0; day < days; day++)
            {
                int count = (rows / days) + (day < rows % days ? 1 : 0);
                (RunRow, IReadOnlyList<SampleRow>)[] flush = new (RunRow, IReadOnlyList<SampleRow>)[count];
                for (int i = 0; i < count; i++)
                {
                    flush[i] = (source.Next(day), []);
                }
                export += Measurements.Time(() => lake.AppendMany($"day-{day}", flush), times: 1);
            }
        }
        string[] files = Directory.GetFiles(_root, "*.parquet", SearchOption.AllDirectories);
        long bytes = files.Sum(f => new FileInfo(f).Length);
        TimeSpan copy = Measurements.Time(() => Copy(files), times: 1);
        table.Add(
            $"export of {rows:N0} runs in {files.Length} files, {bytes / 1e6:F0} MB",
            export,
            "copying the files",
            copy
        );

        string single = Path.Combine(folder, "single.parquet");
        Queries.CopyToOneFile(_root, single);
        Queries.Measure(_root, single, $"{rows:N0} runs, {files.Length} days", table);
    }

    private void Copy(string[] files)
    {
        string target = Path.Combine(folder, "copies");
        Directory.CreateDirectory(target);
        for (int i = 0; i < files.Length; i++)
        {
            string copy = Path.Combine(target, $"{i}");
            File.Copy(files[i], copy);
            using FileStream file = new(copy, FileMode.Open);
            file.Flush(flushToDisk: true);
        }
        Directory.Delete(target, recursive: true);
    }
}
