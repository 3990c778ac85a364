namespace Heretix.Lake;

/// <summary>What a compaction did.</summary>
/// <param name="Days">Partitions in which files were merged.</param>
/// <param name="FilesMerged">Files of runs and of samples that went into larger ones.</param>
/// <param name="Runs">Rows in the merged files of runs.</param>
/// <param name="Samples">Rows in the merged files of samples.</param>
/// <param name="FilesRemoved">Files deleted: merged ones, and what a killed process had left behind.</param>
/// <param name="FilesLeft">
/// Merged files still on disk because a query was reading; no view shows them and the next call removes them.
/// </param>
public sealed record CompactionResult(
    int Days,
    int FilesMerged,
    long Runs,
    long Samples,
    int FilesRemoved,
    int FilesLeft
);
