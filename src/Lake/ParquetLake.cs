using Heretix.Lake.DuckDb;
using Heretix.Lake.Partitions;

namespace Heretix.Lake;

/// <summary>
/// Parquet files by environment and day: <c>&lt;root&gt;/&lt;env&gt;/dt=&lt;UTC date&gt;/runs-&lt;execution_id&gt;.parquet</c>
/// and <c>samples-...</c> beside it. A file appears whole or not at all, and an execution is written once however often
/// it is exported and by however many processes. Safe for several threads.
/// </summary>
/// <param name="root">The folder of the lake, for example <c>data/exports</c>; made at the first export.</param>
public sealed class ParquetLake(string root) : IDisposable
{
    private readonly string _root = Path.GetFullPath(root);
    private readonly Lock _turn = new();
    private Export? _export;

    /// <summary>Writes one execution, unless it is there already.</summary>
    /// <param name="run">The execution.</param>
    /// <param name="samples">Its samples, possibly none.</param>
    /// <param name="cancellationToken">Ends the wait for other writers.</param>
    /// <exception cref="ArgumentException">A name cannot be a file's, or a sample belongs to another execution.</exception>
    /// <exception cref="LakeException">DuckDB or the disk refused.</exception>
    public ExportOutcome Append(
        RunRow run,
        IReadOnlyList<SampleRow> samples,
        CancellationToken cancellationToken = default
    ) => Write(run.ExecutionId, [(run, samples)], cancellationToken);

    /// <summary>
    /// Writes several executions into one file per environment and day, <c>runs-batch~&lt;batchId&gt;.parquet</c>, without
    /// those that are there already. A batch id that is taken gets a number.
    /// </summary>
    /// <param name="batchId">Names the flush: letters, digits, <c>. _ -</c>, at most 128.</param>
    /// <param name="executions">The executions with their samples.</param>
    /// <param name="cancellationToken">Ends the wait for other writers.</param>
    /// <exception cref="ArgumentException">A name cannot be a file's, or a sample belongs to another execution.</exception>
    /// <exception cref="LakeException">DuckDB or the disk refused.</exception>
    public ExportOutcome AppendMany(
        string batchId,
        IReadOnlyList<(RunRow Run, IReadOnlyList<SampleRow> Samples)> executions,
        CancellationToken cancellationToken = default
    )
    {
        LakeNames.CheckId(batchId, "batch id");
        return Write(Partition.Batch + batchId, executions, cancellationToken);
    }

    /// <summary>
    /// Merges the files of each day into one pair. Queries go on meanwhile and see each row once at any moment; so do
    /// exports. A process killed at any point leaves a lake that reads right, and the next call tidies it.
    /// </summary>
    /// <param name="env">Only this environment.</param>
    /// <param name="day">Only this UTC date.</param>
    /// <param name="cancellationToken">Stops between days and while waiting for another compaction.</param>
    /// <exception cref="DuckDbMissingException">libduckdb is not there.</exception>
    /// <exception cref="LakeException">DuckDB or the disk refused.</exception>
    public CompactionResult Compact(
        string? env = null,
        DateOnly? day = null,
        CancellationToken cancellationToken = default
    ) => new Compaction(_root).Run(env, day, cancellationToken);

    /// <summary>
    /// Loads and opens DuckDB ahead of the first export, so that this can happen beside other work. What goes wrong is
    /// reported by the export itself.
    /// </summary>
    public void OpenAhead()
    {
        lock (_turn)
        {
            try
            {
                _export ??= new Export(_root);
                _export.Open();
            }
            catch (Exception e) when (e is DuckDbMissingException or DuckDbException)
            {
                _export = null;
            }
        }
    }

    /// <summary>Closes DuckDB.</summary>
    public void Dispose()
    {
        lock (_turn)
        {
            _export?.Dispose();
        }
    }

    private ExportOutcome Write(
        string stem,
        IReadOnlyList<(RunRow Run, IReadOnlyList<SampleRow> Samples)> executions,
        CancellationToken cancellationToken
    )
    {
        LakeNames.Check(executions);
        lock (_turn)
        {
            try
            {
                _export ??= new Export(_root);
                return _export.Run(stem, executions, cancellationToken);
            }
            catch (DuckDbMissingException missing)
            {
                return new ExportOutcome { Missing = missing };
            }
            catch (Exception e) when (e is DuckDbException or IOException or UnauthorizedAccessException)
            {
                throw new LakeException($"The export to {_root} failed: {e.Message}", e);
            }
        }
    }
}
