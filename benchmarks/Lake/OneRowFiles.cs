using Heretix.Lake;

namespace Heretix.Benchmarks.Lake;

/// <summary>Ten thousand runs exported one by one on one day, queried, merged, and queried again.</summary>
internal sealed class OneRowFiles(string folder, int files)
{
    private readonly string _root = Path.Combine(folder, "exports");

    internal void Run(Measurements table)
    {
        Rows source = new();
        using ParquetLake lake = new(_root);
        TimeSpan export = Measurements.Time(
            () =>
            {
                for (int i = 0; i < files; i++)
                {
                    lake.Append(source.Next(day: 0), []);
                }
            },
            times: 1
        );
        string[] paths = Directory.GetFiles(_root, "*.parquet", SearchOption.AllDirectories);
        TimeSpan write = Measurements.Time(() => WriteAgain(paths), times: 1);
        table.Add($"{files:N0} exports of one run", export, "writing such files durably", write);

        string single = Path.Combine(folder, "single.parquet");
        Queries.CopyToOneFile(_root, single);
        Queries.Measure(_root, single, $"{files:N0} one-row files", table);

        TimeSpan read = Measurements.Time(() => ReadAll(paths), times: 1);
        CompactionResult result = new(0, 0, 0, 0, 0, 0);
        TimeSpan compact = Measurements.Time(() => result = lake.Compact(), times: 1);
        if (result.Runs != files || result.FilesLeft != 0)
        {
            throw new InvalidOperationException($"The compaction went wrong: {result}.");
        }
        table.Add($"merging the {files:N0} files", compact, "reading their bytes", read);
        Queries.Measure(_root, single, "after merging", table);
    }

    private void WriteAgain(string[] paths)
    {
        byte[] content = File.ReadAllBytes(paths[0]);
        string target = Path.Combine(folder, "again");
        Directory.CreateDirectory(target);
        for (int i = 0; i < paths.Length; i++)
        {
            using FileStream file = new(Path.Combine(target, $"{i}"), FileMode.CreateNew);
            file.Write(content);
            file.Flush(flushToDisk: true);
        }
        Directory.Delete(target, recursive: true);
    }

    private static void ReadAll(string[] paths)
    {
        long bytes = 0;
        foreach (string path in paths)
        {
            bytes += File.ReadAllBytes(path).Length;
        }
        if (bytes == 0)
        {
            throw new InvalidOperationException("The files are empty.");
        }
    }
}
