namespace Heretix.Lake.Partitions;

/// <summary>Adds executions to the partitions of their days, each once.</summary>
internal sealed class Export(string root) : IDisposable
{
    /// <summary>Parts with several executions that this process wrote, so that it need not read them back.</summary>
    private readonly HashSet<string> _ownParts = new(StringComparer.Ordinal);

    private readonly HashSet<(string Env, DateOnly Day, string Id)> _ownExecutions = [];
    private PartFiles? _files;

    internal ExportOutcome Run(
        string stem,
        IReadOnlyList<(RunRow Run, IReadOnlyList<SampleRow> Samples)> executions,
        CancellationToken cancellationToken
    )
    {
        ExportOutcome total = new();
        foreach (
            var day in executions.GroupBy(e => (e.Run.Env, Day: DateOnly.FromDateTime(e.Run.CreatedAt.UtcDateTime)))
        )
        {
            Partition partition = Partition.At(root, day.Key.Env, day.Key.Day);
            total = total.Plus(RunDay(partition, stem, [.. day], cancellationToken));
        }
        return total;
    }

    internal void Open() => _files ??= new PartFiles();

    public void Dispose() => _files?.Dispose();

    /// <summary>Finding out and adding happen under one lock, so two processes cannot both find nothing and add.</summary>
    private ExportOutcome RunDay(
        Partition partition,
        string stem,
        IReadOnlyList<(RunRow Run, IReadOnlyList<SampleRow> Samples)> executions,
        CancellationToken cancellationToken
    )
    {
        using IDisposable publishing = LakeLock.Publishing(root, cancellationToken);
        using IDisposable? reading = LakeLock.Reading(root);
        PartitionParts parts = PartitionParts.ReadSeveral(partition);
        HashSet<string> known = Known(parts, [.. executions.Select(e => e.Run.ExecutionId)]);
        List<RunRow> runs = [];
        List<SampleRow> samples = [];
        foreach ((RunRow run, IReadOnlyList<SampleRow> ofRun) in executions)
        {
            if (known.Add(run.ExecutionId))
            {
                runs.Add(run);
                samples.AddRange(ofRun);
            }
        }
        if (runs.Count == 0)
        {
            return new ExportOutcome { AlreadyThere = executions.Count };
        }
        string free = FreeStem(parts, stem);
        PartFiles writer = Files;
        Directory.CreateDirectory(partition.Folder);
        IReadOnlyList<string> files = writer.Write(partition, free, runs, samples);
        if (Partition.HoldsSeveral(free))
        {
            _ownParts.Add(partition.RunsFile(free));
            _ownExecutions.UnionWith(runs.Select(r => (partition.Env, partition.Day, r.ExecutionId)));
        }
        return new ExportOutcome
        {
            Written = runs.Count,
            AlreadyThere = executions.Count - runs.Count,
            Samples = samples.Count,
            Files = files,
        };
    }

    private PartFiles Files => _files ??= new PartFiles();

    /// <summary>Which of the executions are there: by name, by memory, or inside a part that holds several.</summary>
    private HashSet<string> Known(PartitionParts parts, IReadOnlyList<string> ids)
    {
        Partition partition = parts.Partition;
        HashSet<string> known = new(
            ids.Where(id => parts.Has(id) || _ownExecutions.Contains((partition.Env, partition.Day, id))),
            StringComparer.Ordinal
        );
        string[] foreign =
        [
            .. parts
                .Current.Where(Partition.HoldsSeveral)
                .Select(partition.RunsFile)
                .Where(f => !_ownParts.Contains(f)),
        ];
        if (foreign.Length > 0 && known.Count < ids.Count)
        {
            known.UnionWith(Files.Find(foreign, ids));
        }
        return known;
    }

    private static string FreeStem(PartitionParts parts, string stem)
    {
        string free = stem;
        for (int n = 2; parts.IsTaken(free); n++)
        {
            free = $"{stem}-{n}";
        }
        return free;
    }
}
