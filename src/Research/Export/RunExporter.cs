using Heretix.Lake;
using Heretix.Research.Store;

namespace Heretix.Research.Export;

/// <summary>
/// Writes completed executions to the Parquet lake. What an earlier process completed but could not export is taken
/// along; an execution is never written twice.
/// </summary>
/// <param name="environment">Value of the <c>env</c> column and name of the first folder.</param>
/// <param name="notice">Told once when DuckDB is not there.</param>
public sealed class RunExporter(ResearchStore store, ParquetLake lake, string environment, Action<string> notice)
{
    private const int LargestFlush = 1000;
    private bool missing;

    /// <summary>Exports what is not exported yet: one file pair for one execution, one for each flush of many.</summary>
    /// <exception cref="LakeException">A file cannot be written; nothing is lost, a later call tries again.</exception>
    public Task<ExportOutcome> ExportPendingAsync(CancellationToken cancellationToken = default) =>
        ExportAsync(store.Runs.NotExported(), cancellationToken);

    /// <summary>Offers every completed execution again; those that are in the lake stay as they are.</summary>
    /// <exception cref="LakeException">A file cannot be written; nothing is lost, a later call tries again.</exception>
    public Task<ExportOutcome> ExportAllAsync(CancellationToken cancellationToken = default) =>
        ExportAsync(store.Runs.Completed(), cancellationToken);

    private async Task<ExportOutcome> ExportAsync(IEnumerable<string> ids, CancellationToken cancellationToken)
    {
        var total = new ExportOutcome();
        foreach (var flush in ids.Chunk(LargestFlush))
        {
            if (missing)
                break;
            cancellationToken.ThrowIfCancellationRequested();
            total = total.Plus(await ExportAsync(flush));
        }
        return total;
    }

    /// <summary>The same after a measurement, which a full disk or a foreign folder must not cost its result.</summary>
    public async Task TryExportPendingAsync()
    {
        try
        {
            await ExportPendingAsync();
        }
        catch (Exception failure) when (failure is LakeException or ArgumentException)
        {
            notice($"the Parquet files were not written, `hx export runs` tries again: {failure.Message}");
        }
    }

    /// <summary>Exports the named executions.</summary>
    public async Task<ExportOutcome> ExportAsync(IReadOnlyList<string> executionIds)
    {
        var rows = store.Runs.RowsForExport(environment, executionIds);
        var outcome =
            rows.Count == 1 ? lake.Append(rows[0].Run, rows[0].Samples) : lake.AppendMany(executionIds[0], rows);
        if (outcome.Missing is { } absent)
        {
            if (!missing)
                notice("no Parquet files were written: " + absent.Message);
            missing = true;
            return outcome;
        }
        await store.Runs.MarkExportedAsync(executionIds);
        return outcome;
    }
}
