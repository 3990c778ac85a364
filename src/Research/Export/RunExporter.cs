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
    /// <returns>Executions written.</returns>
    /// <exception cref="LakeException">A file cannot be written; nothing is lost, a later call tries again.</exception>
    public async Task<int> ExportPendingAsync()
    {
        var written = 0;
        foreach (var ids in store.Runs.NotExported().Chunk(LargestFlush))
        {
            if (missing)
                break;
            var outcome = await ExportAsync(ids);
            written += outcome.Written;
        }
        return written;
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
