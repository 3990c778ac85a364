using System.IO.Enumeration;

namespace Heretix.Lake.Partitions;

/// <summary>
/// What a partition holds at one moment. Only true for as long as the caller holds one of the lake's locks that keep
/// files from being deleted.
/// </summary>
internal sealed class PartitionParts
{
    private const string Extension = ".parquet";
    private const string RunsPrefix = "runs-";
    private const string SamplesPrefix = "samples-";

    private readonly HashSet<string> _samples = new(StringComparer.Ordinal);
    private readonly HashSet<string> _all = new(StringComparer.Ordinal);

    private PartitionParts(Partition partition) => Partition = partition;

    internal Partition Partition { get; }

    /// <summary>The parts whose rows count, in order of their names.</summary>
    internal IReadOnlyList<string> Current { get; private set; } = [];

    /// <summary>Merged parts whose sources are still on disk, oldest first, with the stems of those sources.</summary>
    internal IReadOnlyList<(string Stem, IReadOnlyList<string> Sources)> Pending { get; private set; } = [];

    /// <summary>Files of samples whose runs were never published: a process died between the two.</summary>
    internal IEnumerable<string> Orphans => _samples.Where(s => !_all.Contains(s));

    /// <summary>The number that the next merged part gets.</summary>
    internal int NextMerge { get; private set; } = 1;

    /// <summary>Whether the part is on disk, replaced or not.</summary>
    internal bool Has(string stem) => _all.Contains(stem) || File.Exists(Partition.RunsFile(stem));

    /// <summary>Whether a new part may not have this name: it is on disk, or about to be deleted under it.</summary>
    internal bool IsTaken(string stem) => Has(stem) || Pending.Any(p => p.Sources.Contains(stem));

    internal IEnumerable<string> RunsFiles => Current.Select(Partition.RunsFile);

    internal IEnumerable<string> SamplesFiles => Current.Where(_samples.Contains).Select(Partition.SamplesFile);

    internal static PartitionParts Read(Partition partition) => Read(partition, static _ => true);

    /// <summary>
    /// Only the parts with several executions, for who looks for an execution: one by itself is found by its name, and
    /// there may be very many of those.
    /// </summary>
    internal static PartitionParts ReadSeveral(Partition partition) =>
        Read(partition, static name => name.Contains(Partition.SeveralMark));

    private static PartitionParts Read(Partition partition, Func<ReadOnlySpan<char>, bool> isWanted)
    {
        PartitionParts parts = new(partition);
        if (Directory.Exists(partition.Folder))
        {
            parts.Fill(isWanted);
        }
        return parts;
    }

    private void Fill(Func<ReadOnlySpan<char>, bool> isWanted)
    {
        List<(int Number, string Stem)> merges = [];
        FileSystemEnumerable<string> files = new(Partition.Folder, static (ref e) => e.FileName.ToString())
        {
            ShouldIncludePredicate = (ref e) => e.FileName.EndsWith(Extension) && isWanted(e.FileName),
        };
        foreach (string file in files)
        {
            ReadOnlySpan<char> name = file.AsSpan()[..^Extension.Length];
            if (name.StartsWith(SamplesPrefix, StringComparison.Ordinal))
            {
                _samples.Add(name[SamplesPrefix.Length..].ToString());
            }
            else if (name.StartsWith(RunsPrefix, StringComparison.Ordinal))
            {
                string stem = name[RunsPrefix.Length..].ToString();
                _all.Add(stem);
                if (stem.StartsWith(Partition.Merged, StringComparison.Ordinal))
                {
                    _ = int.TryParse(stem.AsSpan(Partition.Merged.Length), out int number);
                    merges.Add((number, stem));
                    NextMerge = Math.Max(NextMerge, number + 1);
                }
            }
        }
        // Asked by name, here and below: a folder that is read while names are added may show the later and hide the
        // earlier, and the file of samples gets its name before the file of runs.
        _samples.UnionWith(_all.Where(s => !_samples.Contains(s) && File.Exists(Partition.SamplesFile(s))));
        merges.Sort();
        HashSet<string> replaced = new(StringComparer.Ordinal);
        List<(string, IReadOnlyList<string>)> pending = [];
        foreach ((_, string stem) in merges)
        {
            string list = Partition.ReplacesFile(stem);
            if (File.Exists(list))
            {
                string[] sources = File.ReadAllLines(list);
                pending.Add((stem, sources));
                replaced.UnionWith(sources);
            }
        }
        Pending = pending;
        Current = [.. _all.Where(s => !replaced.Contains(s)).Order(StringComparer.Ordinal)];
    }
}
