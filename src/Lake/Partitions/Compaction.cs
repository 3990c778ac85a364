using Heretix.Lake.DuckDb;

namespace Heretix.Lake.Partitions;

/// <summary>The moments of a compaction between which a process may die; tests let it die at each.</summary>
internal enum CompactionStep
{
    Started,
    ListWritten,
    SamplesMerged,
    RunsMerged,
    SamplesPublished,
    RunsPublished,
    BeforeDeletion,
    SourceRunsDeleted,
    SourceDeleted,
    SourcesDeleted,
    ListDeleted,
}

/// <summary>
/// Merges the parts of a day. The new part is complete, and lists what it replaces, before its file of runs is renamed;
/// that rename is the moment in which every reader stops counting the old parts and counts the new one. Deleting the old
/// files is housekeeping that waits for readers. See docs/decisions/0003-how-compaction-swaps.md.
/// </summary>
/// <param name="root">The folder of the lake.</param>
/// <param name="at">Told of each step.</param>
internal sealed class Compaction(string root, Action<CompactionStep>? at = null)
{
    private readonly Action<CompactionStep> _at = at ?? (static _ => { });
    private CompactionResult _result = new(0, 0, 0, 0, 0, 0);

    internal CompactionResult Run(string? env, DateOnly? day, CancellationToken cancellationToken)
    {
        if (!Directory.Exists(root))
        {
            return _result;
        }
        try
        {
            using IDisposable compacting = LakeLock.Compacting(root, cancellationToken);
            using MergeFiles files = new(Path.Combine(root, ".lake", "spill"));
            foreach (Partition partition in Partition.All(root, env, day))
            {
                cancellationToken.ThrowIfCancellationRequested();
                Tidy(partition);
                Merge(partition, files);
                int left = Tidy(partition);
                _result = _result with { FilesLeft = _result.FilesLeft + left };
            }
        }
        catch (Exception e) when (e is DuckDbException or IOException or UnauthorizedAccessException)
        {
            throw new LakeException($"The compaction of {root} failed, and nothing was lost: {e.Message}", e);
        }
        return _result;
    }

    private void Merge(Partition partition, MergeFiles files)
    {
        PartitionParts parts = PartitionParts.Read(partition);
        if (parts.Current.Count < 2)
        {
            return;
        }
        _at(CompactionStep.Started);
        string[] runs = [.. parts.RunsFiles];
        string[] samples = [.. parts.SamplesFiles];
        string stem = $"{Partition.Merged}{parts.NextMerge}";
        string runsTemporary = partition.RunsFile(stem) + ".tmp";
        string samplesTemporary = partition.SamplesFile(stem) + ".tmp";

        Durable.WriteAllLines(partition.ReplacesFile(stem), parts.Current);
        _at(CompactionStep.ListWritten);
        long sampleRows =
            samples.Length == 0
                ? 0
                : files.Merge(samples, LakeTables.Samples.Mark, "paraphrase_idx, replicate_idx", samplesTemporary);
        _at(CompactionStep.SamplesMerged);
        long runRows = files.Merge(runs, LakeTables.Runs.Mark, "created_at", runsTemporary);
        _at(CompactionStep.RunsMerged);
        if (samples.Length > 0)
        {
            Durable.Publish(samplesTemporary, partition.SamplesFile(stem));
        }
        _at(CompactionStep.SamplesPublished);
        Durable.Publish(runsTemporary, partition.RunsFile(stem));
        Durable.FlushNames(partition.Folder);
        _at(CompactionStep.RunsPublished);
        _result = _result with
        {
            Days = _result.Days + 1,
            FilesMerged = _result.FilesMerged + runs.Length + samples.Length,
            Runs = _result.Runs + runRows,
            Samples = _result.Samples + sampleRows,
        };
    }

    /// <summary>Deletes what no reader counts, if nobody is reading.</summary>
    /// <returns>Files that have to stay for now.</returns>
    private int Tidy(Partition partition)
    {
        using IDisposable? deleting = LakeLock.TryDeleting(root);
        PartitionParts parts = PartitionParts.Read(partition);
        if (deleting is null)
        {
            return parts
                .Pending.SelectMany(p => p.Sources)
                .Sum(s =>
                    (File.Exists(partition.RunsFile(s)) ? 1 : 0) + (File.Exists(partition.SamplesFile(s)) ? 1 : 0)
                );
        }
        foreach ((string stem, IReadOnlyList<string> sources) in parts.Pending)
        {
            _at(CompactionStep.BeforeDeletion);
            foreach (string source in sources)
            {
                Delete(partition.RunsFile(source));
                _at(CompactionStep.SourceRunsDeleted);
                Delete(partition.SamplesFile(source));
                _at(CompactionStep.SourceDeleted);
            }
            // The list must outlive what it hides, in a power cut too.
            Durable.FlushNames(partition.Folder);
            _at(CompactionStep.SourcesDeleted);
            File.Delete(partition.ReplacesFile(stem));
            _at(CompactionStep.ListDeleted);
        }
        DeleteLeftovers(partition, parts);
        return 0;
    }

    /// <summary>
    /// Half-written files, samples without runs, lists of merges that never happened. No writer is at work: it would
    /// hold the lock on files.
    /// </summary>
    private void DeleteLeftovers(Partition partition, PartitionParts parts)
    {
        foreach (string orphan in parts.Orphans.ToArray())
        {
            Delete(partition.SamplesFile(orphan));
        }
        foreach (string temporary in Directory.GetFiles(partition.Folder, "*.tmp"))
        {
            Delete(temporary);
        }
        foreach (string list in Directory.GetFiles(partition.Folder, "replaces-*.txt"))
        {
            string stem = Path.GetFileNameWithoutExtension(list)["replaces-".Length..];
            if (!parts.Has(stem))
            {
                Delete(list);
            }
        }
    }

    private void Delete(string file)
    {
        if (File.Exists(file))
        {
            File.Delete(file);
            _result = _result with { FilesRemoved = _result.FilesRemoved + 1 };
        }
    }
}
